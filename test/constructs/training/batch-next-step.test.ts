import type { JobView } from '../../../constructs/training/job-view.decision';
import { nextStep, type Seen } from '../../../constructs/training/next-step.decision';
import type { RunState, RunTerms } from '../../../constructs/training/run.decision';

/* What the machine must mind itself on Batch, where SageMaker does. */

const TERMS: RunTerms = {
  jobPrefix: 'churn',
  checkpointsUri: 's3://data/checkpoints/churn/',
  outputUri: 's3://data/models/',
  capacity: { kind: 'spot', maxWaitSeconds: 7200, spotPriceRatio: 0.3 },
  nodes: 1,
  maxRuntimeSeconds: 3600,
  hyperparameters: {},
  batch: { spotQueue: 'arn:spot' },
};

const STATE: RunState = {
  run: 'monday',
  execution: 'arn:monday',
  startedAt: 0,
  elapsedSeconds: 900,
  polls: 15,
  attempt: 1,
  mode: 'spot',
  used: { trainingSeconds: 0, paidSeconds: 0, interruptions: 0 },
  missing: 0,
};

const JOB: JobView = {
  id: 'id-1',
  mode: 'spot',
  phase: 'running',
  noCapacity: false,
  waitingSeconds: 0,
  reason: 'RUNNING',
  interruptions: 0,
  trainingSeconds: 600,
  billableSeconds: undefined,
};

const step = (job: Partial<JobView> | undefined, seen: Partial<Seen> = {}, terms: RunTerms = TERMS) =>
  nextStep(terms, STATE, { now: 1000, job: job && { ...JOB, ...job }, progress: undefined, ...seen });

it('a job that has trained for long enough in all its attempts is stopped', () => {
  expect(step({ trainingSeconds: 3600, interruptions: 2 })).toMatchObject({
    action: 'Stop',
    state: {
      stop: { error: { name: 'RuntimeLimit', cause: 'the job was not done after 3600 s, the most it may run' } },
    },
  });
});

it('a job that has waited for long enough on Spot is stopped', () => {
  expect(step({ phase: 'waiting' }, { now: 7200 })).toMatchObject({
    action: 'Stop',
    state: { stop: { error: { name: 'SpotUnavailable' } } },
  });
});

it('how long a job trains, SageMaker minds itself', () => {
  expect(step({ trainingSeconds: 3600 }, {}, { ...TERMS, batch: undefined }).action).toBe('Wait');
});

it('a job that has lost its last instance is followed by another, of the next attempt', () => {
  expect(step({ phase: 'failed', noCapacity: true, interruptions: 10 })).toMatchObject({
    action: 'StartOnSpot',
    job: { name: 'churn-monday-2', checkpointsUri: 's3://data/checkpoints/churn/monday/' },
  });
});

const refusal = { name: 'Batch.SdkClientException', cause: 'Read timed out' };

it('a job whose answer was lost is not asked for again when it is there', () => {
  expect(step({}, { refusal }).action).toBe('Wait');
});

it('a job that was refused for a moment is asked for again, by its name', () => {
  expect(step(undefined, { refusal })).toMatchObject({ action: 'StartOnSpot', job: { name: 'churn-monday-1' } });
});

it('a job that Batch cannot take ends the run, with its reason', () => {
  const error = { name: 'Batch.ClientException', cause: 'JobDefinition is not ACTIVE' };
  expect(step(undefined, { refusal: error })).toMatchObject({ action: 'Fail', error });
});

it('what a Spot job costs is reckoned by the price ratio, since Batch does not tell', () => {
  expect(step({ phase: 'completed', trainingSeconds: 1000 }).state.used).toEqual({
    trainingSeconds: 1000,
    paidSeconds: 300,
    interruptions: 0,
  });
});
