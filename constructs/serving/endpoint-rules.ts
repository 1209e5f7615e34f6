import { SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { EndpointVariant } from './endpoint-variant';
import type { ModelEndpointProps } from './model-endpoint-props';
import { fail } from '../private/fail';
import { isInstanceType, knownFact } from '../private/instance-types';

/*
 * What SageMaker refuses at deployment, or worse, accepts and does something else. Limits: AWS::SageMaker::Endpoint and
 * AWS::SageMaker::EndpointConfig in the CloudFormation reference (November 2026).
 */

const NAME = /^(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
const FREQUENCIES = [10, 30, 60, 120, 180, 240, 300];

type Refuse = (message: string) => never;

export function validateEndpoint(scope: IConstruct, props: ModelEndpointProps): void {
  const { endpointName, metrics } = props;
  if (Token.isUnresolved(endpointName)) {
    fail(
      scope,
      'endpointName is a token, allowed is a literal: alarms that roll the endpoint back carry its name, and would depend on it in a circle',
    );
  }
  if (!NAME.test(endpointName))
    fail(scope, `endpointName is "${endpointName}", allowed are 1 to 63 letters, digits and inner hyphens`);

  validateVariants(scope, props);
  validateNetwork(scope, props);
  const frequency = metrics?.publishFrequencySeconds;
  if (known(frequency) && !FREQUENCIES.includes(frequency)) {
    fail(scope, `metrics.publishFrequencySeconds is ${frequency}, allowed are ${FREQUENCIES.join(', ')}`);
  }
}

/** At most 16 (API VpcConfig). A list that is one token is not counted. */
export function validateSubnets(scope: IConstruct, subnetIds: string[]): void {
  const count = subnetIds.length;
  if (!Token.isUnresolved(subnetIds) && (count < 1 || count > 16))
    fail(scope, `vpcSubnets has ${count} subnets, allowed are 1 to 16`);
}

function validateVariants(scope: IConstruct, { variants, encryptionKey }: ModelEndpointProps): void {
  if (variants.length < 1 || variants.length > 10)
    fail(scope, `variants has ${variants.length} entries, allowed are 1 to 10`);
  for (const variant of variants) {
    const refuse: Refuse = (message) => fail(scope, `variant "${variant.variantName}": ${message}`);
    if (!NAME.test(variant.variantName))
      refuse(`variantName is "${variant.variantName}", allowed are 1 to 63 letters, digits and inner hyphens`);
    validateInstanceType(refuse, variant, encryptionKey !== undefined);
    validateCounts(refuse, variant);
    validateLimits(refuse, variant);
  }
  const names = variants.map(({ variantName }) => variantName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) fail(scope, `variants has "${twice}" twice, allowed are unique names`);
  if (variants.every(({ initialWeight }) => initialWeight === 0)) {
    fail(scope, 'initialWeight is 0 in every variant, allowed is a sum above 0: no request could be routed');
  }
}

function validateNetwork(scope: IConstruct, props: ModelEndpointProps): void {
  for (const field of ['vpcSubnets', 'securityGroups'] as const) {
    if (props[field] && !props.vpc)
      fail(scope, `${field} is given without vpc, allowed is with one: alone it has no effect`);
  }
  const groups = props.securityGroups?.length;
  if (groups !== undefined && (groups < 1 || groups > 5))
    fail(scope, `securityGroups has ${groups} entries, allowed are 1 to 5`);
}

function validateInstanceType(refuse: Refuse, variant: EndpointVariant, encrypted: boolean): void {
  const { instanceType, scaling, volumeSize } = variant;
  if (Token.isUnresolved(instanceType)) return;
  if (!isInstanceType(instanceType)) refuse(`instanceType is "${instanceType}", allowed is ml.<family>.<size>`);
  if (encrypted && knownFact(instanceType, 'nvmeGb', 'encryptionKey', refuse) > 0) {
    refuse(
      `instanceType is ${instanceType}, allowed with encryptionKey are types without local NVMe storage: those encrypt it themselves, and SageMaker refuses a key`,
    );
  }
  if (scaling && knownFact(instanceType, 'burstable', 'scaling', refuse)) {
    refuse(
      `instanceType is ${instanceType}, allowed with scaling are types that are not burstable: Application Auto Scaling does not scale those`,
    );
  }
  if (volumeSize && knownFact(instanceType, 'nvmeGb', 'volumeSize', refuse) > 0) {
    refuse(`volumeSize is given with ${instanceType}, allowed are types without local NVMe storage: its size is fixed`);
  }
}

function validateCounts(refuse: Refuse, variant: EndpointVariant): void {
  const { initialInstanceCount: count, initialWeight: weight, scaling } = variant;
  if (known(count) && (!Number.isInteger(count) || count < 1)) {
    refuse(`initialInstanceCount is ${count}, allowed are whole numbers from 1 up`);
  }
  if (known(weight) && !(weight >= 0 && weight < Infinity)) refuse(`initialWeight is ${weight}, allowed is 0 and up`);
  if (!scaling || !known(count)) return;
  const { minInstances, maxInstances } = scaling.scalingRange;
  if (count < minInstances || count > maxInstances) {
    refuse(
      `initialInstanceCount is ${count}, allowed are ${minInstances} to ${maxInstances}, the range of its scaling`,
    );
  }
}

function validateLimits(refuse: Refuse, { volumeSize, startupHealthCheckTimeout }: EndpointVariant): void {
  const gibibytes = volumeSize?.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  if (known(gibibytes) && !(Number.isInteger(gibibytes) && gibibytes >= 1 && gibibytes <= 512)) {
    refuse(`volumeSize is ${gibibytes} GiB, allowed are 1 to 512, whole`);
  }
  const seconds = startupHealthCheckTimeout?.toSeconds({ integral: false });
  if (known(seconds) && !(Number.isInteger(seconds) && seconds >= 60 && seconds <= 3600)) {
    refuse(`startupHealthCheckTimeout is ${seconds} s, allowed are 60 to 3600, whole`);
  }
}

/** Given, and not a token. */
function known(value: number | undefined): value is number {
  return value !== undefined && !Token.isUnresolved(value);
}
