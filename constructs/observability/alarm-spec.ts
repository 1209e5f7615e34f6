import type { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import type { Publisher } from './publisher';
import type { Severity } from './severity';
import type { Threshold } from './threshold';

/**
 * What "bad" means, as data: one definition from which alarms, dashboards and the runbook's list are made.
 */
export interface AlarmSpec {
  /** PascalCase, unique in its set. It names the alarm's construct, so changing it replaces the alarm. */
  readonly alarmId: string;

  /** What is wrong when the alarm goes off, as a sentence without a full stop. */
  readonly summary: string;

  /** The metric with its statistic and period. */
  readonly metric: cloudwatch.Metric;

  /** Who puts the metric's datapoints into CloudWatch. */
  readonly publisher: Publisher;

  /** The line that may not be crossed. */
  readonly threshold: Threshold;

  /** How long every datapoint must breach: a multiple of the metric's period, at most one day (7 days from a period of one hour up). */
  readonly breachDuration: Duration;

  /** How urgent it is. */
  readonly severity: Severity;

  /** What a period without a datapoint counts as. There is no default: a wrong choice hides outages or wakes people for nothing. */
  readonly missingData: cloudwatch.TreatMissingData;

  /** Where it is written what to do: a URL, or a path with a section, such as `docs/runbook.md#model-latency`. */
  readonly runbook: string;
}
