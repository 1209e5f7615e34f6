import type { aws_cloudwatch as cloudwatch, aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { IConstruct, Construct } from 'constructs';
import type { TuningLimits } from './limits';
import type { TuningObjective } from './objective';
import type { TuningRange } from './range';
import type { TuningStrategy } from './strategy';
import type { TuningWarmStart } from './warm-start';
import type { SpotPolicy } from '../spot-policy';
import type { TrainingJobOptions } from '../training-job';

/** Whether jobs are stopped that are unlikely to become the best. */
export enum EarlyStopping {
  /** Every job goes on to its end. */
  OFF = 'Off',

  /** A job is stopped when its objective is worse than the median of the jobs before, at the same epoch. */
  AUTO = 'Auto',
}

/** Whether the training jobs of a tuning keep checkpoints. */
export enum TuningCheckpoints {
  /** They keep none: a job that is interrupted begins anew. On Spot, jobs may then wait and train for an hour at most. */
  NONE = 'none',

  /**
   * Each in a folder of its own, below `/opt/ml/checkpoints`, that the trainer names after TRAINING_JOB_NAME: it is told by
   * CHECKPOINTS_BY_JOB_NAME in its environment. All jobs of a tuning job are given the same S3 prefix, and AWS does not say that
   * their names are added to it. A trainer that does not do this would go on from the checkpoint of another job.
   */
  BY_JOB_NAME = 'by job name',
}

/** What is tuned, and how. */
export interface HyperparameterTuningOptions {
  /** What trains, and on what, as for `trainingJob`. Its hyperparameters are those that are not tuned. */
  readonly job: TrainingJobOptions;

  /** By which metric training jobs are compared. */
  readonly objective: TuningObjective;

  /** Hyperparameters that are tuned, 1 to 30, with those of the job 99 at most: SageMaker adds one of its own. */
  readonly ranges: TuningRange[];

  /** How many training jobs, and for how long. */
  readonly limits: TuningLimits;

  /**
   * How values are chosen.
   *
   * @default TuningStrategy.bayesian()
   */
  readonly strategy?: TuningStrategy;

  /**
   * Whether jobs are stopped that are unlikely to become the best. Not with Hyperband, which does so itself. The trainer has to
   * print the objective after each epoch.
   *
   * @default EarlyStopping.OFF
   */
  readonly earlyStopping?: EarlyStopping;

  /**
   * Which instances the training jobs use: `spotOnly`, whose wait is that of each job, or `onDemandOnly`. There is no deadline:
   * SageMaker starts these jobs, and nothing can move one to on-demand instances in time.
   *
   * @default - the cluster's, which must not be one with a deadline
   */
  readonly spotPolicy?: SpotPolicy;

  /**
   * Whether training jobs keep checkpoints.
   *
   * @default TuningCheckpoints.NONE
   */
  readonly checkpoints?: TuningCheckpoints;

  /**
   * Earlier tuning jobs to learn from. Not with Hyperband, and not with a grid.
   *
   * @default - none
   */
  readonly warmStart?: TuningWarmStart;

  /**
   * Lets another tuning job propose the same values, up to all of them for a random search, 0 to 2,147,483,647.
   *
   * @default - another at each run
   */
  readonly randomSeed?: number;
}

/**
 * A search for hyperparameters: a state machine, each execution of which is a tuning job.
 *
 * Start one with `{}`, with `{"hyperparameters": {"epochs": "3"}}` for those that are not tuned, or, where it has a warm start, with
 * `{"parents": ["<tuning job>"]}` to learn from others. The machine ends with the best training job, its objective, its
 * hyperparameters and its model.
 */
export interface IHyperparameterTuning extends IConstruct {
  /** Carries tuning jobs to their end. */
  readonly stateMachine: sfn.IStateMachine;

  /**
   * A state that starts a tuning job and waits for its end, for a machine of yours. Its result is what the run ends with.
   *
   * @param input JSON for the run, as for an execution of `stateMachine`; by default nothing
   */
  createTask(scope: Construct, id: string, input?: sfn.TaskInput): sfn.TaskStateBase;

  /** Lets someone start runs, and look at them. */
  grantStart(grantee: iam.IGrantable): iam.Grant;

  /** Runs that failed, a count. */
  metricFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
