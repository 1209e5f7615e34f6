import { randomInt } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { ENV } from '../helpers';
import { type Build, type Finding, findingsOf } from './findings';
import { complaints } from './paths';

/** A run draws other inputs each time. `SLIPWAY_SEED=<seed>` draws those of the run that had this seed. */
export const SEED = seedOf(process.env.SLIPWAY_SEED);

/** How many inputs of a construct are built, and how many are broken. */
export const RUNS = 500;

/** For the names of tests, so that every report shows it. */
export const REPEAT = `SLIPWAY_SEED=${SEED}`;

/**
 * Fails when one of the inputs is refused, or becomes a template that CloudFormation's rules, cdk-nag or cfn-lint dislike.
 * The message has the smallest such input that was found.
 */
export async function acceptedRenderClean<T>(inputs: fc.Arbitrary<T>, build: Build<T>, runs = RUNS): Promise<void> {
  const findings = await findingsOf(fc.sample(inputs, { seed: SEED, numRuns: runs }), build);
  const [first] = findings;
  if (!first) return;
  if (first.index === undefined) throw new Error(`${first.by}: ${first.text}`);

  const cases = new Set(findings.map(({ index }) => index)).size;
  const smallest = await shrunk(inputs, build, first);
  throw new Error(
    [
      `${cases} of ${runs} inputs have findings (${REPEAT} repeats them). The smallest input found:`,
      fc.stringify(smallest.input),
      ...smallest.findings.map(({ by, text }) => `- ${by}: ${text}`),
    ].join('\n'),
  );
}

/** Shrinks the input of one finding, asking cfn-lint, which takes seconds, only where it is the one that found something. */
async function shrunk<T>(
  inputs: fc.Arbitrary<T>,
  build: Build<T>,
  { index, by }: Finding,
): Promise<{ input: T | undefined; findings: Finding[] }> {
  let smallest: { input: T | undefined; findings: Finding[] } = { input: undefined, findings: [] };
  const clean = fc.asyncProperty(inputs, async (input) => {
    const findings = await findingsOf([input], build, by === 'cfn-lint');
    if (findings.length > 0) smallest = { input, findings };
    return findings.length === 0;
  });
  const minute = 60_000;
  await fc.check(clean, { seed: SEED, path: String(index), numRuns: 1, interruptAfterTimeLimit: 3 * minute });
  return smallest;
}

/** Input that breaks one rule and no other, and what the message must say of it, word by word. */
export interface Broken<T> {
  readonly input: T;

  /** Who refuses it. The construct is `<scope>/Endpoint`, or what `build` calls it there. */
  readonly where: string;

  /** The field, and what was given: `variants has 11 entries`. */
  readonly given: string;

  /** What is allowed, and why where that is not plain: `allowed are 1 to 10`. */
  readonly allowed: string;
}

/** One way to break an input. */
export interface Mutation<T> {
  /** The end of "fails when". */
  readonly when: string;
  readonly breaks: (input: T) => fc.Arbitrary<Broken<T>>;
}

/** Fails when a broken input is accepted, or refused with another message than `<where>: <given>, <allowed>`. */
export function brokenIsRefused<T>(
  inputs: fc.Arbitrary<T>,
  mutation: Mutation<T>,
  build: Build<T>,
  runs: number,
): void {
  const stack = new Stack(undefined, 'Test', { env: ENV });
  let count = 0;
  fc.assert(
    fc.property(inputs.chain(mutation.breaks), ({ input, where, given, allowed }) => {
      const scope = new Construct(stack, `Case${count++}`);
      const message = `${where}: ${given}, ${allowed}`.replaceAll('<scope>', scope.node.path);
      expect(complaints(() => build(scope, input)).join('\n')).toBe(message);
    }),
    { seed: SEED, numRuns: runs },
  );
}

function seedOf(given: string | undefined): number {
  if (given === undefined) return randomInt(2 ** 31);
  const seed = Number(given);
  if (given === '' || !Number.isInteger(seed)) throw new Error(`SLIPWAY_SEED is "${given}", allowed are whole numbers`);
  return seed;
}
