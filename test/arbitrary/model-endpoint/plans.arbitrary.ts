import fc from 'fast-check';
import { factsOf, type InstanceTypeFacts } from '../../../constructs/private/instance-types';
import { ROWS } from '../../../constructs/private/instance-types.generated';
import { CaptureMode, RoutingStrategy } from '../../../constructs/serving';
import { characters, sagemakerName } from '../text';
import type {
  AlarmPlan,
  ArchivePlan,
  CapturePlan,
  ContainerPlan,
  EndpointPlan,
  NetworkPlan,
  PackagePlan,
  ScalingPlan,
  VariantPlan,
} from './plan';

/** Keys that may be left out are, now and then; shrinking leaves them all out. */
const some = <T, K extends keyof T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }, ...requiredKeys: K[]) =>
  fc.record<T, K>(model, { requiredKeys });

const typesWith = (fits: (facts: InstanceTypeFacts) => boolean): fc.Arbitrary<string> => {
  const types = ROWS.map(([type]) => type).filter((type) => {
    const facts = factsOf(type);
    return facts?.hosting === true && fits(facts);
  });
  return fc.constantFrom('ml.m5.xlarge', ...types.map((type) => `ml.${type}`));
};
const anyType = typesWith(() => true);
export const nvmeType = typesWith(({ nvmeGb = 0 }) => nvmeGb > 0).filter((type) => type !== 'ml.m5.xlarge');
export const burstableType = typesWith(({ burstable }) => burstable === true).filter((type) => type !== 'ml.m5.xlarge');

const path = fc.array(characters('az09-', 1, 8), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const hex = (length: number) => characters('0123456789abcdef', length, length);
const account = characters('123456789', 12, 12);
const count = fc.integer({ min: 1, max: 100 });
const positive = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0.01, max: 10_000, noNaN: true }));
const contentTypes = fc.uniqueArray(
  fc
    .tuple(characters('az', 1, 10), characters('az-.', 0, 10), characters('az', 1, 3))
    .map(([a, b, c]) => `${a}/${c}${b.replaceAll(/[-.]+/g, '-')}${c}`),
  { minLength: 1, maxLength: 10 },
);

const archive: fc.Arbitrary<ArchivePlan> = fc.record({
  objectKey: path.map((folder) => `${folder}/model.tar.gz`),
  encrypted: fc.boolean(),
});

const container: fc.Arbitrary<ContainerPlan> = some<ContainerPlan, 'image'>(
  {
    image: fc.oneof(
      fc.constant('asset' as const),
      some<{ tagOrDigest: string; account?: string }, 'tagOrDigest'>(
        {
          tagOrDigest: fc.oneof(
            fc.tuple(characters('aZ09_', 1, 1), characters('aZ09_.-', 0, 127)).map(([first, rest]) => first + rest),
            hex(64).map((digest) => `sha256:${digest}`),
          ),
          account,
        },
        'tagOrDigest',
      ),
    ),
    archive,
    environment: fc.dictionary(
      fc.tuple(characters('aZ_', 1, 1), characters('aZ09_', 0, 20)).map(([first, rest]) => first + rest),
      characters('aZ09 =/:,{}"$é漢', 0, 40),
      { maxKeys: 100, size: 'medium' },
    ),
  },
  'image',
);

const modelPackage: fc.Arbitrary<PackagePlan> = some<PackagePlan, 'packageArn'>(
  {
    packageArn: fc
      .tuple(sagemakerName, fc.option(fc.integer({ min: 1, max: 999_999_999 }), { nil: undefined }))
      .map(([name, version]) => [name, ...(version === undefined ? [] : [version])].join('/'))
      .map((name) => `arn:aws:sagemaker:eu-west-1:111122223333:model-package/${name}`),
    repository: fc.boolean(),
    archive,
  },
  'packageArn',
);

const scaling: fc.Arbitrary<ScalingPlan> = some<
  Omit<ScalingPlan, 'minInstances' | 'maxInstances'> & { counts: [number, number] },
  'by' | 'target' | 'counts'
>(
  {
    by: fc.constantFrom('concurrency', 'invocations'),
    target: positive,
    counts: fc.tuple(count, count),
    scaleOutSeconds: fc.integer({ min: 0, max: 3600 }),
    scaleInSeconds: fc.integer({ min: 0, max: 3600 }),
  },
  'by',
  'target',
  'counts',
).map(({ counts, ...rest }) => ({ ...rest, minInstances: Math.min(...counts), maxInstances: Math.max(...counts) }));

/** With a key for the volumes, a variant is of another type than without. */
const variant = (encrypted: boolean): fc.Arbitrary<Omit<VariantPlan, 'variantName'>> =>
  fc
    .tuple(
      some<Omit<VariantPlan, 'variantName' | 'instanceType'>, 'model'>(
        {
          model: fc.oneof(container, modelPackage),
          initialInstanceCount: count,
          initialWeight: fc.oneof(fc.constant(0), positive),
          scaling: fc.option(scaling, { nil: undefined, freq: 1 }),
          routingStrategy: fc.constantFrom(RoutingStrategy.RANDOM, RoutingStrategy.LEAST_OUTSTANDING_REQUESTS),
          volumeGibibytes: fc.integer({ min: 1, max: 512 }),
          startupSeconds: fc.integer({ min: 60, max: 3600 }),
        },
        'model',
      ),
      fc.nat(),
    )
    .chain(([rest, draw]) => {
      const type =
        encrypted || rest.volumeGibibytes !== undefined
          ? typesWith(({ nvmeGb, burstable }) => nvmeGb === 0 && (!rest.scaling || burstable === false))
          : rest.scaling
            ? typesWith(({ burstable }) => burstable === false)
            : anyType;
      const { minInstances, maxInstances } = rest.scaling ?? { minInstances: 1, maxInstances: 100 };
      const initialInstanceCount = minInstances + (draw % (maxInstances - minInstances + 1));
      return type.map((instanceType) => ({
        ...rest,
        instanceType,
        ...(rest.initialInstanceCount === undefined ? {} : { initialInstanceCount }),
      }));
    });

/** Mostly one, since every judge takes its time for each, and now and then up to ten. */
const variants = (encrypted: boolean): fc.Arbitrary<VariantPlan[]> =>
  fc
    .oneof(
      { weight: 12, arbitrary: fc.uniqueArray(sagemakerName, { minLength: 1, maxLength: 1 }) },
      { weight: 4, arbitrary: fc.uniqueArray(sagemakerName, { minLength: 2, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.uniqueArray(sagemakerName, { minLength: 4, maxLength: 10 }) },
    )
    .chain((names) =>
      fc.tuple(...names.map((variantName) => variant(encrypted).map((rest) => ({ variantName, ...rest })))),
    )
    .filter((all) => all.some(({ initialWeight }) => initialWeight !== 0));

const capture: fc.Arbitrary<CapturePlan> = some<CapturePlan, 'encrypted' | 'percentage'>(
  {
    encrypted: fc.boolean(),
    percentage: fc.integer({ min: 0, max: 100 }),
    prefix: path,
    modes: fc.shuffledSubarray([CaptureMode.INPUT, CaptureMode.OUTPUT], { minLength: 1 }),
    jsonContentTypes: contentTypes,
    csvContentTypes: contentTypes,
  },
  'encrypted',
  'percentage',
);

const network: fc.Arbitrary<NetworkPlan> = some<NetworkPlan, 'vpc'>(
  {
    vpc: fc.constantFrom('isolated', 'private'),
    subnets: fc.integer({ min: 1, max: 16 }),
    securityGroups: fc.integer({ min: 1, max: 5 }),
  },
  'vpc',
);

/** Looks back 480 seconds at most. */
const alarm: fc.Arbitrary<AlarmPlan> = fc
  .record({
    watches: fc.constantFrom('metric' as const, 'math' as const, 'imported' as const),
    periodSeconds: fc.constantFrom(60, 10, 30, 120, 240, 480),
    draw: fc.nat(47),
  })
  .map(({ watches, periodSeconds, draw }) => ({ watches, periodSeconds, periods: 1 + (draw % (480 / periodSeconds)) }));

export const endpointPlans: fc.Arbitrary<EndpointPlan> = fc.boolean().chain((encryptionKey) =>
  some<EndpointPlan, 'endpointName' | 'variants'>(
    {
      endpointName: sagemakerName,
      variants: variants(encryptionKey),
      capture,
      encryptionKey: fc.constant(encryptionKey),
      network,
      networkIsolation: fc.boolean(),
      role: fc.constantFrom('own', 'imported', 'immutable'),
      metrics: some({
        publishFrequencySeconds: fc.constantFrom(10, 30, 60, 120, 180, 240, 300),
        enhancedMetrics: fc.boolean(),
        detailedObservability: fc.boolean(),
      }),
      rollbackOn: fc.oneof(
        { weight: 16, arbitrary: fc.array(alarm, { maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(alarm, { minLength: 3, maxLength: 10 }) },
      ),
    },
    'endpointName',
    'variants',
  ),
);
