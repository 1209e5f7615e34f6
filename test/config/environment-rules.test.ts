import fc from 'fast-check';
import type { Environment } from '../../config/environment';
import { checkEnvironment } from '../../config/environment-rules';
import { dev } from '../../config/dev';
import { prod } from '../../config/prod';
import { regions, zonesOf } from '../../config/regions';
import { scaledEnvironments } from './environments.arbitrary';
import { complaints, pathOf, put } from '../arbitrary/paths';

/** A rule between fields, the field it is reported at, and values that break it and nothing else. */
const BROKEN: [rule: string, path: string, wrong: (environment: Environment) => fc.Arbitrary<unknown>][] = [
  ['its name is not that of its file', 'name', () => fc.constantFrom('other', 'prod-2')],
  [
    'a zone belongs to another region',
    'availabilityZones',
    ({ region, availabilityZones: [first] }) =>
      fc.constantFrom(...regions.filter((other) => other !== region)).map((other) => [first, zonesOf(other)[0]]),
  ],
  [
    'a zone is not in the table',
    'availabilityZones',
    ({ region, availabilityZones: [first] }) =>
      fc.constantFrom('x', 'y', 'z').map((letter) => [first, region + letter]),
  ],
  [
    'the second key to delete data does not fit the first',
    'data.deletionConfirmed',
    ({ data }) => fc.constant(!data.deletionConfirmed),
  ],
  [
    'the type has another processor',
    'endpoint.instanceType',
    () => fc.constantFrom('ml.c7g.large', 'ml.m6gd.xlarge', 'ml.c6gn.large'),
  ],
  ['a burstable type is to scale', 'endpoint.instanceType', () => fc.constantFrom('ml.t2.medium', 'ml.t3.2xlarge')],
  [
    'the instance count is above what scaling allows',
    'endpoint.variant.instanceCount',
    ({ endpoint: { variant } }) => fc.integer({ min: (variant.scaling?.maxInstances ?? 0) + 1 }),
  ],
  [
    'the instance count is below what scaling allows',
    'endpoint.variant.instanceCount',
    ({ endpoint: { variant } }) => fc.integer({ min: 1, max: Math.max(1, (variant.scaling?.minInstances ?? 0) - 1) }),
  ],
  [
    'scaling has a minimum above its maximum',
    'endpoint.variant.scaling.minInstances',
    ({ endpoint: { variant } }) => fc.integer({ min: (variant.scaling?.maxInstances ?? 0) + 1 }),
  ],
  [
    'a type is one of the other engine',
    'training.instanceTypes',
    ({ training }) => fc.constant(training?.engine === 'batch' ? ['ml.g5.xlarge'] : ['g5.xlarge']),
  ],
  [
    'no engine trains on the types',
    'training.instanceTypes',
    ({ training }) =>
      fc
        .constantFrom(
          ...(training?.engine === 'batch'
            ? ['m5.xlarge', 'g5g.xlarge', 'p3.2xlarge', 'g6f.xlarge']
            : ['ml.m5.xlarge']),
        )
        .map((type) => [type]),
  ],
];

const roomBelow = scaledEnvironments.filter(({ endpoint: { variant } }) => (variant.scaling?.minInstances ?? 0) > 1);

describe('An environment', () => {
  it.each(BROKEN)('fails when %s', (_, path, wrong) => {
    const cases = roomBelow.chain((environment) => wrong(environment).map((value) => ({ environment, value })));
    fc.assert(
      fc.property(cases, ({ environment, value }) => {
        const { name } = environment;
        expect(complaints(() => checkEnvironment(name, put(environment, pathOf(path), value)))).toEqual([
          expect.stringContaining(`config/${name}.ts: ${path} is `),
        ]);
      }),
    );
  });
});

/** Changes to prod, and the whole message. */
const MESSAGES: [what: string, changes: Record<string, unknown>, ...lines: string[]][] = [
  [
    'its name is not that of its file',
    { name: 'staging' },
    'config/prod.ts: name is "staging", allowed is "prod": the name of its file',
  ],
  [
    'a zone belongs to another region',
    { availabilityZones: ['us-west-2a', 'us-west-1a'], region: 'us-west-1' },
    'config/prod.ts: availabilityZones is ["us-west-2a","us-west-1a"], allowed are us-west-1a, us-west-1b: the zones of us-west-1 in config/zones.generated.ts',
  ],
  [
    'data is to be destroyed without confirmation',
    { 'data.removalPolicy': 'destroy' },
    'config/prod.ts: data.deletionConfirmed is false, allowed is true: data.removalPolicy is "destroy", and deleting data takes both keys, or neither is set',
  ],
  [
    'deletion is confirmed of data that is to be retained',
    { 'data.deletionConfirmed': true },
    'config/prod.ts: data.deletionConfirmed is true, allowed is false: data.removalPolicy is "retain", and deleting data takes both keys, or neither is set',
  ],
  [
    'a burstable type is to scale',
    { 'endpoint.instanceType': 'ml.t3.large' },
    'config/prod.ts: endpoint.instanceType is "ml.t3.large", allowed are types that are not burstable: endpoint.variant.scaling is set, and SageMaker does not scale burstable ones',
  ],
  [
    'a type has processors for which no image is built',
    { 'endpoint.instanceType': 'ml.c7g.large' },
    'config/prod.ts: endpoint.instanceType is "ml.c7g.large", allowed are types with x86_64 processors: images are built for linux/amd64, and this one has arm64',
  ],
  [
    'a type is newer than its table',
    { 'endpoint.instanceType': 'ml.m99.xlarge' },
    'config/prod.ts: endpoint.instanceType is "ml.m99.xlarge", allowed are types with x86_64 processors: images are built for linux/amd64, and those of this one are not known, see docs/instance-types.md',
  ],
  [
    'the instance count is above the maximum',
    { 'endpoint.variant.instanceCount': 7 },
    'config/prod.ts: endpoint.variant.instanceCount is 7, allowed are 2 to 6: minInstances and maxInstances of endpoint.variant.scaling',
  ],
  [
    'the instance count is below the minimum',
    { 'endpoint.variant.instanceCount': 1 },
    'config/prod.ts: endpoint.variant.instanceCount is 1, allowed are 2 to 6: minInstances and maxInstances of endpoint.variant.scaling',
  ],
  [
    'scaling has a minimum above its maximum',
    { 'endpoint.variant.scaling.minInstances': 7 },
    'config/prod.ts: endpoint.variant.scaling.minInstances is 7, allowed are 1 to 6: no more than endpoint.variant.scaling.maxInstances',
  ],
  [
    'the only variant has no weight',
    { 'endpoint.variant.weight': 0 },
    "config/prod.ts: endpoint.variant.weight is 0, allowed are numbers above 0: it is the endpoint's only variant, without weight no request reaches it",
  ],
  [
    'the ladder does not ascend',
    { 'rollout.trafficPercent': [10, 50, 25, 100] },
    'config/prod.ts: rollout.trafficPercent is [10,50,25,100], allowed are percentages that ascend strictly and end at 100',
  ],
  [
    'the ladder does not end at 100',
    { 'rollout.trafficPercent': [10, 50] },
    'config/prod.ts: rollout.trafficPercent is [10,50], allowed are percentages that ascend strictly and end at 100',
  ],
  [
    'the deadline leaves no time beside the work',
    { 'training.deadlineHours': 8 },
    'config/prod.ts: training.deadlineHours is 8, allowed are from 9 up: training.maxRuntimeHours and a start have to fit into it',
  ],
  [
    'training may cost less than it costs in an hour',
    { 'training.maxCostUsd': 11 },
    'config/prod.ts: training.maxCostUsd is 11, allowed are numbers from 11.504 up: an hour of all nodes on demand',
  ],
  [
    'training has no GPU',
    { 'training.instanceTypes': ['ml.m5.xlarge'] },
    'config/prod.ts: training.instanceTypes is ["ml.m5.xlarge"], allowed with training.engine "sagemaker" is one type (with ml.) with a GPU and x86_64 processors that SageMaker trains on: see docs/instance-types.md',
  ],
  [
    'SageMaker is to choose between types',
    { 'training.instanceTypes': ['ml.g5.xlarge', 'ml.g6.xlarge'] },
    'config/prod.ts: training.instanceTypes is ["ml.g5.xlarge","ml.g6.xlarge"], allowed with training.engine "sagemaker" is one type (with ml.) with a GPU and x86_64 processors that SageMaker trains on: see docs/instance-types.md',
  ],
  [
    'Batch is to choose between one GPU and four',
    { 'training.engine': 'batch', 'training.nodes': 1, 'training.instanceTypes': ['g5.xlarge', 'g5.12xlarge'] },
    'config/prod.ts: training.instanceTypes is ["g5.xlarge","g5.12xlarge"], allowed with training.engine "batch" are types of EC2 (without ml.) with x86_64 processors and one number of GPUs, none older than the g4dn family: see docs/instance-types.md',
  ],
  [
    'Batch is to run several nodes, which it would let wait on Spot',
    { 'training.engine': 'batch', 'training.instanceTypes': ['g5.xlarge'] },
    'config/prod.ts: training.nodes is 2, allowed with training.engine "batch" is 1: runs begin on Spot, where Batch lets several nodes wait for ever',
  ],
  [
    'a zone stands twice',
    { availabilityZones: ['us-east-1a', 'us-east-1a'] },
    'config/prod.ts: availabilityZones is ["us-east-1a","us-east-1a"], allowed are 2 or 3 different zones of the region',
  ],
  [
    'several rules are broken beside an unknown field, a missing one and a wrong number',
    {
      'endpoint.capture.percent': 150,
      'data.confirmed': true,
      team: undefined,
      'data.deletionConfirmed': true,
      'endpoint.variant.instanceCount': 8,
    },
    'config/prod.ts: team is missing, allowed are 1 to 256 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
    'config/prod.ts: data.confirmed is not a known field, known are captureRetentionDays, noncurrentVersionRetentionDays, checkpointRetentionDays, removalPolicy, deletionConfirmed',
    'config/prod.ts: endpoint.capture.percent is 150, allowed are 0 to 100, whole',
    'config/prod.ts: data.deletionConfirmed is true, allowed is false: data.removalPolicy is "retain", and deleting data takes both keys, or neither is set',
    'config/prod.ts: endpoint.variant.instanceCount is 8, allowed are 2 to 6: minInstances and maxInstances of endpoint.variant.scaling',
  ],
  [
    'a long value is wrong, and says so shortly',
    { team: ';'.repeat(300) },
    `config/prod.ts: team is "${';'.repeat(76)}..., allowed are 1 to 256 letters, digits, spaces and _ . : / = + - @, not beginning with aws:`,
  ],
];

describe('A changed prod', () => {
  it.each(MESSAGES)('fails when %s', (_, changes, ...lines) => {
    const changed = Object.entries(changes).reduce<unknown>((value, [path, to]) => put(value, pathOf(path), to), prod);
    expect(complaints(() => checkEnvironment('prod', changed))).toEqual(lines);
  });

  it('fails when it stands on the local cloud, which has no Batch', () => {
    const changed = { ...prod, name: 'local', training: { ...prod.training, ...dev.training } };
    expect(complaints(() => checkEnvironment('local', changed))).toEqual([
      'config/local.ts: training.engine is "batch", allowed is "sagemaker": the local cloud has no AWS Batch',
    ]);
  });

  it('is silent on rules whose fields are wrong themselves', () => {
    const changed = put(put(prod, pathOf('region'), 'us-west-9'), pathOf('endpoint.variant.scaling.maxInstances'), 0);
    expect(complaints(() => checkEnvironment('prod', changed))).toEqual([
      'config/prod.ts: region is "us-west-9", allowed are the regions in config/zones.generated.ts',
      'config/prod.ts: endpoint.variant.scaling.maxInstances is 0, allowed are whole numbers from 1 up',
    ]);
  });
});
