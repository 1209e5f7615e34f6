import type { JobView } from '../../../constructs/training/job-view.decision';
import type { RunState, RunTerms } from '../../../constructs/training/run.decision';

/** A run of one node at $6 an hour, with an hour of work and a deadline of five. */
export const TERMS: RunTerms = {
  jobPrefix: 'churn',
  checkpointsUri: 's3://data/checkpoints/churn/',
  outputUri: 's3://data/models/',
  capacity: {
    kind: 'until-deadline',
    afterDeadline: 'go-on',
    terms: {
      policy: 'safety-net',
      deadlineSeconds: 18_000,
      workSeconds: 3600,
      spotPriceRatio: 0.25,
      restartSeconds: 600,
      checkpointSeconds: 60,
      checkpointIntervalSeconds: 600,
      pollSeconds: 60,
      prior: { meanUpSeconds: 14_400, meanDownSeconds: 7200 },
    },
  },
  nodes: 1,
  maxRuntimeSeconds: 3600,
  onDemandUsdPerHour: 6,
  hyperparameters: {},
};
export const ON_DEMAND: RunTerms = { ...TERMS, capacity: { kind: 'on-demand' } };
export const SPOT: RunTerms = { ...TERMS, capacity: { kind: 'spot', maxWaitSeconds: 7200 } };

/** When the runs of these tests began. */
export const BEGAN = 1_000_000;

/** Of that execution. */
export const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:train:monday';

/** A run whose first job is on Spot since its second poll. */
export const STATE: RunState = {
  run: 'monday',
  execution: EXECUTION,
  startedAt: BEGAN,
  elapsedSeconds: 600,
  polls: 10,
  attempt: 1,
  mode: 'spot',
  used: { trainingSeconds: 0, paidSeconds: 0, interruptions: 0 },
  missing: 0,
};

export const RUNNING: JobView = {
  mode: 'spot',
  phase: 'running',
  noCapacity: false,
  waitingSeconds: 0,
  reason: 'Training',
  interruptions: 0,
  trainingSeconds: 500,
  billableSeconds: undefined,
};
