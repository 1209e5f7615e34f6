import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { QUALITY_METRICS } from './constants';
import { type AlarmSpec, Publisher, Severity, Threshold } from '../observability';

/** Options of an alarm on a quality metric. */
export interface QualityAlarmOptions {
  /** The score that may not be crossed. */
  readonly limit: number;

  /** How long it must be crossed: a multiple of five minutes, the cadence of the metric. */
  readonly breachDuration: Duration;
}

/**
 * Alarms on how well a model still fits its data.
 *
 * The metrics are published from outside this library, by the contract in docs/metrics.md. A gap in them leaves the
 * alarm's state as it is: no news is not good news.
 */
export class QualityAlarms {
  /**
   * The data drifted from what the model was trained on: `DataDriftScore` above the limit.
   *
   * @param endpointName the endpoint's name, a literal
   */
  public static drift(endpointName: string, options: QualityAlarmOptions): AlarmSpec {
    return {
      alarmId: 'DataDrift',
      summary: `Data sent to ${endpointName} has drifted from the training data`,
      metric: qualityMetric(endpointName, QUALITY_METRICS.driftScore, cloudwatch.Stats.MAXIMUM),
      threshold: Threshold.above(options.limit),
      breachDuration: options.breachDuration,
      runbook: 'docs/runbook.md#data-drift',
      ...alike(),
    };
  }

  /**
   * The model is wrong too often: `ModelAccuracy` below the limit.
   *
   * @param endpointName the endpoint's name, a literal
   */
  public static accuracy(endpointName: string, options: QualityAlarmOptions): AlarmSpec {
    if (!(options.limit > 0 && options.limit <= 1)) {
      throw new Error(
        `QualityAlarms.accuracy: limit is ${options.limit}, allowed is above 0, up to 1: accuracy is a share`,
      );
    }
    return {
      alarmId: 'ModelAccuracy',
      summary: `Answers of ${endpointName} are wrong too often`,
      metric: qualityMetric(endpointName, QUALITY_METRICS.accuracy, cloudwatch.Stats.AVERAGE),
      threshold: Threshold.below(options.limit),
      breachDuration: options.breachDuration,
      runbook: 'docs/runbook.md#model-accuracy',
      ...alike(),
    };
  }

  private constructor() {
    // Factories only.
  }
}

/** Made when an alarm needs it: a constant would load aws-cloudwatch for everyone who imports the library. */
function alike(): Pick<AlarmSpec, 'publisher' | 'severity' | 'missingData'> {
  return {
    publisher: Publisher.outside('docs/metrics.md'),
    severity: Severity.WARNING,
    missingData: cloudwatch.TreatMissingData.IGNORE,
  };
}

function qualityMetric(endpointName: string, metricName: string, statistic: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: QUALITY_METRICS.namespace,
    metricName,
    dimensionsMap: { [QUALITY_METRICS.endpointDimension]: endpointName },
    statistic,
    period: Duration.minutes(QUALITY_METRICS.periodMinutes),
  });
}
