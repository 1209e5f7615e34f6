import type { Duration, Size } from 'aws-cdk-lib';
import type { ModelSource } from './model-source';
import type { VariantScaling } from './variant-scaling';

/** Which instance of a variant gets a request. */
export enum RoutingStrategy {
  /** The instance with the fewest requests in flight: better tail latency when requests differ in cost. */
  LEAST_OUTSTANDING_REQUESTS = 'LEAST_OUTSTANDING_REQUESTS',

  /** Any instance. */
  RANDOM = 'RANDOM',
}

/** One real-time variant of an endpoint: a model on instances of one type. */
export interface EndpointVariant {
  /** 1 to 63 letters, digits and inner hyphens, unique in the endpoint. A variant that is renamed loses its weight and instance count. */
  readonly variantName: string;

  /** What it serves. */
  readonly model: ModelSource;

  /** `ml.<family>.<size>`. Changing it while the variant has scaling makes SageMaker refuse the update: remove `scaling` in a deployment of its own first. */
  readonly instanceType: string;

  /**
   * Instances at creation, 1 and up; within the range of `scaling`. Later deployments keep the count that runs. AWS advises 2 or
   * more, in different zones, for production.
   *
   * @default - the scaling's minInstances, or 1
   */
  readonly initialInstanceCount?: number;

  /**
   * Share of traffic at creation, relative to the sum over variants, 0 and up. 0 is a variant without traffic, reachable by name.
   * Later deployments keep the weight that runs.
   *
   * @default 1
   */
  readonly initialWeight?: number;

  /**
   * Adds and removes instances with the load.
   *
   * @default - the instance count stays
   */
  readonly scaling?: VariantScaling;

  /**
   * Which instance gets a request.
   *
   * @default RoutingStrategy.LEAST_OUTSTANDING_REQUESTS
   */
  readonly routingStrategy?: RoutingStrategy;

  /**
   * Size of each instance's volume, 1 to 512 GiB. Not for types with local storage.
   *
   * @default - SageMaker's choice for the instance type
   */
  readonly volumeSize?: Size;

  /**
   * How long the container may take to answer GET /ping after its start, 60 seconds to 1 hour.
   *
   * @default - SageMaker's own limit
   */
  readonly startupHealthCheckTimeout?: Duration;
}
