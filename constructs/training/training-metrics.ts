import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { TRAINING } from './constants';

/** A metric that the adviser of a cluster publishes at each poll: totals of the run, so the highest of a period is the newest. */
export function trainingMetric(
  clusterName: string,
  metricName: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: TRAINING.namespace,
    metricName,
    dimensionsMap: { [TRAINING.clusterDimension]: clusterName },
    statistic: 'Maximum',
    period: Duration.minutes(1),
    ...options,
  });
}
