/** How often, and how finely, SageMaker publishes an endpoint's metrics. */
export interface EndpointMetricsOptions {
  /**
   * Seconds between two datapoints of the instances' utilization: 10, 30, 60, 120, 180, 240 or 300.
   *
   * @default 60
   */
  readonly publishFrequencySeconds?: number;

  /**
   * Adds metrics by instance, container and accelerator. Each is billed as a custom metric.
   *
   * @default false
   */
  readonly enhancedMetrics?: boolean;

  /**
   * Reads the container's own Prometheus metrics from port 8080, `/metrics`. Each is billed as a custom metric. SageMaker's own
   * default for new endpoints is true.
   *
   * @default false
   */
  readonly detailedObservability?: boolean;
}
