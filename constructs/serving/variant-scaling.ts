import { aws_applicationautoscaling as appscaling, Duration, Token } from 'aws-cdk-lib';

/** How far a variant scales. */
export interface ScalingRange {
  /** Fewest instances, 1 and up. A real-time variant cannot be scaled to zero. */
  readonly minInstances: number;

  /** Most instances, at least minInstances. */
  readonly maxInstances: number;

  /**
   * Wait after adding instances before adding more. New instances take minutes to start.
   *
   * @default Duration.minutes(5)
   */
  readonly scaleOutCooldown?: Duration;

  /**
   * Wait after removing instances before removing more.
   *
   * @default Duration.minutes(5)
   */
  readonly scaleInCooldown?: Duration;
}

/** Scaling by requests in flight. */
export interface ConcurrencyScalingOptions extends ScalingRange {
  /** Requests in flight on one instance that scaling keeps to, queued ones included. Above 0. */
  readonly concurrentRequestsPerInstance: number;
}

/** Scaling by requests a minute. */
export interface InvocationsScalingOptions extends ScalingRange {
  /** Requests a minute on one instance that scaling keeps to. Above 0. */
  readonly invocationsPerInstancePerMinute: number;
}

/** Keeps a variant's load per instance at a target, by adding and removing instances. Not for burstable (ml.t) types. */
export class VariantScaling {
  /**
   * By requests in flight, a metric of ten seconds: reacts up to a minute earlier than `invocations`, and holds for models whose
   * requests differ in cost. The default choice.
   */
  public static concurrency(options: ConcurrencyScalingOptions): VariantScaling {
    return new VariantScaling(
      'VariantScaling.concurrency',
      'concurrentRequestsPerInstance',
      options,
      appscaling.PredefinedMetric.SAGEMAKER_VARIANT_CONCURRENT_REQUESTS_PER_MODEL_HIGH_RESOLUTION,
      options.concurrentRequestsPerInstance,
    );
  }

  /** By requests a minute, for models whose requests all cost the same. */
  public static invocations(options: InvocationsScalingOptions): VariantScaling {
    return new VariantScaling(
      'VariantScaling.invocations',
      'invocationsPerInstancePerMinute',
      options,
      appscaling.PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE,
      options.invocationsPerInstancePerMinute,
    );
  }

  private constructor(
    factory: string,
    targetField: string,
    /** How far and how fast. */
    public readonly scalingRange: ScalingRange,
    /** What is kept at the target. */
    public readonly metric: appscaling.PredefinedMetric,
    /** The target, in the metric's unit. */
    public readonly target: number,
  ) {
    const { minInstances, maxInstances } = scalingRange;
    if (!Token.isUnresolved(minInstances) && (!Number.isInteger(minInstances) || minInstances < 1)) {
      throw new Error(
        `${factory}: minInstances is ${minInstances}, allowed are whole numbers from 1 up: real-time variants do not scale to zero`,
      );
    }
    if (!Token.isUnresolved(maxInstances) && (!Number.isInteger(maxInstances) || maxInstances < minInstances)) {
      throw new Error(
        `${factory}: maxInstances is ${maxInstances}, allowed are whole numbers from minInstances (${minInstances}) up`,
      );
    }
    if (!Token.isUnresolved(target) && !(target > 0 && target < Infinity))
      throw new Error(`${factory}: ${targetField} is ${target}, allowed are numbers above 0`);
  }

  /** Wait after adding instances. */
  public get scaleOutCooldown(): Duration {
    return this.scalingRange.scaleOutCooldown ?? Duration.minutes(5);
  }

  /** Wait after removing instances. */
  public get scaleInCooldown(): Duration {
    return this.scalingRange.scaleInCooldown ?? Duration.minutes(5);
  }
}
