import { aws_ec2 as ec2, Duration, Size, Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { type EndpointVariant, type ModelEndpointProps, VariantScaling } from '../../../constructs/serving';
import { testStack } from '../../helpers';
import { Surroundings } from './surroundings';

const build = (props: (here: Surroundings) => Partial<ModelEndpointProps>) => {
  const here = new Surroundings(testStack(), 'Here');
  return here.endpoint(props(here));
};
const withVariant = (variant: Partial<EndpointVariant>) => () =>
  build((here) => ({ variants: [here.variant(variant)] }));
const scaling = VariantScaling.concurrency({ minInstances: 2, maxInstances: 4, concurrentRequestsPerInstance: 8 });

describe('ModelEndpoint accepts', () => {
  it.each<[string, (here: Surroundings) => Partial<ModelEndpointProps>]>([
    ['ten variants', (here) => ({ variants: names(10).map((variantName) => here.variant({ variantName })) })],
    [
      'a variant without traffic beside one with',
      (here) => ({ variants: [here.variant(), here.variant({ variantName: 'idle', initialWeight: 0 })] }),
    ],
    ['a weight below one', (here) => ({ variants: [here.variant({ initialWeight: 0.1 })] })],
    ['sixteen subnets', (here) => ({ vpc: here.vpc, vpcSubnets: { subnets: subnets(here, 16) } })],
    ['a key with types without local storage', (here) => ({ encryptionKey: here.key })],
    ['local NVMe storage without a key', (here) => ({ variants: [here.variant({ instanceType: 'ml.g5.xlarge' })] })],
    [
      'a type that is newer than its table',
      (here) => ({ variants: [here.variant({ instanceType: 'ml.m99.xlarge' })] }),
    ],
    [
      'a type of which no source tells the storage',
      (here) => ({ variants: [here.variant({ instanceType: 'ml.p6e-gb200.36xlarge' })] }),
    ],
    ['burstable types without scaling', (here) => ({ variants: [here.variant({ instanceType: 'ml.t2.medium' })] })],
    [
      'the fewest instances of the scaling',
      (here) => ({ variants: [here.variant({ scaling, initialInstanceCount: 2 })] }),
    ],
    [
      'the most instances of the scaling',
      (here) => ({ variants: [here.variant({ scaling, initialInstanceCount: 4 })] }),
    ],
    ['the smallest volume', (here) => ({ variants: [here.variant({ volumeSize: Size.gibibytes(1) })] })],
    ['the largest volume', (here) => ({ variants: [here.variant({ volumeSize: Size.gibibytes(512) })] })],
    [
      'the shortest startup',
      (here) => ({ variants: [here.variant({ startupHealthCheckTimeout: Duration.seconds(60) })] }),
    ],
    ['the longest startup', (here) => ({ variants: [here.variant({ startupHealthCheckTimeout: Duration.hours(1) })] })],
    ...[10, 30, 60, 120, 180, 240, 300].map((publishFrequencySeconds): [string, () => Partial<ModelEndpointProps>] => [
      `metrics every ${publishFrequencySeconds} s`,
      () => ({ metrics: { publishFrequencySeconds } }),
    ]),
  ])('%s', (_, props) => {
    expect(() => build(props)).not.toThrow();
  });

  it.each<[string, Partial<EndpointVariant>]>([
    ['instanceType', { instanceType: Token.asString({ Ref: 'Type' }) }],
    ['initialInstanceCount', { initialInstanceCount: Token.asNumber({ Ref: 'Count' }) }],
    ['initialWeight', { initialWeight: Token.asNumber({ Ref: 'Weight' }) }],
    ['volumeSize', { volumeSize: Size.gibibytes(Token.asNumber({ Ref: 'Volume' })) }],
    ['startupHealthCheckTimeout', { startupHealthCheckTimeout: Duration.seconds(Token.asNumber({ Ref: 'Time' })) }],
  ])('an unresolved %s', (_, variant) => {
    expect(withVariant(variant)).not.toThrow();
  });
});

/** SageMaker's pattern, and its length beside it: the pattern alone allows any number of hyphens. */
const legal = (name: string) => /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name) && name.length <= 63;
const nearlyLegal = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.stringMatching(/^[a-zA-Z0-9-]{0,70}$/),
  fc.stringMatching(/^[a-z0-9](-*[a-z0-9]){0,62}$/),
);
const EDGES = ['a', 'a'.repeat(63), 'a'.repeat(64), `a${'-'.repeat(61)}b`, `a${'-'.repeat(62)}b`, 'a\n', '-a', 'a-'];

describe('ModelEndpoint accepts a name if and only if SageMaker does', () => {
  // In one stack, since a refused endpoint has taken its id.
  const here = new Surroundings(testStack(), 'Here');
  let count = 0;
  it.each<[string, (name: string) => Partial<ModelEndpointProps>]>([
    ['endpointName', (endpointName) => ({ endpointName })],
    ['variantName', (variantName) => ({ variants: [here.variant({ variantName: variantName })] })],
  ])('%s', (_, props) => {
    fc.assert(
      fc.property(nearlyLegal, (name) => {
        const accepted = () => here.endpoint(props(name), `Endpoint${count++}`);
        if (legal(name)) expect(accepted).not.toThrow();
        else expect(accepted).toThrow(/allowed are 1 to 63 letters, digits and inner hyphens/);
      }),
      { examples: EDGES.map((name) => [name]), endOnFailure: true },
    );
  });
});

describe('ModelEndpoint fails when', () => {
  it.each<[string, (here: Surroundings) => Partial<ModelEndpointProps>, string]>([
    [
      'endpointName is a token',
      () => ({ endpointName: Token.asString({ Ref: 'Name' }) }),
      'endpointName is a token, allowed is a literal: alarms that roll the endpoint back carry its name, and would depend on it in a circle',
    ],
    [
      'endpointName has a wrong character',
      () => ({ endpointName: 'my_endpoint' }),
      'endpointName is "my_endpoint", allowed are 1 to 63 letters, digits and inner hyphens',
    ],
    ['there is no variant', () => ({ variants: [] }), 'variants has 0 entries, allowed are 1 to 10'],
    [
      'there are eleven variants',
      (here) => ({ variants: names(11).map((variantName) => here.variant({ variantName })) }),
      'variants has 11 entries, allowed are 1 to 10',
    ],
    [
      'two variants have one name',
      (here) => ({ variants: [here.variant(), here.variant({ variantName: 'other' }), here.variant()] }),
      'variants has "primary" twice, allowed are unique names',
    ],
    [
      'no variant has weight',
      (here) => ({
        variants: [here.variant({ initialWeight: 0 }), here.variant({ variantName: 'other', initialWeight: 0 })],
      }),
      'initialWeight is 0 in every variant, allowed is a sum above 0: no request could be routed',
    ],
    [
      'vpcSubnets is given without vpc',
      () => ({ vpcSubnets: {} }),
      'vpcSubnets is given without vpc, allowed is with one: alone it has no effect',
    ],
    [
      'vpcSubnets has seventeen subnets',
      (here) => ({ vpc: here.vpc, vpcSubnets: { subnets: subnets(here, 17) } }),
      'vpcSubnets has 17 subnets, allowed are 1 to 16',
    ],
    [
      'vpcSubnets chooses none',
      (here) => ({ vpc: here.vpc, vpcSubnets: { subnets: [] } }),
      'vpcSubnets has 0 subnets, allowed are 1 to 16',
    ],
    [
      'securityGroups is given without vpc',
      (here) => ({ securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(here, 'Group', 'sg-1')] }),
      'securityGroups is given without vpc, allowed is with one: alone it has no effect',
    ],
    [
      'metrics are to come every 45 s',
      () => ({ metrics: { publishFrequencySeconds: 45 } }),
      'metrics.publishFrequencySeconds is 45, allowed are 10, 30, 60, 120, 180, 240, 300',
    ],
    [
      'a key is given for a type with local NVMe storage',
      (here) => ({ encryptionKey: here.key, variants: [here.variant({ instanceType: 'ml.g5.xlarge' })] }),
      'variant "primary": instanceType is ml.g5.xlarge, allowed with encryptionKey are types without local NVMe storage: those encrypt it themselves, and SageMaker refuses a key',
    ],
    [
      'a key is given for a type that is newer than its table',
      (here) => ({ encryptionKey: here.key, variants: [here.variant({ instanceType: 'ml.m99.xlarge' })] }),
      'variant "primary": instanceType is ml.m99.xlarge, allowed with encryptionKey are types whose local NVMe storage is known: it is not in the table of this version. Leave encryptionKey out, or see docs/instance-types.md',
    ],
  ])('%s', (_, props, message) => {
    expect(() => build(props)).toThrow(new Error(`Test/Endpoint: ${message}`));
  });

  it.each<[string, Partial<EndpointVariant>, string]>([
    [
      'variantName has a wrong character',
      { variantName: 'my_variant' },
      'variantName is "my_variant", allowed are 1 to 63 letters, digits and inner hyphens',
    ],
    [
      'instanceType is not one of SageMaker',
      { instanceType: 'm5.xlarge' },
      'instanceType is "m5.xlarge", allowed is ml.<family>.<size>',
    ],
    [
      'a burstable type is to scale',
      { instanceType: 'ml.t2.medium', scaling },
      'instanceType is ml.t2.medium, allowed with scaling are types that are not burstable: Application Auto Scaling does not scale those',
    ],
    [
      'a type that is newer than its table is to scale',
      { instanceType: 'ml.m99.xlarge', scaling },
      'instanceType is ml.m99.xlarge, allowed with scaling are types whose use of CPU credits is known: it is not in the table of this version. Leave scaling out, or see docs/instance-types.md',
    ],
    [
      'volumeSize is given for a type of which no source tells the storage',
      { instanceType: 'ml.p6e-gb200.36xlarge', volumeSize: Size.gibibytes(100) },
      'instanceType is ml.p6e-gb200.36xlarge, allowed with volumeSize are types whose local NVMe storage is known: no source tells. Leave volumeSize out, or see docs/instance-types.md',
    ],
    [
      'volumeSize is given for a type with local NVMe storage',
      { instanceType: 'ml.g5.xlarge', volumeSize: Size.gibibytes(100) },
      'volumeSize is given with ml.g5.xlarge, allowed are types without local NVMe storage: its size is fixed',
    ],
    [
      'initialInstanceCount is 0',
      { initialInstanceCount: 0 },
      'initialInstanceCount is 0, allowed are whole numbers from 1 up',
    ],
    [
      'initialInstanceCount is 1.5',
      { initialInstanceCount: 1.5 },
      'initialInstanceCount is 1.5, allowed are whole numbers from 1 up',
    ],
    [
      'initialInstanceCount is below the scaling',
      { initialInstanceCount: 1, scaling },
      'initialInstanceCount is 1, allowed are 2 to 4, the range of its scaling',
    ],
    [
      'initialInstanceCount is above the scaling',
      { initialInstanceCount: 5, scaling },
      'initialInstanceCount is 5, allowed are 2 to 4, the range of its scaling',
    ],
    ['initialWeight is negative', { initialWeight: -1 }, 'initialWeight is -1, allowed is 0 and up'],
    ['initialWeight is not a number', { initialWeight: NaN }, 'initialWeight is NaN, allowed is 0 and up'],
    ['initialWeight is endless', { initialWeight: Infinity }, 'initialWeight is Infinity, allowed is 0 and up'],
    ['volumeSize is too small', { volumeSize: Size.gibibytes(0) }, 'volumeSize is 0 GiB, allowed are 1 to 512, whole'],
    [
      'volumeSize is a fraction',
      { volumeSize: Size.mebibytes(512) },
      'volumeSize is 0.5 GiB, allowed are 1 to 512, whole',
    ],
    [
      'volumeSize is too large',
      { volumeSize: Size.gibibytes(513) },
      'volumeSize is 513 GiB, allowed are 1 to 512, whole',
    ],
    [
      'startupHealthCheckTimeout is too short',
      { startupHealthCheckTimeout: Duration.seconds(59) },
      'startupHealthCheckTimeout is 59 s, allowed are 60 to 3600, whole',
    ],
    [
      'startupHealthCheckTimeout is too long',
      { startupHealthCheckTimeout: Duration.minutes(61) },
      'startupHealthCheckTimeout is 3660 s, allowed are 60 to 3600, whole',
    ],
  ])('%s', (_, variant, message) => {
    expect(withVariant(variant)).toThrow(
      new Error(`Test/Endpoint: variant "${variant.variantName ?? 'primary'}": ${message}`),
    );
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `variant-${i}`);
}

function subnets(here: Surroundings, count: number): ec2.ISubnet[] {
  return names(count).map((id) => ec2.Subnet.fromSubnetId(here, id, `subnet-${id}`));
}
