import type { aws_cloudwatch as cloudwatch, aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { DataChannel } from './data-channel';
import type { TrainingImage } from './training-image';

/** A number that is read from what the trainer prints. */
export interface TrainingMetricDefinition {
  /** Its name in CloudWatch, under `/aws/sagemaker/TrainingJobs`: 1 to 255 characters. */
  readonly name: string;

  /** A regular expression whose first group is the number: up to 500 characters. */
  readonly regex: string;
}

/** What trains, and on what. */
export interface TrainingJobOptions {
  /** The image that trains. */
  readonly image: TrainingImage;

  /**
   * Data, at most 20 channels.
   *
   * @default - none
   */
  readonly channels?: DataChannel[];

  /**
   * Hyperparameters, at most 100, as strings of one line: 256 characters of name and 2,500 of value, 48 KiB together, on Batch 6,000
   * characters. An execution's input may replace them.
   *
   * @default - none
   */
  readonly hyperparameters?: { readonly [name: string]: string };

  /**
   * Environment variables of the container, at most 100 with the cluster's own, on Batch 18,000 bytes with the channels. Not for
   * secrets: they stand in the template in plain text.
   *
   * @default - the cluster's own
   */
  readonly environment?: { readonly [name: string]: string };

  /**
   * Numbers that are read from what the trainer prints, at most 40. Not on Batch, which reads none.
   *
   * @default - none
   */
  readonly metrics?: TrainingMetricDefinition[];
}

/**
 * A job of a cluster: a state machine, each execution of which is a run.
 *
 * Start one with `{}`, with `{"hyperparameters": {"epochs": "3"}}`, or with `{"run": "<name>"}` to take an earlier run up again from
 * its last checkpoint. A run is named after its execution, or by a digest of that name where no job could have it; an execution that
 * has the name of an earlier run of the cluster fails (`RunExists`), so that no run goes on from another one's checkpoint by accident.
 * The machine ends with the run's checkpoints, its model, what it cost, and how often it was interrupted.
 */
export interface ITrainingJob extends IConstruct {
  /** Carries runs to their end. */
  readonly stateMachine: sfn.IStateMachine;

  /**
   * A state that starts a run and waits for its end, for a machine of yours. Its result is what the run ends with.
   *
   * @param input JSON for the run, as for an execution of `stateMachine`; by default nothing
   */
  createTask(scope: Construct, id: string, input?: sfn.TaskInput): sfn.TaskStateBase;

  /** Lets someone start runs, and look at them. */
  grantStart(grantee: iam.IGrantable): iam.Grant;

  /** Runs that failed, a count: one that has gone on in another execution counts in each. */
  metricFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
