import fc from 'fast-check';
import type { JobView } from '../../../constructs/training/job-view.decision';
import { nextStep, type Seen, type Step } from '../../../constructs/training/next-step.decision';
import { begin, type RunState, type RunTerms } from '../../../constructs/training/run.decision';
import type { Policy } from '../../../constructs/training/spot-policy.decision';
import { REPEAT, SEED } from '../../arbitrary/harness';
import { BEGAN, EXECUTION, ON_DEMAND, SPOT, TERMS } from './run-terms';

/** The dynamic program takes its time. */
const policy = fc.oneof<[{ weight: number; arbitrary: fc.Arbitrary<Policy> }, fc.Arbitrary<Policy>]>(
  { weight: 9, arbitrary: fc.constantFrom('uniform-progress', 'safety-net', 'static') },
  fc.constant('expected-cost'),
);
const IN_PROGRESS = ['waiting', 'running', 'stopping'] as const;
const ENDED = ['completed', 'failed', 'stopped', 'out of wait', 'out of runtime'] as const;

const seconds = fc.integer({ min: 0, max: 20_000 });
const untilDeadline = fc
  .record({ policy, afterDeadline: fc.constantFrom('go-on', 'fail') })
  .map(({ afterDeadline, ...rule }): RunTerms => {
    const { capacity } = TERMS;
    if (capacity.kind !== 'until-deadline') throw new Error('the terms of these tests have a deadline');
    return { ...TERMS, capacity: { ...capacity, afterDeadline, terms: { ...capacity.terms, ...rule } } };
  });
const terms: fc.Arbitrary<RunTerms> = fc
  .tuple(fc.oneof(untilDeadline, fc.constantFrom(SPOT, ON_DEMAND)), fc.constantFrom(undefined, 1, 20))
  .map(([given, maxCostUsd]) => ({ ...given, maxCostUsd }));

const job: fc.Arbitrary<JobView> = fc.record({
  mode: fc.constantFrom('spot', 'on-demand'),
  phase: fc.constantFrom(...IN_PROGRESS, ...IN_PROGRESS, ...ENDED),
  noCapacity: fc.boolean(),
  waitingSeconds: seconds,
  reason: fc.constant('for some reason'),
  interruptions: fc.nat(5),
  trainingSeconds: seconds,
  billableSeconds: fc.option(seconds, { nil: undefined }),
});
const progress = fc
  .record({ completed: fc.nat(100), trainingSeconds: seconds })
  .map((given) => ({ ...given, total: 100, checkpointSeconds: 30 }));
const refusal = fc
  .constantFrom(
    'SageMaker.ResourceLimitExceededException',
    'SageMaker.SdkClientException',
    'SageMaker.SageMakerException',
  )
  .map((name) => ({ name, cause: 'for some reason' }));

/** What is seen at the polls of a run, in any order: late, again, by a clock that is set back. */
interface Look {
  /** Since the last one; below 0 when the clock was set back. */
  readonly clock: number;
  readonly seen: Omit<Seen, 'now'>;
  /** Whether it is what was seen before, once more. */
  readonly again: boolean;
}
const looks: fc.Arbitrary<Look[]> = fc.array(
  fc.record({
    clock: fc.oneof(fc.constant(60), fc.integer({ min: -7200, max: 7200 })),
    again: fc.boolean(),
    seen: fc.oneof(
      { weight: 6, arbitrary: fc.record({ job, progress: fc.option(progress, { nil: undefined }) }) },
      { weight: 1, arbitrary: fc.record({ job: fc.constant(undefined), progress, refusal }) },
      { weight: 1, arbitrary: fc.record({ job: fc.constant(undefined), progress }) },
    ),
  }),
  { minLength: 1, maxLength: 40 },
);

interface Poll {
  readonly before: RunState;
  readonly seen: Seen;
  readonly step: Step;
}

/** The polls of a run until it ends. */
function* polls(given: RunTerms, all: Look[]): Generator<Poll> {
  let before = frozen(begin('monday', EXECUTION, BEGAN, 0));
  let seen: Seen = { now: BEGAN, job: undefined, progress: undefined };
  for (const look of all) {
    const step = nextStep(given, before, seen);
    yield { before, seen, step };
    if (step.action === 'Succeed' || step.action === 'Fail') return;
    before = frozen(step.state);
    seen = frozen({ ...(look.again ? seen : look.seen), now: seen.now + look.clock });
  }
}

/** As the execution carries it from poll to poll; nobody may write to it. */
function frozen<T>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  return deeply(copy);
}
function deeply<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const below of Object.values(value)) deeply(below);
  return Object.freeze(value);
}

const always = (holds: (poll: Poll, given: RunTerms) => void) => {
  fc.assert(
    fc.property(terms, looks, (given, all) => {
      for (const poll of polls(given, all)) holds(poll, given);
    }),
    { seed: SEED, numRuns: 200 },
  );
};
const starts = ({ action }: Step) => action === 'StartOnSpot' || action === 'StartOnDemand';

describe(`Whatever is seen, and in whatever order (${REPEAT}), a run`, () => {
  it('never makes a job while the last one is seen in progress', () => {
    always(({ seen, step }) => {
      const { phase } = seen.job ?? {};
      if (IN_PROGRESS.some((one) => one === phase)) expect(starts(step)).toBe(false);
    });
  });

  it('makes a job of another name only after the last one was seen ended', () => {
    always(({ before, seen, step }) => {
      if (step.state.attempt === before.attempt || step.action === 'Fail') return;
      expect([starts(step), step.state.attempt]).toEqual([true, before.attempt + 1]);
      if (before.attempt > 0) expect(ENDED).toContain(seen.job?.phase);
    });
  });

  it('never grows younger, cheaper or less interrupted', () => {
    always(({ before, step: { state } }) => {
      expect(state.elapsedSeconds).toBeGreaterThanOrEqual(before.elapsedSeconds);
      for (const total of ['trainingSeconds', 'paidSeconds', 'interruptions'] as const)
        expect(state.used[total]).toBeGreaterThanOrEqual(before.used[total]);
    });
  });

  it('answers the same question with the same answer', () => {
    always(({ before, seen, step }, given) => {
      expect(nextStep(given, before, seen)).toEqual(step);
    });
  });

  it('is carried as JSON', () => {
    always(({ step: { state } }) => {
      // Fields that are undefined are not there afterwards, and are the same.
      expect(JSON.parse(JSON.stringify(state))).toEqual(defined(state));
      expect(JSON.stringify(state).length).toBeLessThan(4096);
    });
  });

  it('says what failed, and orders a job that SageMaker takes', () => {
    always(({ step }, given) => {
      expect(step.error !== undefined).toBe(step.action === 'Fail');
      expect(step.job !== undefined).toBe(starts(step));
      if (!step.job) return;
      const { maxRuntimeSeconds, maxWaitSeconds } = step.job;
      expect(maxRuntimeSeconds).toBeGreaterThanOrEqual(60);
      expect(maxRuntimeSeconds).toBeLessThanOrEqual(given.maxRuntimeSeconds);
      expect(maxWaitSeconds).toBeGreaterThanOrEqual(maxRuntimeSeconds);
      expect([maxRuntimeSeconds, maxWaitSeconds].every(Number.isInteger)).toBe(true);
    });
  });
});

function defined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, below]) => below !== undefined)
      .map(([key, below]) => [key, defined(below)]),
  );
}
