import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { TRAINING } from './constants';

/** A metric that the adviser of a cluster publishes. Runs at the same time share it, so the default is that of the worst of them. */
export function trainingMetric(
  clusterName: string,
  metricName: string,
  statistic: 'Minimum' | 'Maximum',
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: TRAINING.namespace,
    metricName,
    dimensionsMap: { [TRAINING.clusterDimension]: clusterName },
    statistic,
    period: Duration.minutes(1),
    ...options,
  });
}
