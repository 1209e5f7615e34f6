/** Names and numbers that constructs, handlers and decisions share. No imports, so that handlers stay small. */
export const TRAINING = {
  namespace: 'Slipway/Training',
  clusterDimension: 'Cluster',
  /** Realised saving of a run so far over on-demand prices, percent. */
  savings: 'SpotSavings',
  /** Saving of a run that has ended, once it is known what is billed. */
  runSavings: 'RunSavings',
  /** Interruptions of a run so far. */
  interruptions: 'SpotInterruptions',
  /** Seconds by which a run that has ended missed its deadline; 0 when it did not. */
  lateness: 'DeadlineMissedBy',
  /** What the trainer writes beside its checkpoint: docs/trainers.md. */
  progressFile: 'progress.json',
  /** Environment variable of the container: seconds between two checkpoints that the cluster advises. */
  checkpointIntervalVariable: 'CHECKPOINT_INTERVAL_SECONDS',
  /** Environment variable of the container: `true` where several jobs have one checkpoint prefix, so each takes a folder of its own. */
  checkpointsByJobNameVariable: 'CHECKPOINTS_BY_JOB_NAME',
  /** Environment variable of the container: ARN of the execution for whose run the job was made. */
  executionVariable: 'TRAINING_EXECUTION',
} as const;

/** How tuning jobs are watched. Seconds, but for the polls. */
export const TUNING = {
  /** From one look to the next, at least. */
  pollSeconds: 60,
  /** Looks of the longest run: a look takes nine of the 25,000 events that an execution may have. */
  polls: 2200,
  /** For so long a run tries to get a tuning job made. */
  patienceSeconds: 6 * 3600,
  /** For so long after its time a tuning job may end by itself, and for as long again once it was asked to. */
  graceSeconds: 3600,
} as const;

/**
 * Polls after which a run goes on in an execution of its own: an execution may have 25,000 events. A poll takes nine; one that leads to
 * a request takes 14, up to 23 with its repetitions, and counts twice.
 */
export const POLLS_PER_EXECUTION = 2000;

/** Longest name of a training job (API CreateTrainingJob). */
export const MAX_JOB_NAME = 63;

/** Attempts of a run at most: each makes a training job, `<run>-1` to `<run>-999`. */
export const MAX_ATTEMPTS = 999;

/** Less than this on instances is not worth a job, seconds. */
export const MIN_RUNTIME_SECONDS = 60;

/**
 * Bytes of a job's hyperparameters as JSON, and of those of an input. A state carries both twice, and may have 256 KiB (Step Functions
 * quotas, November 2026).
 */
export const MAX_HYPERPARAMETER_BYTES = 48 * 1024;

/**
 * Characters of hyperparameters in a request of Batch. ECS takes 8,192 of overrides (API RunTask, overrides), names of job, checkpoints
 * and Batch's own variables among them: a job with more fails when it is to start.
 */
export const MAX_BATCH_HYPERPARAMETERS = 6000;

/** From one look at a run to the next, seconds. */
export const POLL_SECONDS = 60;

/** What a look itself takes, with the age of what is seen, seconds. */
export const LOOK_SECONDS = 30;

/** Time from a start until training goes on, where nobody told: seconds. */
export const STARTUP_SECONDS = 600;

/** Exit codes of the container's entry point on Batch: images/trainer/batch_entry. */
export const BATCH_EXIT = {
  /** It was told to stop, and has saved. */
  stopped: 143,
  /** Another job has the checkpoint prefix. */
  prefixTaken: 75,
} as const;

/** What the entry point on Batch is told, as environment variables, and the object beside the checkpoints that names their owner. */
export const BATCH_ENTRY = {
  attempt: 'TRAINING_ATTEMPT',
  checkpoints: 'TRAINING_CHECKPOINTS_URI',
  output: 'TRAINING_OUTPUT_URI',
  channels: 'TRAINING_CHANNELS',
  hyperparameters: 'TRAINING_HYPERPARAMETERS',
  ownerFile: 'batch-owner.json',
} as const;
