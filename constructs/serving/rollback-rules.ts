import { Arn, ArnFormat, aws_cloudwatch as cloudwatch, type IResource, Token } from 'aws-cdk-lib';
import { BAKE_SECONDS, MAX_ROLLBACK_ALARMS, METRIC_DELAY_SECONDS } from './constants';
import { fail } from '../private/fail';

/*
 * Which alarms an endpoint can be rolled back on. Limits: AWS::SageMaker::Endpoint AutoRollbackConfig in the
 * CloudFormation reference (November 2026).
 */

export function validateRollbackAlarm(
  endpoint: IResource,
  alarm: cloudwatch.IAlarm,
  others: cloudwatch.IAlarm[],
): void {
  const count = others.length + 1;
  if (count > MAX_ROLLBACK_ALARMS) fail(endpoint, `rollbackOn has ${count} alarms, allowed are ${MAX_ROLLBACK_ALARMS}`);
  const { path } = alarm.node;
  if (others.includes(alarm)) fail(endpoint, `rollbackOn has ${path} twice, allowed is each alarm once`);
  if (alarm instanceof cloudwatch.CompositeAlarm) {
    fail(endpoint, `rollbackOn has ${path}, a composite alarm, allowed are metric alarms: give those it is made of`);
  }
  validatePlace(endpoint, alarm);
  validateLookBack(endpoint, alarm);
}

function validatePlace(endpoint: IResource, alarm: cloudwatch.IAlarm): void {
  const place = Token.isUnresolved(alarm.alarmArn)
    ? alarm.env
    : Arn.split(alarm.alarmArn, ArnFormat.COLON_RESOURCE_NAME);
  for (const field of ['account', 'region'] as const) {
    const [its, ours] = [place[field] ?? endpoint.env[field], endpoint.env[field]];
    if (!Token.isUnresolved(its) && !Token.isUnresolved(ours) && its !== ours) {
      fail(
        endpoint,
        `rollbackOn has ${alarm.node.path} of ${field} ${its}, allowed is ${ours}: SageMaker looks for it there`,
      );
    }
  }
}

function validateLookBack(endpoint: IResource, alarm: cloudwatch.IAlarm): void {
  const resource = alarm.node.defaultChild;
  if (!(resource instanceof cloudwatch.CfnAlarm)) return;

  const { path } = alarm.node;
  const seconds = lookBackSeconds(resource);
  if (seconds === undefined) fail(endpoint, `rollbackOn has ${path}, a query alarm, allowed are metric alarms`);
  const longest = BAKE_SECONDS - METRIC_DELAY_SECONDS;
  if (seconds > longest) {
    fail(
      endpoint,
      `rollbackOn has ${path}, which looks back ${seconds} s, allowed are up to ${longest} s: ` +
        `the old fleet is gone after ${BAKE_SECONDS} s, and datapoints are up to ${METRIC_DELAY_SECONDS} s late`,
    );
  }
}

/** How long an alarm's metric must breach before it goes off; undefined when it watches no metric. */
function lookBackSeconds({ period, metrics, evaluationPeriods = 1 }: cloudwatch.CfnAlarm): number | undefined {
  if (period !== undefined) return period * evaluationPeriods;
  if (!Array.isArray(metrics)) return undefined;
  const longest = Math.max(...metrics.map((query) => ('metricStat' in query ? periodOf(query.metricStat) : 0)));
  return longest * evaluationPeriods;
}

function periodOf(stat: unknown): number {
  return typeof stat === 'object' && stat !== null && 'period' in stat && typeof stat.period === 'number'
    ? stat.period
    : 0;
}
