import type { Json } from './asl/json';
import { FAULT_KINDS, type Fault, type FaultKind } from './edge';
import type { MachineUnderTest } from './machine-under-test';
import type { Run } from './run';

/** What has to hold for every run: undefined when it does, else what is wrong. */
export type Invariant<S> = (run: Run<S>) => string | undefined;

export interface SearchOptions<S> {
  /** @default {} */
  readonly input?: Json;
  /** Most faults in one run. Runs grow with (calls x kinds) to that power. */
  readonly faults: number;
  /** @default - all */
  readonly kinds?: readonly FaultKind[];
  /** By a name that reads as a sentence. That every run ends is always asked. */
  readonly invariants: Readonly<Record<string, Invariant<S>>>;
}

export interface Violation<S> {
  readonly invariant: string;
  readonly wrong: string;
  readonly run: Run<S>;
  /** For people: what, after which faults, and the trace. */
  readonly text: string;
}

export interface SearchReport<S> {
  /** Runs with no fault, with one, with two ... */
  readonly runs: readonly number[];
  /** The first violation, with as few faults as can be; undefined where everything holds. */
  readonly violation?: Violation<S>;
}

/**
 * Runs a machine with every placement of up to so many faults, at calls that it really makes: first without faults, then
 * with each one, then with each second one in the course that the first gave it. Stops at the first violation.
 */
export async function search<S>(machine: MachineUnderTest<S>, options: SearchOptions<S>): Promise<SearchReport<S>> {
  const { input = {}, kinds = FAULT_KINDS } = options;
  const runs: number[] = [];
  let plain = '';
  let plans: readonly (readonly Fault[])[] = [[]];
  for (let level = 0; level <= options.faults; level += 1) {
    const next: (readonly Fault[])[] = [];
    runs.push(0);
    for (const faults of plans) {
      const run = await machine.run({ input, faults });
      runs[level] = (runs[level] ?? 0) + 1;
      if (faults.length === 0) plain = run.trace;
      const violation = judge(run, options.invariants, runs);
      if (violation) return { runs, violation };
      if (level < options.faults) next.push(...extensions(run, kinds));
    }
    plans = next;
  }
  await sameAgain(machine, input, plain);
  return { runs };
}

/** The plan of a run with one more fault, behind those that it has. */
function extensions<S>({ calls, faults }: Run<S>, kinds: readonly FaultKind[]): Fault[][] {
  const last = faults.at(-1)?.call ?? -1;
  return calls
    .filter(({ number }) => number > last)
    .flatMap(({ number, possible }) =>
      possible.filter((kind) => kinds.includes(kind)).map((kind) => [...faults, { call: number, kind }]),
    );
}

function judge<S>(
  run: Run<S>,
  invariants: SearchOptions<S>['invariants'],
  runs: readonly number[],
): Violation<S> | undefined {
  const asked: SearchOptions<S>['invariants'] = { 'every run ends': ends, ...invariants };
  for (const [invariant, holds] of Object.entries(asked)) {
    const wrong = holds(run);
    if (wrong !== undefined) return { invariant, wrong, run, text: report(run, invariant, wrong, runs) };
  }
  return undefined;
}

function ends({
  status,
  cause,
  second,
}: {
  status: string;
  cause?: string;
  second?: { status: string };
}): string | undefined {
  return [status, second?.status].includes('ENDLESS') ? (cause ?? 'the second execution does not end') : undefined;
}

/** Handlers that keep something between runs would make the search miss courses: the plain run has to come out the same. */
async function sameAgain<S>(machine: MachineUnderTest<S>, input: Json, plain: string): Promise<void> {
  const { trace } = await machine.run({ input });
  if (trace !== plain)
    throw new Error(`the plain run came out in two ways; does a handler keep state?\n\n${plain}\n\n${trace}`);
}

function report<S>(run: Run<S>, invariant: string, wrong: string, runs: readonly number[]): string {
  const faults = run.faults.map(({ call, kind }) => `  ${kind} at #${call} ${run.calls[call]?.name ?? ''}`);
  const total = runs.reduce((sum, count) => sum + count, 0);
  return [
    `Violated: ${invariant}`,
    `  ${wrong}`,
    `After ${run.faults.length} fault(s), in run ${total} of the search:`,
    ...(faults.length > 0 ? faults : ['  none: it is violated by the plain run']),
    `Again with: faults: ${JSON.stringify(run.faults)}`,
    '',
    run.trace,
  ].join('\n');
}
