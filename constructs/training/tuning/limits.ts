import type { Duration } from 'aws-cdk-lib';

/** How many training jobs a tuning may start, and how long it may take. */
export interface TuningLimits {
  /**
   * Training jobs altogether, from 1 up. Not for a grid, which has as many as there are combinations. With a warm start those of
   * the parents count too, and AWS's quota is 750 a tuning job unless it was raised.
   *
   * @default - as many as the grid has combinations; any other strategy needs it
   */
  readonly maxJobs?: number;

  /**
   * Training jobs at the same time, from 1 up, at most `maxJobs`. Each takes the nodes of the cluster, and your quota must hold
   * them. The fewer there are, the more a Bayesian search learns from one to the next.
   */
  readonly maxParallelJobs: number;

  /** How long the whole may take, 2 minutes to 182.5 days. SageMaker stops what is at work then, and the run fails. */
  readonly maxRuntime: Duration;
}
