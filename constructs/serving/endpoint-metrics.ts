import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';

const SERVICE = 'AWS/SageMaker';
const INSTANCES = '/aws/sagemaker/Endpoints';

/**
 * What SageMaker publishes of a variant, and the statistic that means something.
 *
 * No unit is set on the metrics: on an alarm it is a filter, and one that does not match lets the alarm never go off.
 * Source: Amazon SageMaker developer guide, "Metrics for monitoring Amazon SageMaker AI with CloudWatch" (November 2026).
 */
const METRICS = {
  Invocations: { namespace: SERVICE, statistic: 'Sum' },
  InvocationsPerInstance: { namespace: SERVICE, statistic: 'Sum' },
  Invocation4XXErrors: { namespace: SERVICE, statistic: 'Average' },
  Invocation5XXErrors: { namespace: SERVICE, statistic: 'Average' },
  ModelLatency: { namespace: SERVICE, statistic: 'p95' },
  OverheadLatency: { namespace: SERVICE, statistic: 'Average' },
  ConcurrentRequestsPerModel: { namespace: SERVICE, statistic: 'Maximum' },
  CPUUtilization: { namespace: INSTANCES, statistic: 'Average' },
  MemoryUtilization: { namespace: INSTANCES, statistic: 'Maximum' },
  DiskUtilization: { namespace: INSTANCES, statistic: 'Maximum' },
  GPUUtilization: { namespace: INSTANCES, statistic: 'Average' },
  GPUMemoryUtilization: { namespace: INSTANCES, statistic: 'Maximum' },
} as const;

/** A metric of one variant, by the minute. */
export function variantMetric(
  endpointName: string,
  variantName: string,
  metricName: keyof typeof METRICS,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    ...METRICS[metricName],
    metricName,
    dimensionsMap: { EndpointName: endpointName, VariantName: variantName },
    period: Duration.minutes(1),
    ...options,
  });
}
