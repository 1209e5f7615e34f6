import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { argumentsOf, type Arguments, measure, type Measured, wholeNumber } from './harness';
import { type Claim, ratios, report, shown, spread } from './report';
import { definer as plainL1 } from './synth/plain-l1';
import { templateDifferences } from './synth/same-template';
import { definer as slipway } from './synth/slipway';
import { randomOf, wanted } from './synth/wanted';
import { reasonOf } from '../shell/problem';
import { devDependencies } from '../package.json';
import { installation } from '../test/installation';

/*
 * `npm run bench:synth`: what an endpoint costs at synth, against the same resources written by hand in CloudFormation's
 * classes, and against the nearest of two other libraries. See docs/benchmarks.md.
 */

const FOLDER = join(__dirname, '..', '.slipway', 'bench');
const PEERS = {
  'generative-ai': { package: '@cdklabs/generative-ai-cdk-constructs', version: '0.1.318' },
  'sagemaker-alpha': { package: '@aws-cdk/aws-sagemaker-alpha', version: '2.159.1-alpha.0' },
};
const OURS = 'slipway';
const BASE = 'plain-l1';
const NAMES = [OURS, BASE, ...Object.keys(PEERS)];
const MODULES: Record<string, string> = {
  [OURS]: '../../constructs',
  ...Object.fromEntries(Object.entries(PEERS).map(([name, peer]) => [name, peer.package])),
};
const CDK = 'aws-cdk-lib,constructs';

/** A peer calls what the CDK deprecates; to tell so at every call would count against it. */
const QUIET = { JSII_DEPRECATED: 'quiet' };

const LOAD_BOUND_MILLIS = 50;
const MOST_OVER_PLAIN_L1 = 1.3;
const MOST_GROWTH = 1.05;

type Results = Record<string, Measured>;
type Row = Record<string, string>;

async function main(): Promise<void> {
  const args = argumentsOf({ endpoints: '1,10,100' });
  const counts = (args.own['endpoints'] ?? '').split(',').map((text) => wholeNumber('endpoints', text, 1));
  const versions = {
    'aws-cdk-lib': devDependencies['aws-cdk-lib'],
    constructs: devDependencies.constructs,
    ...Object.fromEntries(Object.values(PEERS).map((peer) => [peer.package, peer.version])),
  };
  checkSame(args.seed);
  await installation(FOLDER, versions);
  compile();

  const random = randomOf(args.seed);
  const rows: Row[] = [];
  const claims: Claim[] = [];
  for (const validation of ['off', 'on'] as const) {
    const results = counts.map((count) => synth(args, random, count, validation));
    counts.forEach((count, i) => {
      const result = results[i] ?? {};
      const what = `${count} endpoint${count > 1 ? 's' : ''}, validation ${validation}`;
      rows.push(row(`${what}: CPU over plain L1`, (name) => ratios(of(result, name), of(result, BASE))));
      claims.push({
        claim: `${what}: over plain L1`,
        measured: spread(ratios(of(result, OURS), of(result, BASE))),
        atMost: MOST_OVER_PLAIN_L1,
      });
    });
    const [largest, before] = [...results].reverse();
    const [most, fewer] = [...counts].reverse();
    for (const peer of largest ? Object.keys(PEERS) : []) {
      claims.push({
        claim: `${most ?? 0} endpoints, validation ${validation}: over ${peer}`,
        measured: spread(ratios(of(largest ?? {}, OURS), of(largest ?? {}, peer))),
        atMost: 1,
      });
    }
    if (largest && before && most !== undefined && fewer !== undefined) {
      const exponents = (name: string) =>
        ratios(of(largest, name), of(before, name)).map((ratio) => Math.log(ratio) / Math.log(most / fewer));
      rows.push(row(`growth exponent, ${fewer} to ${most}, validation ${validation}`, exponents));
      claims.push({
        claim: `growth exponent, ${fewer} to ${most}, validation ${validation}`,
        measured: spread(exponents(OURS)),
        atMost: MOST_GROWTH,
      });
    }
  }
  load(args, random, rows, claims);
  report(args, versions, rows, claims);
}

/** A comparison of different things would prove nothing. */
function checkSame(seed: number): void {
  const found = templateDifferences(slipway, plainL1, wanted(30, seed));
  if (found.length === 0) return;
  throw new Error(
    `bench/synth/plain-l1.ts does not define the same resources as bench/synth/slipway.ts:\n` +
      found
        .map(({ path, left, right }) => `${path}: ours ${JSON.stringify(left)}, plain ${JSON.stringify(right)}`)
        .join('\n'),
  );
}

/** Plain JavaScript for plain Node, beside the library as it is packed: no compiler runs in what is measured. */
function compile(): void {
  const [from, to] = [join(__dirname, 'synth'), join(FOLDER, 'bench', 'synth')];
  mkdirSync(to, { recursive: true });
  cpSync(join(__dirname, '..', 'cdk.json'), join(FOLDER, 'cdk.json'));
  for (const file of readdirSync(from).filter((name) => !name.endsWith('.d.ts'))) {
    const { outputText } = transpileModule(readFileSync(join(from, file), 'utf8'), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    });
    writeFileSync(join(to, file.replace(/\.ts$/, '.js')), outputText);
  }
}

/** One app of so many endpoints in a process that has made ten others. */
function synth(args: Arguments, random: () => number, count: number, validation: 'off' | 'on'): Results {
  const apps = String(Math.ceil(50 / count));
  const contenders = NAMES.map((name) => ({
    name,
    args: ['--expose-gc', 'bench/synth/measure-synth.js', name, String(count), String(args.seed), '10', apps],
    cwd: FOLDER,
    env: { ...QUIET, CDK_VALIDATION: String(validation === 'on') },
  }));
  return measure(contenders, args, random);
}

function load(args: Arguments, random: () => number, rows: Row[], claims: Claim[]): void {
  const script = 'bench/synth/measure-load.js';
  const loads = (before: string, modules: Record<string, string>) =>
    measure(
      Object.entries(modules).map(([name, module]) => ({ name, args: [script, before, module], cwd: FOLDER })),
      args,
      random,
    );
  const own = loads(CDK, MODULES);
  const alone = loads('', { ...MODULES, cdk: CDK });
  const first = measure(
    NAMES.map((name) => ({
      name,
      args: ['bench/synth/measure-synth.js', name, '1', String(args.seed), '0', '1'],
      cwd: FOLDER,
      env: { ...QUIET, CDK_VALIDATION: 'false' },
    })),
    args,
    random,
  );
  const bound = (name: string) => of(own, name, 'load').map((millis) => millis / LOAD_BOUND_MILLIS);
  const total = (name: string) => of(first, name, 'load').map((millis, i) => millis + (of(first, name)[i] ?? NaN));
  const libraries = (values: (name: string) => number[]) => (name: string) =>
    name === BASE ? undefined : values(name);
  rows.push(
    row(`load, its own share: over ${LOAD_BOUND_MILLIS} ms`, libraries(bound)),
    row(
      `load and use of all it exports: over ${LOAD_BOUND_MILLIS} ms`,
      libraries((name) => of(own, name, 'use').map((millis) => millis / LOAD_BOUND_MILLIS)),
    ),
    row(
      'load, from nothing: over aws-cdk-lib and constructs',
      libraries((name) => ratios(of(alone, name, 'load'), of(alone, 'cdk', 'load'))),
    ),
    row('load and first app of 1 endpoint: over plain L1', (name) => ratios(total(name), total(BASE))),
  );
  claims.push({
    claim: `load, its own share: over ${LOAD_BOUND_MILLIS} ms`,
    measured: spread(bound(OURS)),
    atMost: 1,
  });
}

function of(results: Results, name: string, key = 'synth'): number[] {
  return results[name]?.[key] ?? [];
}

function row(what: string, values: (name: string) => number[] | undefined): Row {
  const cell = (name: string) => {
    const list = values(name);
    return list ? shown(spread(list)) : '';
  };
  return { what, ...Object.fromEntries(NAMES.map((name) => [name, cell(name)])) };
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
