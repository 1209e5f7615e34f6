import fc from 'fast-check';
import { factsOf, runsOnBatch } from '../../../constructs/private/instance-types';
import { ROWS } from '../../../constructs/private/instance-types.generated';
import type { BatchPlan, ChannelPlan, ClusterPlan, JobPlan, NetworkPlan } from './plan';
import {
  channelName,
  environment,
  hyperparameters,
  image,
  jobsOf,
  limits,
  network,
  plansWith,
  policyFor,
  s3Channel,
  some,
} from './plans.arbitrary';

const ALL = ROWS.map(([type]) => type).filter(runsOnBatch);
const GPUS = [...new Set(ALL.map((type) => factsOf(type)?.gpus))];

/** Types that Batch may choose between: with one number of GPUs. */
const alike: fc.Arbitrary<string[]> = fc.constantFrom(...GPUS).chain((gpus) => {
  const types = ALL.filter((type) => factsOf(type)?.gpus === gpus);
  return fc.shuffledSubarray(types, { minLength: 1, maxLength: Math.min(6, types.length) });
});

/** How many EFA interfaces a node may have: the first card of a p6-b300 takes none. */
export const mostEfa = (type: string): number =>
  type === 'p6-b300.48xlarge' ? 0 : (factsOf(type)?.efaInterfaces ?? 0);

const options = (most: number): fc.Arbitrary<BatchPlan> =>
  some<BatchPlan, never>({
    volumeGibibytes: fc.integer({ min: 30, max: 16_384 }),
    maxRuns: fc.integer({ min: 1, max: 1000 }),
    efaInterfaces: fc.integer({ min: 0, max: most }),
  });

/** What is downloaded, and few enough hyperparameters for a request. */
const job: fc.Arbitrary<JobPlan> = some<JobPlan, 'image'>(
  {
    image,
    channels: fc
      .uniqueArray(channelName, { maxLength: 4 })
      .chain((names) =>
        fc.tuple(...names.map((name) => s3Channel.map((rest): ChannelPlan => ({ ...rest, name, from: 'file' })))),
      ),
    hyperparameters: hyperparameters(15),
    environment,
  },
  'image',
);

/** One node, of one type or several, in one zone or two, on Spot or not. */
const single = fc
  .record({ given: limits, types: alike, nodes: fc.constantFrom(undefined, 1), attached: network, batch: options(0) })
  .chain(({ given, types, nodes, attached, batch }) =>
    policyFor(given).chain((spotPolicy) =>
      plansWith({ nodes, limits: given, spotPolicy, network: attached, batch }, ofBatch(types)),
    ),
  );

/** A gang: nodes of one type, in one zone, on demand. */
const gang = fc.constantFrom(...ALL).chain((type) =>
  fc
    .record({
      given: limits,
      nodes: fc.integer({ min: 2, max: 64 }),
      attached: some<NetworkPlan, 'vpc' | 'subnets'>(
        {
          vpc: fc.constantFrom('isolated', 'private'),
          subnets: fc.integer({ min: 1, max: 16 }),
          securityGroups: fc.integer({ min: 1, max: 5 }),
        },
        'vpc',
        'subnets',
      ),
      batch: type === 'p6-b300.48xlarge' ? fc.constant({ efaInterfaces: 0 }) : options(mostEfa(type)),
    })
    .chain(({ given, nodes, attached, batch }) =>
      plansWith({ nodes, limits: given, spotPolicy: { by: 'on-demand' }, network: attached, batch }, ofBatch([type])),
    ),
);

function ofBatch(types: string[]) {
  return {
    instanceTypes: fc.constant(types),
    engine: fc.constant(undefined),
    encryptionKey: fc.constant(undefined),
    jobs: jobsOf(job),
  };
}

/** Clusters on AWS Batch. */
export const batchPlans: fc.Arbitrary<ClusterPlan> = fc.oneof(
  { weight: 2, arbitrary: single },
  { weight: 1, arbitrary: gang },
);
