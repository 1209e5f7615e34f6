import fc from 'fast-check';
import { factsOf, type InstanceTypeFacts } from '../../../constructs/private/instance-types';
import { ROWS } from '../../../constructs/private/instance-types.generated';
import { AfterDeadline, DataDistribution, DeadlineRule } from '../../../constructs/training';
import { characters } from '../text';
import type {
  ChannelPlan,
  CheckpointsPlan,
  ClusterPlan,
  EnginePlan,
  JobPlan,
  LimitsPlan,
  LustreChannelPlan,
  NetworkPlan,
  PolicyPlan,
  S3ChannelPlan,
} from './plan';

/** Keys that may be left out are, now and then; shrinking leaves them all out. */
export const some = <T, K extends keyof T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }, ...requiredKeys: K[]) =>
  fc.record<T, K>(model, { requiredKeys });
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const DAYS_28 = 28 * 86_400;

export const typesWith = (fits: (facts: InstanceTypeFacts) => boolean): fc.Arbitrary<string> => {
  const types = ROWS.map(([type]) => type).filter((type) => {
    const facts = factsOf(type);
    return facts !== undefined && fits(facts);
  });
  return fc.constantFrom(...types.map((type) => `ml.${type}`));
};
const isGpu = ({ training, gpus }: InstanceTypeFacts) => training && gpus !== 0;
const gpuType = typesWith(isGpu);
export const ebsType = typesWith((facts) => isGpu(facts) && facts.nvmeGb === 0);
export const nvmeType = typesWith((facts) => isGpu(facts) && (facts.nvmeGb ?? 0) > 0);

export const clusterName = fc
  .tuple(characters('az09', 1, 10), characters('az09-', 0, 9), characters('az09', 1, 1))
  .map(([first, middle, last]) => first + middle + last);
const path = fc
  .array(
    characters("aZ09_!.*'()=-", 1, 8).filter((part) => part !== '.' && part !== '..'),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join('/'));
/** Of hyperparameters and variables: anything but what CloudFormation takes for a parameter. */
const value = characters('aZ09 =/:,{}"$é漢', 0, 60).filter((text) => !/\$\{[^}]*\}/.test(text));
const variable = fc.tuple(characters('aZ_', 1, 1), characters('aZ09_', 0, 20)).map(([first, rest]) => first + rest);

export const limits: fc.Arbitrary<LimitsPlan> = fc
  .tuple(
    fc.integer({ min: 60, max: DAYS_28 - 3600 }),
    maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    maybe(fc.integer({ min: 60, max: 3600 })),
  )
  .map(([maxRuntimeSeconds, share, startupSeconds]) => ({
    maxRuntimeSeconds,
    ...(share === undefined ? {} : { expectedRuntimeSeconds: Math.round(60 + share * (maxRuntimeSeconds - 60)) }),
    ...(startupSeconds === undefined ? {} : { startupSeconds }),
  }));

/** What a run needs at least, by its limits. */
export const needed = ({ maxRuntimeSeconds, expectedRuntimeSeconds, startupSeconds = 600 }: LimitsPlan) =>
  (expectedRuntimeSeconds ?? maxRuntimeSeconds) + startupSeconds;

export const policyFor = (given: LimitsPlan): fc.Arbitrary<PolicyPlan> =>
  fc.oneof(
    some<Extract<PolicyPlan, { by: 'deadline' }>, 'by' | 'seconds'>(
      {
        by: fc.constant('deadline'),
        seconds: fc.integer({ min: needed(given), max: DAYS_28 }),
        rule: fc.constantFrom(...Object.values(DeadlineRule)),
        after: fc.constantFrom(...Object.values(AfterDeadline)),
      },
      'by',
      'seconds',
    ),
    fc.record({
      by: fc.constant('wait' as const),
      seconds: fc.integer({ min: given.maxRuntimeSeconds, max: DAYS_28 }),
    }),
    fc.constant({ by: 'on-demand' as const }),
  );

/** Prices, and a limit that pays for a minute at least. */
const pricesFor = (nodes: number): fc.Arbitrary<Pick<ClusterPlan, 'hourlyPrices'> & Pick<LimitsPlan, 'maxCostUsd'>> =>
  fc
    .tuple(
      fc.double({ min: 0.1, max: 200, noNaN: true }),
      maybe(fc.double({ min: 0.01, max: 0.99, noNaN: true })),
      maybe(fc.double({ min: 1, max: 1000, noNaN: true })),
    )
    .map(([onDemandUsd, share, minutes]) => ({
      hourlyPrices: { onDemandUsd, ...(share === undefined ? {} : { spotUsd: share * onDemandUsd }) },
      ...(minutes === undefined ? {} : { maxCostUsd: 1.01 * minutes * ((onDemandUsd * nodes) / 60) }),
    }));

const checkpoints: fc.Arbitrary<CheckpointsPlan> = some<CheckpointsPlan, 'encrypted'>(
  {
    encrypted: fc.boolean(),
    prefix: path,
    intervalSeconds: fc.integer({ min: 60, max: 86_400 }),
    writeSeconds: fc.integer({ min: 1, max: 120 }),
  },
  'encrypted',
);

const engineFor = (ebs: boolean, spot: boolean): fc.Arbitrary<EnginePlan> =>
  some<EnginePlan, never>({
    volumeGibibytes: ebs ? fc.integer({ min: 1, max: 16_384 }) : fc.constant(undefined),
    retryAttempts: fc.integer({ min: 0, max: 30 }),
    keepAliveSeconds: spot ? fc.constant(undefined) : fc.integer({ min: 1, max: 21_600 }),
    trainingPlanArn: spot
      ? fc.constant(undefined)
      : characters('aZ09-', 1, 63).map((name) => `arn:aws:sagemaker:eu-west-1:111122223333:training-plan/${name}`),
    networkIsolation: fc.boolean(),
    interNodeEncryption: fc.boolean(),
  });

export const network: fc.Arbitrary<NetworkPlan> = some<NetworkPlan, 'vpc'>(
  {
    vpc: fc.constantFrom('isolated', 'private'),
    subnets: fc.integer({ min: 1, max: 16 }),
    securityGroups: fc.integer({ min: 1, max: 5 }),
  },
  'vpc',
);

export const channelName = characters('aZ09.-_', 1, 64);
export const s3Channel: fc.Arbitrary<Omit<S3ChannelPlan, 'name'>> = some<
  Omit<S3ChannelPlan, 'name'>,
  'from' | 'encrypted'
>(
  {
    from: fc.constantFrom('fastFile', 'file'),
    encrypted: fc.boolean(),
    prefix: fc.tuple(path, fc.constantFrom('', '/')).map((parts) => parts.join('')),
    distribution: fc.constantFrom(...Object.values(DataDistribution)),
    contentType: fc.constantFrom('text/csv', 'application/x-parquet'),
  },
  'from',
  'encrypted',
);
const lustreChannel: fc.Arbitrary<Omit<LustreChannelPlan, 'name'>> = fc.record({
  from: fc.constant('lustre'),
  directoryPath: fc
    .tuple(characters('az09', 8, 8), maybe(characters('aZ09._-', 1, 10)))
    .map(([mount, folder]) => (folder === undefined ? `/${mount}` : `/${mount}/${folder}`)),
});

/** In one zone a file system can be read. */
const channelsFor = (oneZone: boolean): fc.Arbitrary<ChannelPlan[]> =>
  fc
    .uniqueArray(channelName, { maxLength: 4 })
    .chain((names) =>
      fc.tuple(
        ...names.map((name) =>
          (oneZone ? fc.oneof(s3Channel, lustreChannel) : s3Channel).map((rest): ChannelPlan => ({ name, ...rest })),
        ),
      ),
    );

export const image: fc.Arbitrary<JobPlan['image']> = fc.oneof(
  fc.constant('asset' as const),
  characters('aZ09_', 1, 20).map((tag) => ({ tagOrDigest: `v${tag}` })),
);
export const environment = fc.dictionary(variable, value, { maxKeys: 30 });
export const hyperparameters = (maxKeys: number) => fc.dictionary(characters('aZ09_-. ', 1, 30), value, { maxKeys });

const jobFor = (oneZone: boolean): fc.Arbitrary<JobPlan> =>
  some<JobPlan, 'image'>(
    {
      image,
      channels: channelsFor(oneZone),
      hyperparameters: hyperparameters(30),
      environment,
      metrics: fc.array(
        fc.record({
          name: characters('aZ09:_-', 1, 40),
          regex: characters('aZ09=: ', 0, 20).map((text) => `${text}=([0-9.]+)`),
        }),
        { maxLength: 5 },
      ),
    },
    'image',
  );

const jobTags = fc.dictionary(
  characters('bZ09 _.:/=+@-', 1, 40).filter((name) => !/^aws:/i.test(name)),
  characters('aZ09 _.:/=+@-é漢', 0, 40),
  { maxKeys: 10 },
);

/** Mostly one job, now and then none or two. */
export const jobsOf = (job: fc.Arbitrary<JobPlan>): fc.Arbitrary<JobPlan[]> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.array(job, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(job, { maxLength: 2 }) },
  );

/** What decides what the rest may be, and is there or not with it. */
type Given = Pick<ClusterPlan, 'nodes' | 'limits' | 'spotPolicy' | 'network' | 'batch'>;

/** What an engine decides. */
type OfEngine = Pick<ClusterPlan, 'instanceTypes' | 'engine' | 'encryptionKey' | 'jobs'>;

/** Plans of any engine. */
export const plansWith = (
  { limits: given, ...others }: Given,
  ofEngine: { [P in keyof OfEngine]: fc.Arbitrary<OfEngine[P]> },
): fc.Arbitrary<ClusterPlan> =>
  maybe(pricesFor(others.nodes ?? 1)).chain((prices) => {
    const { hourlyPrices, maxCostUsd } = prices ?? {};
    return some<Omit<ClusterPlan, keyof Given | 'hourlyPrices'>, (typeof REQUIRED)[number]>(
      { clusterName, checkpoints, outputEncrypted: fc.boolean(), jobTags, ...ofEngine },
      ...REQUIRED,
    ).map((plan) => ({
      ...plan,
      ...others,
      limits: { ...given, ...(maxCostUsd === undefined ? {} : { maxCostUsd }) },
      ...(hourlyPrices === undefined ? {} : { hourlyPrices }),
    }));
  });
const REQUIRED = ['instanceTypes', 'checkpoints', 'outputEncrypted', 'jobs'] as const;

/** Clusters on SageMaker. */
export const clusterPlans: fc.Arbitrary<ClusterPlan> = fc
  .record({ given: limits, nodes: maybe(fc.integer({ min: 1, max: 64 })), ebs: fc.boolean(), attached: maybe(network) })
  .chain(({ given, nodes, ebs, attached }) =>
    policyFor(given).chain((spotPolicy) =>
      plansWith(
        { nodes, limits: given, spotPolicy, network: attached },
        {
          instanceTypes: (ebs ? ebsType : gpuType).map((type) => [type]),
          engine: engineFor(ebs, spotPolicy.by !== 'on-demand'),
          encryptionKey: fc.constant(ebs ? true : undefined),
          jobs: jobsOf(jobFor(attached?.subnets !== undefined)),
        },
      ),
    ),
  );
