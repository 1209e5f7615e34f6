import { aws_cloudwatch as cloudwatch, type Duration } from 'aws-cdk-lib';
import type { IModelEndpoint } from './endpoint';
import { type AlarmSpec, Publisher, Severity, Threshold } from '../observability';

/** Options of the latency alarm. */
export interface LatencyAlarmOptions {
  /** The variant it watches: percentiles cannot be merged over variants. */
  readonly variantName: string;

  /** 95 of 100 requests must be answered in this time, SageMaker's own overhead not included. Whole milliseconds. */
  readonly p95: Duration;

  /** How long it must be exceeded, whole minutes. */
  readonly breachDuration: Duration;
}

/** Options of the server error alarm. */
export interface ServerErrorAlarmOptions {
  /** The variant it watches. */
  readonly variantName: string;

  /** Share of requests that may fail with 5xx, 0 to 100 percent. */
  readonly percentage: number;

  /** How long it must be exceeded, whole minutes. */
  readonly breachDuration: Duration;
}

/** Alarms on what callers of an endpoint notice. */
export class EndpointAlarms {
  /**
   * Requests take too long: p95 of ModelLatency above the limit.
   *
   * Below 200 requests a minute the percentile is not meaningful, and the alarm keeps its state. A minute without requests is fine.
   */
  public static latency(endpoint: IModelEndpoint, options: LatencyAlarmOptions): AlarmSpec {
    const { variantName, p95, breachDuration } = options;
    checkVariant('latency', endpoint, variantName);
    return {
      alarmId: `Latency${pascalCase(variantName)}`,
      summary: `Endpoint ${endpoint.endpointName}, variant ${variantName}, answers slowly`,
      metric: endpoint.metricModelLatency(variantName),
      publisher: Publisher.aws('SageMaker'),
      threshold: Threshold.microsecondsAbove(p95),
      breachDuration,
      severity: Severity.CRITICAL,
      missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      runbook: 'docs/runbook.md#model-latency',
    };
  }

  /** Requests fail with 5xx. A minute without requests is fine. */
  public static serverErrors(endpoint: IModelEndpoint, options: ServerErrorAlarmOptions): AlarmSpec {
    const { variantName, percentage, breachDuration } = options;
    checkVariant('serverErrors', endpoint, variantName);
    return {
      alarmId: `ServerErrors${pascalCase(variantName)}`,
      summary: `Endpoint ${endpoint.endpointName}, variant ${variantName}, fails`,
      metric: endpoint.metricServerErrors(variantName),
      publisher: Publisher.aws('SageMaker'),
      threshold: Threshold.percentOfRequestsAbove(percentage),
      breachDuration,
      severity: Severity.CRITICAL,
      missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      runbook: 'docs/runbook.md#server-errors',
    };
  }

  private constructor() {
    // Factories only.
  }
}

/** An alarm on a variant that is not there never goes off. */
function checkVariant(factory: string, { variantNames }: IModelEndpoint, given: string): void {
  if (variantNames.length > 0 && !variantNames.includes(given)) {
    throw new Error(
      `EndpointAlarms.${factory}: variantName is "${given}", allowed are ${variantNames.join(', ')}, the endpoint's variants`,
    );
  }
}

function pascalCase(name: string): string {
  return name.replace(/(^|-+)([a-zA-Z0-9])/g, (_, __, first: string) => first.toUpperCase());
}
