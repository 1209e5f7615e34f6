import fc from 'fast-check';
import type { Environment } from '../../config';
import { regions, zonesOf } from '../../config/regions';
import { characters, sagemakerName } from '../arbitrary/text';

const LETTERS = 'abcxyz';
const positive = fc.double({ min: 0, minExcluded: true, max: 1e9, noNaN: true });
const fiveMinutes = fc.integer({ min: 1, max: 288 }).map((periods) => periods * 5);
const minutes = fc.integer({ min: 1, max: 8 });
const days = fc.integer({ min: 1, max: 2_147_483_647 });

const environmentName = characters(LETTERS, 2, 9).chain((first) =>
  characters('abz019', 1, 10).map((second) => (second.startsWith('a') ? first : `${first}-${second}`)),
);
const path = fc
  .array(fc.tuple(characters('aZ9', 1, 1), characters('aZ9_.=-', 0, 8)), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([first, rest]) => first + rest).join('/'));
const email = fc
  .tuple(characters('abc019_', 1, 10), characters(LETTERS, 1, 10))
  .map(([user, host]) => `${user}@${host}.example.com`);
const emails = fc.uniqueArray(email, { maxLength: 4 });

const cidr = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 16, max: 24 }))
  .map(([address, bits]) => ({ first: Math.floor(address / 2 ** (32 - bits)) * 2 ** (32 - bits), bits }))
  .map(({ first, bits }) => `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`)
  .filter((block) => !block.startsWith('172.17.'));

const place = fc.constantFrom(...regions).chain((region) =>
  fc.record({
    region: fc.constant(region),
    availabilityZones: fc.shuffledSubarray([...zonesOf(region)], {
      minLength: 2,
      maxLength: Math.min(3, zonesOf(region).length),
    }),
  }),
);

const deletion = fc.constantFrom(
  { removalPolicy: 'retain', deletionConfirmed: false } as const,
  { removalPolicy: 'destroy', deletionConfirmed: true } as const,
);

const fixedCapacity = fc.record({
  instanceType: fc.constantFrom('ml.m5.xlarge', 'ml.t2.medium', 'ml.g6e.12xlarge', 'ml.p6-b200.48xlarge'),
  instanceCount: fc.integer({ min: 1, max: 1000 }),
});
const scaledCapacity = fc
  .record({
    instanceType: fc.constantFrom('ml.m5.xlarge', 'ml.trn1.2xlarge', 'ml.c7i.48xlarge'),
    counts: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 }),
    concurrentRequestsPerInstance: positive,
  })
  .map(({ instanceType, counts, concurrentRequestsPerInstance }) => {
    const [minInstances = 1, instanceCount = 1, maxInstances = 1] = counts.toSorted((a, b) => a - b);
    return { instanceType, instanceCount, scaling: { minInstances, maxInstances, concurrentRequestsPerInstance } };
  });
type Capacity = Pick<Environment['endpoint'], 'instanceType'> &
  Pick<Environment['endpoint']['variant'], 'instanceCount' | 'scaling'>;

const endpoint = (capacity: fc.Arbitrary<Capacity>) =>
  fc
    .record({
      name: sagemakerName,
      capacity,
      variant: fc.record({ name: sagemakerName, weight: positive }),
      model: fc.record({
        image: path,
        archive: fc.oneof(
          path.map((folder) => `${folder}/model.tar.gz`),
          fc.constant('model.tar.gz'),
        ),
      }),
      capture: fc.record({ percent: fc.integer({ min: 0, max: 100 }), prefix: path }),
      metricPublishFrequencySeconds: fc.constantFrom(10, 30, 60, 120, 180, 240, 300),
    })
    .map(({ capacity: { instanceType, ...counts }, variant, ...rest }) => ({
      ...rest,
      instanceType,
      variant: { ...variant, ...counts },
    }));

const alarms = fc.record({
  latencyP95Millis: fc.integer({ min: 1, max: 1_000_000 }),
  latencyMinutes: minutes,
  driftScore: positive,
  driftMinutes: fiveMinutes,
  accuracy: fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true }),
  accuracyMinutes: fiveMinutes,
  serverErrorPercent: fc.double({ min: 0, max: 100, maxExcluded: true, noNaN: true }),
  serverErrorMinutes: minutes,
});

const ladder = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 })
  .map((steps) => [...steps.toSorted((a, b) => a - b), 100]);

type Nodes = Pick<NonNullable<Environment['training']>, 'engine' | 'instanceTypes' | 'nodes'>;
const nodes: fc.Arbitrary<Nodes> = fc.oneof(
  fc.record({
    engine: fc.constant('sagemaker' as const),
    instanceTypes: fc
      .constantFrom('ml.g5.xlarge', 'ml.g6.12xlarge', 'ml.p4d.24xlarge', 'ml.p6-b200.48xlarge')
      .map((type) => [type]),
    nodes: fc.integer({ min: 1, max: 64 }),
  }),
  fc.record({
    engine: fc.constant('batch' as const),
    instanceTypes: fc
      .constantFrom<string[][]>(
        ['g5.xlarge', 'g6e.4xlarge', 'g4dn.16xlarge'],
        ['g5.48xlarge', 'p4d.24xlarge', 'p6-b300.48xlarge'],
      )
      .chain((types) => fc.shuffledSubarray(types, { minLength: 1 })),
    nodes: fc.constant(1),
  }),
);

const training = fc
  .record({
    image: path,
    instances: nodes,
    hours: fc.uniqueArray(fc.integer({ min: 1, max: 672 }), { minLength: 2, maxLength: 2 }),
    hoursPaid: fc.integer({ min: 1, max: 1000 }),
    onDemandUsdPerHour: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    savingsPercent: fc.double({ min: 0, minExcluded: true, max: 100, maxExcluded: true, noNaN: true }),
    savingsMinutes: fc.integer({ min: 1, max: 1440 }),
    offPeak: fc.record({
      day: fc.constantFrom('MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'),
      hourUtc: fc.integer({ min: 0, max: 23 }),
    }),
  })
  .map(({ instances, hours, hoursPaid, ...rest }) => {
    const [maxRuntimeHours = 1, deadlineHours = 2] = hours.toSorted((a, b) => a - b);
    const maxCostUsd = instances.nodes * rest.onDemandUsdPerHour * hoursPaid;
    return { ...rest, ...instances, maxRuntimeHours, deadlineHours, maxCostUsd };
  });

const environmentsWith = (
  capacity: fc.Arbitrary<Capacity>,
  trained: fc.Arbitrary<Pick<Environment, 'training'>>,
): fc.Arbitrary<Environment> =>
  fc
    .record({
      name: environmentName,
      account: fc.option(characters('0123456789', 12, 12), { nil: undefined }),
      place,
      team: characters('aZ9 é漢_.:/=+-@', 1, 256),
      network: fc.record({ cidr, flowLogRetentionDays: fc.constantFrom(1, 3, 14, 365, 400, 545, 731, 1096, 3653) }),
      data: fc
        .record({
          deletion,
          captureRetentionDays: days,
          noncurrentVersionRetentionDays: days,
          checkpointRetentionDays: days,
        })
        .map(({ deletion: keys, ...rest }) => ({ ...rest, ...keys })),
      notifications: fc.record({ criticalEmails: emails, warningEmails: emails }),
      endpoint: endpoint(capacity),
      alarms,
      rollout: fc.record({ trafficPercent: ladder }),
      trained,
    })
    .map(({ place: where, account, trained: more, ...rest }) => ({
      ...rest,
      ...where,
      ...more,
      ...(account === undefined ? {} : { account }),
    }));

/** Those whose variant scales and that train off-peak: every field but `account` is there. */
export const scaledEnvironments = environmentsWith(
  scaledCapacity,
  training.map((config) => ({ training: config })),
);

/** Every environment that may be written: two or three zones in any region, with and without account, scaling and training. */
export const environments = fc.oneof(
  environmentsWith(fixedCapacity, fc.constant({})),
  environmentsWith(
    fixedCapacity,
    training.map((config) => ({ training: { ...config, offPeak: undefined } })),
  ),
  scaledEnvironments,
);
