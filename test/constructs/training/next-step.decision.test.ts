import { MAX_ATTEMPTS, POLLS_PER_EXECUTION } from '../../../constructs/training/constants';
import type { JobView } from '../../../constructs/training/job-view.decision';
import { nextStep, type Seen, type Step } from '../../../constructs/training/next-step.decision';
import { begin, type RunState, type RunTerms } from '../../../constructs/training/run.decision';
import { BEGAN, EXECUTION, ON_DEMAND, RUNNING, SPOT, STATE, TERMS } from './run-terms';

const FAILING: RunTerms = {
  ...TERMS,
  capacity: { ...(TERMS.capacity as Extract<RunTerms['capacity'], { kind: 'until-deadline' }>), afterDeadline: 'fail' },
};
const LIMITED: RunTerms = { ...ON_DEMAND, maxCostUsd: 1 };

const seen = (given: Partial<Seen> = {}, at = 660): Seen => ({
  now: BEGAN + at,
  job: RUNNING,
  progress: undefined,
  ...given,
});
const job = (given: Partial<JobView>): Partial<Seen> => ({ job: { ...RUNNING, ...given } });
const onDemand = { mode: 'on-demand' } as const;
const usedUp = { trainingSeconds: 580, paidSeconds: 580, interruptions: 0 };

interface Case {
  readonly terms?: RunTerms;
  readonly state?: Partial<RunState>;
  readonly seen?: Partial<Seen>;
  /** Seconds since the start of the run. */
  readonly at?: number;
}
const stepOf = ({ terms = TERMS, state = {}, seen: given = {}, at }: Case): Step =>
  nextStep(terms, { ...STATE, ...state }, seen(given, at));

describe('At its first poll, a run', () => {
  const first = (terms: RunTerms, attempt = 0, look: Partial<Seen> = { job: undefined }) =>
    nextStep(terms, begin('monday', EXECUTION, BEGAN, attempt), seen(look, 5));

  it.each([
    [TERMS, 'StartOnSpot', 'spot'],
    [SPOT, 'StartOnSpot', 'spot'],
    [ON_DEMAND, 'StartOnDemand', 'on-demand'],
  ])('makes its first job as its policy has it, %#', (terms, action, mode) => {
    expect(first(terms)).toMatchObject({
      action,
      state: { attempt: 1, polls: 2, elapsedSeconds: 5, mode },
      job: { name: 'churn-monday-1', checkpointsUri: 's3://data/checkpoints/churn/monday/', maxRuntimeSeconds: 3600 },
    });
  });

  it.each([
    ['a deadline', TERMS, 17_995],
    ['a wait', SPOT, 7195],
    ['a runtime', ON_DEMAND, 3600],
  ])('lets its job wait for as long as %s leaves, and never less than it may run', (_, terms, maxWaitSeconds) => {
    expect(first(terms).job).toMatchObject({ maxWaitSeconds });
  });

  it('that is taken up again goes on after the last job', () => {
    expect(first(TERMS, 3, job({ phase: 'stopped' }))).toMatchObject({
      action: 'StartOnSpot',
      state: { attempt: 4 },
      job: { name: 'churn-monday-4' },
    });
  });

  it.each(['waiting', 'running', 'stopping'] as const)('fails while a job of it is %s', (phase) => {
    expect(first(TERMS, 3, job({ phase }))).toMatchObject({
      action: 'Fail',
      error: { name: 'RunInProgress', cause: 'churn-monday-3 is at work on this run' },
    });
  });
});

describe('A run waits while its job', () => {
  it.each<[string, Case, string]>([
    ['is at work', {}, 'the deadline allows to go on or to wait'],
    ['is at work on-demand only', { terms: ON_DEMAND, state: onDemand, seen: job(onDemand) }, 'on-demand only'],
    ['is at work on Spot only', { terms: SPOT }, 'Spot only'],
    ['is waiting', { seen: job({ phase: 'waiting' }) }, 'the deadline allows to go on or to wait'],
    ['is stopping', { seen: job({ phase: 'stopping' }) }, 'the job is stopping'],
    ['is stopping, late', { terms: FAILING, seen: job({ phase: 'stopping' }), at: 20_000 }, 'the job is stopping'],
    ['is not known yet', { seen: { job: undefined } }, 'the job is not known yet'],
    [
      'is not known for the tenth time',
      { state: { missing: 9 }, seen: { job: undefined } },
      'the job is not known yet',
    ],
  ])('%s', (_, given, reason) => {
    const { action, ...step } = stepOf(given);
    expect([action, step.reason]).toEqual(['Wait', reason]);
  });

  it('is at work after the deadline, unless it is to fail then', () => {
    expect(stepOf({ at: 20_000, state: onDemand, seen: job(onDemand) })).toMatchObject({ action: 'Wait' });
  });
});

describe('A run stops its job', () => {
  it('when the policy wants the other instances', () => {
    // An hour of work, and 4,000 s to the deadline: too little for one more start.
    expect(stepOf({ at: 14_000 })).toMatchObject({
      action: 'Stop',
      reason: 'the deadline allows no more Spot',
      state: { mode: 'spot', stop: { next: 'on-demand' } },
      numbers: { slackSeconds: 400 },
    });
  });

  it.each<[string, Case, string, string]>([
    [
      'when it has cost what it may',
      { terms: LIMITED, state: onDemand, seen: job({ ...onDemand, trainingSeconds: 600 }) },
      'CostLimit',
      'the run has cost $1.00, allowed are $1',
    ],
    [
      'when all its jobs have cost what they may',
      { terms: LIMITED, state: { ...onDemand, used: usedUp }, seen: job({ ...onDemand, trainingSeconds: 60 }) },
      'CostLimit',
      'the run has cost $1.07, allowed are $1',
    ],
    [
      'when the deadline is over, and it is to fail then',
      { terms: FAILING, at: 18_060.4 },
      'DeadlineMissed',
      'the deadline was 60 s ago',
    ],
  ])('%s', (_, given, name, cause) => {
    expect(stepOf(given)).toMatchObject({ action: 'Stop', reason: cause, state: { stop: { error: { name, cause } } } });
  });

  it('again when it has not stopped, whatever the policy wants by now', () => {
    expect(stepOf({ state: { stop: { next: 'on-demand' } } })).toMatchObject({
      action: 'Stop',
      reason: 'it was asked to stop, and has not',
      state: { stop: { next: 'on-demand' } },
    });
  });
});

describe('A run makes another job', () => {
  it.each<[string, Case, Step['action'], string]>([
    [
      'in the other mode once it was stopped for that',
      { state: { stop: { next: 'on-demand' } }, seen: job({ phase: 'stopped' }) },
      'StartOnDemand',
      'churn-monday-2',
    ],
    [
      'in the other mode, although its job ran out of wait before it was stopped',
      { state: { stop: { next: 'on-demand' } }, seen: job({ phase: 'out of wait' }) },
      'StartOnDemand',
      'churn-monday-2',
    ],
    [
      'when the wait is over and the deadline is not',
      { seen: job({ phase: 'out of wait' }) },
      'StartOnSpot',
      'churn-monday-2',
    ],
    [
      'when the last one failed without capacity',
      { seen: job({ phase: 'failed', noCapacity: true }) },
      'StartOnSpot',
      'churn-monday-2',
    ],
    [
      'of the same name when that was refused for want of quota',
      { seen: { job: undefined, refusal: { name: 'SageMaker.ResourceLimitExceededException', cause: 'quota' } } },
      'StartOnSpot',
      'churn-monday-1',
    ],
    [
      'in the other mode, although its trainer failed when it was told to stop',
      { state: { stop: { next: 'on-demand' } }, seen: job({ phase: 'failed', reason: 'AlgorithmError: exit code 1' }) },
      'StartOnDemand',
      'churn-monday-2',
    ],
    [
      'on Spot, once it was stopped for that',
      { state: { ...onDemand, stop: { next: 'spot' } }, seen: job({ ...onDemand, phase: 'stopped' }) },
      'StartOnSpot',
      'churn-monday-2',
    ],
    [
      'on-demand, where the stop for Spot took the time that it would have had',
      { at: 14_000, state: { ...onDemand, stop: { next: 'spot' } }, seen: job({ ...onDemand, phase: 'stopped' }) },
      'StartOnDemand',
      'churn-monday-2',
    ],
    [
      'when the last one has left money',
      { terms: { ...TERMS, maxCostUsd: 1 }, seen: job({ phase: 'out of runtime', trainingSeconds: 600 }) },
      'StartOnSpot',
      'churn-monday-2',
    ],
    [
      'of the same name when Batch had too many requests',
      {
        seen: {
          job: undefined,
          refusal: { name: 'Batch.BatchException', cause: 'Too Many Requests (Service: Batch, Status Code: 429)' },
        },
      },
      'StartOnSpot',
      'churn-monday-1',
    ],
    ...['SageMaker.ThrottlingException', 'SageMaker.SdkClientException', 'States.Timeout'].map(
      (name): [string, Case, Step['action'], string] => [
        `of the same name after ${name}`,
        { seen: { job: undefined, refusal: { name, cause: '' } } },
        'StartOnSpot',
        'churn-monday-1',
      ],
    ),
    [
      'on-demand when there is no quota for Spot and no more time',
      {
        at: 14_000,
        seen: { job: undefined, refusal: { name: 'SageMaker.ResourceLimitExceededException', cause: 'quota' } },
      },
      'StartOnDemand',
      'churn-monday-1',
    ],
  ])('%s', (_, given, action, name) => {
    const step = stepOf(given);
    expect([step.action, step.job?.name, step.state.stop]).toEqual([action, name, undefined]);
  });

  it('with what its jobs have used', () => {
    expect(stepOf({ seen: job({ phase: 'out of wait', billableSeconds: 100, interruptions: 2 }) }).state.used).toEqual({
      trainingSeconds: 500,
      paidSeconds: 100,
      interruptions: 2,
    });
  });

  it('that may run for as long as there is money', () => {
    const state = { ...onDemand, used: { ...usedUp, paidSeconds: 100 } };
    const ended = job({ ...onDemand, phase: 'failed', noCapacity: true, billableSeconds: 0 });
    expect(stepOf({ terms: LIMITED, state, seen: ended }).job).toMatchObject({ maxRuntimeSeconds: 500 });
  });
});

describe('A run succeeds', () => {
  it.each<[string, Partial<RunState>]>([
    ['when its job is completed', {}],
    ['although it was to stop', { stop: { next: 'on-demand' } }],
    ['although it had reached a limit', { stop: { error: { name: 'CostLimit', cause: '' } } }],
  ])('%s', (_, state) => {
    expect(stepOf({ state, seen: job({ phase: 'completed', billableSeconds: 125 }) })).toMatchObject({
      action: 'Succeed',
      state: { used: { trainingSeconds: 500, paidSeconds: 125 } },
    });
  });
});

describe('A run fails', () => {
  const PATIENCE = 24 * 3600;

  it.each<[string, Case, string, string]>([
    [
      'when its trainer has',
      { seen: job({ phase: 'failed', reason: 'AlgorithmError: exit code 1' }) },
      'TrainingFailed',
      'AlgorithmError: exit code 1',
    ],
    [
      'when something else has stopped its job',
      { seen: job({ phase: 'stopped' }) },
      'Stopped',
      'something other than this execution has stopped the job',
    ],
    [
      'with the limit for which it has stopped its job',
      { state: { stop: { error: { name: 'CostLimit', cause: 'too dear' } } }, seen: job({ phase: 'stopped' }) },
      'CostLimit',
      'too dear',
    ],
    [
      'when its job ran for as long as it may',
      { seen: job({ phase: 'out of runtime', trainingSeconds: 3600 }) },
      'RuntimeLimit',
      'the job was not done after 3600 s, the most it may run',
    ],
    [
      'when its job ran for as long as there was money',
      {
        terms: LIMITED,
        state: onDemand,
        seen: job({ ...onDemand, phase: 'out of runtime', trainingSeconds: 600, billableSeconds: 600 }),
      },
      'CostLimit',
      'the run has spent the $1 that it may cost',
    ],
    [
      'when there is no money for another job',
      {
        terms: LIMITED,
        state: { ...onDemand, used: usedUp },
        seen: job({ ...onDemand, phase: 'failed', noCapacity: true, billableSeconds: 0 }),
      },
      'CostLimit',
      'the run has spent the $1 that it may cost',
    ],
    [
      'when its wait on Spot is over',
      { terms: SPOT, seen: job({ phase: 'out of wait' }) },
      'SpotUnavailable',
      'the job was not done within 7200 s on Spot',
    ],
    [
      'on Spot only when its last job has failed after its wait',
      { terms: SPOT, at: 7200, seen: job({ phase: 'failed', noCapacity: true }) },
      'SpotUnavailable',
      'the job was not done within 7200 s on Spot',
    ],
    [
      'when its last job has ended after the deadline, and it is to fail then',
      { terms: FAILING, at: 18_060, seen: job({ phase: 'out of wait' }) },
      'DeadlineMissed',
      'the deadline was 60 s ago',
    ],
    [
      'when its job was made by another execution',
      { seen: job({ execution: 'arn:another' }) },
      'RunExists',
      '"monday" is an earlier run of the cluster: start with {"run": "monday"} to take it up again, or name the execution otherwise',
    ],
    [
      'when its job is still stopping a day after all its time',
      { at: 18_000 + 3600 + PATIENCE + 1, seen: job({ phase: 'stopping' }) },
      'OutOfTime',
      'after 108001 s there is still no job that has done it',
    ],
    [
      'when its job does not stop until then',
      { at: 18_000 + 3600 + PATIENCE + 1, state: { stop: { next: 'on-demand' } } },
      'OutOfTime',
      'after 108001 s there is still no job that has done it',
    ],
    [
      'when its job was refused for good',
      {
        seen: { job: undefined, refusal: { name: 'SageMaker.SageMakerException', cause: 'Could not find model data' } },
      },
      'SageMaker.SageMakerException',
      'Could not find model data',
    ],
    [
      'when its job is not there after ten polls',
      { state: { missing: 10 }, seen: { job: undefined } },
      'JobMissing',
      'churn-monday-1 was asked for, and is not there',
    ],
    [
      'after so many jobs',
      { state: { attempt: MAX_ATTEMPTS }, seen: job({ phase: 'failed', noCapacity: true }) },
      'TooManyAttempts',
      '999 jobs have not done it',
    ],
    [
      'a day after its time without a job that does it',
      { at: 18_000 + PATIENCE + 1, seen: job({ phase: 'failed', noCapacity: true }) },
      'OutOfTime',
      'after 104401 s there is still no job that has done it',
    ],
  ])('%s', (_, given, name, cause) => {
    expect(stepOf(given)).toMatchObject({ action: 'Fail', error: { name, cause }, reason: cause });
  });
});

describe('A run remembers', () => {
  it('the progress that it has seen, when the file cannot be read', () => {
    const progress = { completed: 1, total: 2, trainingSeconds: 10, checkpointSeconds: 1 };
    expect(stepOf({ state: { progress } }).state.progress).toBe(progress);
    expect(stepOf({ seen: { progress } }).state.progress).toBe(progress);
  });

  it('how far on it was, when the clock is set back', () => {
    expect(stepOf({ at: 10 }).state.elapsedSeconds).toBe(STATE.elapsedSeconds);
  });

  it('for how many polls in a row its job was missing', () => {
    expect(stepOf({ state: { missing: 3 }, seen: { job: undefined } }).state.missing).toBe(4);
    expect(stepOf({ state: { missing: 3 } }).state.missing).toBe(0);
  });

  // The answer to the making of a job in one mode was lost, and then one in the other was asked for by the same name.
  it('the mode of the job that is there, not of the one that was asked for', () => {
    const step = stepOf({ state: { mode: 'on-demand' } });
    expect(step).toMatchObject({ action: 'Wait', state: { mode: 'spot' } });
  });
});

describe('A run goes on in another execution', () => {
  it('after 2,000 polls, with the same state, and counts anew', () => {
    const step = stepOf({ state: { polls: POLLS_PER_EXECUTION } });
    expect(step).toMatchObject({ action: 'Continue', state: { ...STATE, polls: 1 } });
    expect(stepOf({ state: { polls: POLLS_PER_EXECUTION - 1 } })).toMatchObject({
      action: 'Wait',
      state: { polls: POLLS_PER_EXECUTION },
    });
  });

  it('whatever it has to do, which it does in there', () => {
    const late = { state: { polls: POLLS_PER_EXECUTION }, at: 14_000 };
    const { action, state } = stepOf(late);
    expect([action, nextStep(TERMS, state, seen({}, 14_000)).action]).toEqual(['Continue', 'Stop']);
  });

  it('sooner where polls lead to requests, whose events are more', () => {
    expect(stepOf({ at: 14_000 })).toMatchObject({ action: 'Stop', state: { polls: STATE.polls + 2 } });
  });
});
