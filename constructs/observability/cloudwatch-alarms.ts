import { aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmSpec } from './alarm-spec';
import type { ISeverityTopics } from './severity';
import { recordAlarm } from '../private/assembly-facts';
import { fail } from '../private/fail';

export interface CloudWatchAlarmsProps {
  /** The alarms to define. Ids are unique. */
  readonly specs: AlarmSpec[];

  /**
   * Where alarms are sent, when they go off and when they are over.
   *
   * @default - nobody is told; the alarms' states can still be read, and roll deployments back
   */
  readonly topics?: ISeverityTopics;
}

/**
 * Alarm specs as CloudWatch alarms.
 *
 * Defines one standard-resolution alarm a spec (about $0.10 a month each, us-east-1). Alarms get no physical name. A
 * breach must hold in every period of the spec's duration. Refuses a spec whose duration CloudWatch cannot evaluate.
 *
 * @example
 * new observability.CloudWatchAlarms(this, 'Alarms', {
 *   specs: [
 *     serving.EndpointAlarms.latency(endpoint, {
 *       variantName: 'primary',
 *       p95: Duration.millis(50),
 *       breachDuration: Duration.minutes(5),
 *     }),
 *   ],
 * });
 */
export class CloudWatchAlarms extends Construct {
  /** The alarms, in the order of the specs. */
  public readonly alarms: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: CloudWatchAlarmsProps) {
    super(scope, id);
    this.validateSpecs(props.specs);

    this.alarms = props.specs.map((spec) => this.createAlarm(spec));
    if (props.topics) this.notify(props.specs, props.topics);
  }

  /**
   * The alarm of one spec. Fails when there is none.
   *
   * @param alarmId the spec's alarmId
   */
  public alarm(alarmId: string): cloudwatch.Alarm {
    const found = this.alarms.find(({ node }) => node.id === alarmId);
    const known = this.alarms.map(({ node }) => node.id).join(', ');
    return found ?? fail(this, `no alarm "${alarmId}", known are ${known}`);
  }

  private createAlarm(spec: AlarmSpec): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, spec.alarmId, {
      metric: spec.metric,
      comparisonOperator: spec.threshold.comparison,
      threshold: spec.threshold.value,
      evaluationPeriods: periods(spec),
      datapointsToAlarm: periods(spec),
      treatMissingData: spec.missingData,
      evaluateLowSampleCountPercentile: isPercentile(spec.metric) ? 'ignore' : undefined,
      alarmDescription: describe(spec),
    });
    recordAlarm(alarm, {
      id: spec.alarmId,
      summary: spec.summary,
      threshold: spec.threshold.description,
      breachSeconds: spec.breachDuration.toSeconds(),
      severity: spec.severity,
      missingData: spec.missingData,
      publisher: spec.publisher.description,
      runbook: spec.runbook,
    });
    return alarm;
  }

  private notify(specs: AlarmSpec[], topics: ISeverityTopics): void {
    for (const spec of specs) {
      const action = new actions.SnsAction(topics[spec.severity]);
      const alarm = this.alarm(spec.alarmId);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  private validateSpecs(specs: AlarmSpec[]): void {
    for (const spec of specs) this.validateSpec(spec);
    const ids = specs.map(({ alarmId }) => alarmId);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice) fail(this, `specs has alarmId "${twice}" twice, allowed are unique ids`);
  }

  private validateSpec(spec: AlarmSpec): void {
    const where = `alarm ${spec.alarmId}`;
    if (!/^[A-Z][A-Za-z0-9]*$/.test(spec.alarmId)) fail(this, `alarmId is "${spec.alarmId}", allowed is PascalCase`);
    if (spec.breachDuration.isUnresolved()) {
      fail(this, `${where}: breachDuration is a token, allowed is a literal: the number of periods is counted from it`);
    }

    const period = spec.metric.period.toSeconds();
    const breach = spec.breachDuration.toSeconds();
    if (breach < period || breach % period !== 0) {
      fail(
        this,
        `${where}: breachDuration is ${breach} s, allowed are multiples of the metric's period of ${period} s`,
      );
    }
    const longest = period < 3600 ? Duration.days(1) : Duration.days(7);
    if (breach > longest.toSeconds()) {
      fail(
        this,
        `${where}: breachDuration is ${breach} s, allowed are up to ${longest.toSeconds()} s: ` +
          'CloudWatch evaluates at most one day, or seven days when the period is an hour or more',
      );
    }
  }
}

function periods(spec: AlarmSpec): number {
  return spec.breachDuration.toSeconds() / spec.metric.period.toSeconds();
}

function isPercentile(metric: cloudwatch.Metric): boolean {
  return /^p\d/.test(metric.statistic);
}

function describe(spec: AlarmSpec): string {
  const { metric, threshold, breachDuration } = spec;
  return (
    `${spec.summary}: ${metric.statistic} of ${metric.metricName} ${threshold.description} ` +
    `for ${breachDuration.toHumanString()}. Published by ${spec.publisher.description}. Runbook: ${spec.runbook}`
  );
}
