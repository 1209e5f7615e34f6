import { Arn, ArnFormat, aws_cloudwatch as cloudwatch, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { BAKE_SECONDS, MAX_ROLLBACK_ALARMS, METRIC_DELAY_SECONDS } from './constants';
import type { EndpointVariant } from './endpoint-variant';
import type { ModelEndpoint, ModelEndpointProps } from './model-endpoint';
import { fail } from '../private/fail';
import { isInstanceType, knownFact } from '../private/instance-types';

/*
 * What SageMaker refuses at deployment, or worse, accepts and does something else. Limits: AWS::SageMaker::Endpoint and
 * AWS::SageMaker::EndpointConfig in the CloudFormation reference (November 2026).
 */

const NAME = /^(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
const FREQUENCIES = [10, 30, 60, 120, 180, 240, 300];

export function validateEndpoint(scope: ModelEndpoint, props: ModelEndpointProps): void {
  const { endpointName, variants, vpc, metrics } = props;
  if (Token.isUnresolved(endpointName)) {
    fail(
      scope,
      'endpointName is a token, allowed is a literal: alarms that roll the endpoint back carry its name, and would depend on it in a circle',
    );
  }
  if (!NAME.test(endpointName))
    fail(scope, `endpointName is "${endpointName}", allowed are 1 to 63 letters, digits and inner hyphens`);

  if (variants.length < 1 || variants.length > 10)
    fail(scope, `variants has ${variants.length} entries, allowed are 1 to 10`);
  for (const variant of variants) validateVariant(scope, props, variant);
  const names = variants.map(({ variantName }) => variantName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) fail(scope, `variants has "${twice}" twice, allowed are unique names`);
  if (variants.every(({ initialWeight }) => initialWeight === 0)) {
    fail(scope, 'initialWeight is 0 in every variant, allowed is a sum above 0: no request could be routed');
  }

  for (const field of ['vpcSubnets', 'securityGroups'] as const) {
    if (props[field] && !vpc) fail(scope, `${field} is given without vpc, allowed is with one: alone it has no effect`);
  }
  const groups = props.securityGroups?.length;
  if (groups !== undefined && (groups < 1 || groups > 5))
    fail(scope, `securityGroups has ${groups} entries, allowed are 1 to 5`);
  const frequency = metrics?.publishFrequencySeconds;
  if (known(frequency) && !FREQUENCIES.includes(frequency)) {
    fail(scope, `metrics.publishFrequencySeconds is ${frequency}, allowed are ${FREQUENCIES.join(', ')}`);
  }
}

function validateVariant(scope: ModelEndpoint, props: ModelEndpointProps, variant: EndpointVariant): void {
  const { variantName, instanceType, initialInstanceCount: count, initialWeight: weight, scaling } = variant;
  const refuse = (message: string) => fail(scope, `variant "${variantName}": ${message}`);
  if (!NAME.test(variantName))
    refuse(`variantName is "${variantName}", allowed are 1 to 63 letters, digits and inner hyphens`);
  if (!Token.isUnresolved(instanceType)) {
    if (!isInstanceType(instanceType)) refuse(`instanceType is "${instanceType}", allowed is ml.<family>.<size>`);
    if (props.encryptionKey && knownFact(instanceType, 'nvmeGb', 'encryptionKey', refuse) > 0) {
      refuse(
        `instanceType is ${instanceType}, allowed with encryptionKey are types without local NVMe storage: those encrypt it themselves, and SageMaker refuses a key`,
      );
    }
    if (scaling && knownFact(instanceType, 'burstable', 'scaling', refuse)) {
      refuse(
        `instanceType is ${instanceType}, allowed with scaling are types that are not burstable: Application Auto Scaling does not scale those`,
      );
    }
    if (variant.volumeSize && knownFact(instanceType, 'nvmeGb', 'volumeSize', refuse) > 0) {
      refuse(
        `volumeSize is given with ${instanceType}, allowed are types without local NVMe storage: its size is fixed`,
      );
    }
  }
  if (known(count) && (!Number.isInteger(count) || count < 1)) {
    refuse(`initialInstanceCount is ${count}, allowed are whole numbers from 1 up`);
  }
  if (known(weight) && !(weight >= 0 && weight < Infinity)) refuse(`initialWeight is ${weight}, allowed is 0 and up`);
  if (
    scaling &&
    known(count) &&
    (count < scaling.scalingRange.minInstances || count > scaling.scalingRange.maxInstances)
  ) {
    refuse(
      `initialInstanceCount is ${count}, allowed are ${scaling.scalingRange.minInstances} to ${scaling.scalingRange.maxInstances}, the range of its scaling`,
    );
  }
  validateLimits(refuse, variant);
}

function validateLimits(
  refuse: (message: string) => never,
  { volumeSize, startupHealthCheckTimeout }: EndpointVariant,
): void {
  const gibibytes = volumeSize?.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  if (known(gibibytes) && !(Number.isInteger(gibibytes) && gibibytes >= 1 && gibibytes <= 512)) {
    refuse(`volumeSize is ${gibibytes} GiB, allowed are 1 to 512, whole`);
  }
  const seconds = startupHealthCheckTimeout?.toSeconds({ integral: false });
  if (known(seconds) && !(Number.isInteger(seconds) && seconds >= 60 && seconds <= 3600)) {
    refuse(`startupHealthCheckTimeout is ${seconds} s, allowed are 60 to 3600, whole`);
  }
}

/** At most 16 (API VpcConfig). A list that is one token is not counted. */
export function validateSubnets(scope: ModelEndpoint, subnetIds: string[]): void {
  const count = subnetIds.length;
  if (!Token.isUnresolved(subnetIds) && (count < 1 || count > 16))
    fail(scope, `vpcSubnets has ${count} subnets, allowed are 1 to 16`);
}

/** Given, and not a token. */
function known(value: number | undefined): value is number {
  return value !== undefined && !Token.isUnresolved(value);
}

export function validateRollbackAlarm(
  scope: ModelEndpoint,
  alarm: cloudwatch.IAlarm,
  others: cloudwatch.IAlarm[],
): void {
  const count = others.length + 1;
  if (count > MAX_ROLLBACK_ALARMS) fail(scope, `rollbackOn has ${count} alarms, allowed are ${MAX_ROLLBACK_ALARMS}`);
  if (others.includes(alarm)) fail(scope, `rollbackOn has ${alarm.node.path} twice, allowed is each alarm once`);
  if (alarm instanceof cloudwatch.CompositeAlarm) {
    fail(
      scope,
      `rollbackOn has ${alarm.node.path}, a composite alarm, allowed are metric alarms: give those it is made of`,
    );
  }
  const place = Token.isUnresolved(alarm.alarmArn)
    ? alarm.env
    : Arn.split(alarm.alarmArn, ArnFormat.COLON_RESOURCE_NAME);
  for (const field of ['account', 'region'] as const) {
    const [its, ours] = [place[field] ?? scope.env[field], scope.env[field]];
    if (!Token.isUnresolved(its) && !Token.isUnresolved(ours) && its !== ours) {
      fail(
        scope,
        `rollbackOn has ${alarm.node.path} of ${field} ${its}, allowed is ${ours}: SageMaker looks for it there`,
      );
    }
  }
  const resource = alarm.node.defaultChild;
  if (!(resource instanceof cloudwatch.CfnAlarm)) return;

  const seconds = lookBackSeconds(resource);
  if (seconds === undefined) fail(scope, `rollbackOn has ${alarm.node.path}, a query alarm, allowed are metric alarms`);
  const longest = BAKE_SECONDS - METRIC_DELAY_SECONDS;
  if (seconds > longest) {
    fail(
      scope,
      `rollbackOn has ${alarm.node.path}, which looks back ${seconds} s, allowed are up to ${longest} s: ` +
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
