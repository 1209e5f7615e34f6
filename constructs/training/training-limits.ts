import type { Duration } from 'aws-cdk-lib';

/** How long a run may work, and what it may cost. */
export interface TrainingLimits {
  /** How long a job may be on instances, 1 minute to 28 days. Work that is not done by then is stopped, and its checkpoint kept. */
  readonly maxRuntime: Duration;

  /**
   * How long the work takes on instances that are not interrupted, as long as the trainer has not told its progress. Too long makes
   * the first hours dearer than they need be, too short may miss the deadline of a trainer that tells no progress.
   *
   * @default - maxRuntime
   */
  readonly expectedRuntime?: Duration;

  /**
   * Time from a start until training goes on: instances, image, data, checkpoint. 1 minute to 1 hour.
   *
   * @default Duration.minutes(10)
   */
  readonly startupTime?: Duration;

  /**
   * USD that one execution may cost, all its jobs together. It is stopped before, and its checkpoint kept. A run that is taken up
   * again has as much once more. Needs `hourlyPrices`.
   *
   * @default - no limit but maxRuntime
   */
  readonly maxCostUsd?: number;
}

/** What an hour of one instance costs. AWS's prices are no part of this library: they change. */
export interface HourlyPrices {
  /** USD on demand, above 0. */
  readonly onDemandUsd: number;

  /**
   * USD on Spot, above 0, less than on demand. AWS publishes none for SageMaker: take one minus the saving of a job.
   *
   * @default - by the saving that EC2's Spot Instance Advisor tells for the type and region, or 40 % of on-demand
   */
  readonly spotUsd?: number;
}
