import fc from 'fast-check';
import { CaptureMode } from '../../../constructs/serving';
import type { Broken, Mutation } from '../harness';
import { above, below, not, these, type Wrong } from '../wrong';
import { type AlarmPlan, burstableType, type EndpointPlan, nvmeType, type ScalingPlan, type VariantPlan } from './plan';

/*
 * The ways to break what a ModelEndpoint is asked for, each one rule and no other. What SageMaker takes: API reference of
 * CreateModel, CreateEndpointConfig and CreateEndpoint (November 2026).
 */

const ENDPOINT = '<scope>/Endpoint';
const NAMES = 'allowed are 1 to 63 letters, digits and inner hyphens';
const wrongName = these('', '-a', 'a-', 'a_b', 'a b', 'a.b', 'é', 'x'.repeat(64), 'a\n');
const wrongCount = not([0, 1.5, NaN], below(1));
const notPositive = not([0, NaN, Infinity], fc.double({ max: 0, noNaN: true }));
const newType = fc.constantFrom('ml.m99.xlarge', 'ml.p6e-gb200.36xlarge');

const drawn = <T>({ each, any }: Wrong<T>): fc.Arbitrary<T> => fc.oneof(fc.constantFrom(...each), any);

/** Breaks the endpoint itself. */
function endpoint<T>(
  when: string,
  values: fc.Arbitrary<T>,
  broken: (value: T, plan: EndpointPlan) => { change: Partial<EndpointPlan>; given: string },
  allowed: string,
): Mutation<EndpointPlan> {
  const breaks = (plan: EndpointPlan) =>
    values.map((value): Broken<EndpointPlan> => {
      const { change, given } = broken(value, plan);
      return { input: { ...plan, ...change }, where: ENDPOINT, given, allowed };
    });
  return { when, breaks };
}

interface BrokenVariant {
  readonly change: Partial<VariantPlan>;
  readonly given: string;
  /** Changes to the endpoint, where the variant is only wrong beside them. */
  readonly beside?: Partial<EndpointPlan>;
  readonly where?: string;
}

/** Breaks one of the variants; the others are of a type that every rule lets pass. */
function variant<T>(
  when: string,
  values: fc.Arbitrary<T>,
  broken: (value: T, variant: VariantPlan) => BrokenVariant,
  allowed: string | ((value: T) => string),
): Mutation<EndpointPlan> {
  const breaks = (plan: EndpointPlan) =>
    fc.tuple(values, fc.constantFrom(...plan.variants.entries())).map(([value, [at, given]]): Broken<EndpointPlan> => {
      const variants = plan.variants.map((each) => ({ ...each, instanceType: PLAIN.instanceType }));
      const { change, given: text, beside, where } = broken(value, given);
      const wrong = { ...given, instanceType: PLAIN.instanceType, ...change };
      return {
        input: { ...plan, variants: variants.with(at, wrong), ...beside },
        where: where ?? `${ENDPOINT}: variant "${wrong.variantName}"`,
        given: text,
        allowed: typeof allowed === 'string' ? allowed : allowed(value),
      };
    });
  return { when, breaks };
}

const PLAIN: VariantPlan = { variantName: 'plain', model: { image: 'asset' }, instanceType: 'ml.m5.xlarge' };
const ROOMY: ScalingPlan = { by: 'concurrency', target: 1, minInstances: 10, maxInstances: 20 };
const factoryOf = ({ by }: ScalingPlan) => `VariantScaling.${by}`;
const targetOf = ({ by }: ScalingPlan) =>
  by === 'concurrency' ? 'concurrentRequestsPerInstance' : 'invocationsPerInstancePerMinute';

/** Breaks the scaling of one of the variants. */
const scaling = <T>(
  when: string,
  values: fc.Arbitrary<T>,
  broken: (value: T, scaling: ScalingPlan) => { change: Partial<ScalingPlan>; given: string },
  allowed: string,
): Mutation<EndpointPlan> =>
  variant(
    when,
    values,
    (value, { scaling: given = ROOMY }) => {
      const fitting = { ...given, minInstances: 2, maxInstances: 4 };
      const { change, given: text } = broken(value, fitting);
      return { change: { scaling: { ...fitting, ...change } }, given: text, where: factoryOf(fitting) };
    },
    allowed,
  );

/** Breaks the environment of one of the variants. */
const environment = (when: string, variables: Record<string, string>, given: string, allowed: string) =>
  variant(
    when,
    fc.constant(variables),
    (value) => ({
      change: { model: { image: 'asset', environment: value } },
      given: `environment has ${given}`,
      where: 'ModelSource.container',
    }),
    allowed,
  );

/** Breaks what is captured. */
const capture = <T>(
  when: string,
  values: fc.Arbitrary<T>,
  broken: (value: T) => { change: Partial<EndpointPlan['capture']>; given: string },
  allowed: string,
): Mutation<EndpointPlan> => ({
  when,
  breaks: (plan) =>
    values.map((value): Broken<EndpointPlan> => {
      const { change, given } = broken(value);
      const { encrypted = false, percentage = 10 } = plan.capture ?? {};
      const wrong = { encrypted, percentage, ...change };
      return { input: { ...plan, capture: wrong }, where: 'DataCapture.toBucket', given, allowed };
    }),
});

const QUIET: AlarmPlan = { watches: 'metric', periodSeconds: 60, periods: 5 };

/** Breaks the alarms that roll updates back. */
const rollbackOn = (when: string, alarms: AlarmPlan[], given: string, allowed: string) =>
  endpoint(
    when,
    fc.constant(alarms),
    (value) => ({ change: { rollbackOn: value }, given: `rollbackOn has ${given}` }),
    allowed,
  );

const named = (count: number): VariantPlan[] =>
  Array.from({ length: count }, (_, i) => ({ ...PLAIN, variantName: `variant-${i}` }));
const TYPES = 'allowed are <type>/<subtype> of letters, digits, inner hyphens and dots: SageMaker takes no parameters';
const unknown = (property: string, fact: string) => (type: string) =>
  `allowed with ${property} are types whose ${fact} is known: ` +
  `${type === 'ml.m99.xlarge' ? 'it is not in the table of this version' : 'no source tells'}. ` +
  `Leave ${property} out, or see docs/instance-types.md`;

export const MUTATIONS: Mutation<EndpointPlan>[] = [
  endpoint(
    'endpointName is none',
    drawn(wrongName),
    (endpointName) => ({
      change: { endpointName: endpointName },
      given: `endpointName is "${endpointName}"`,
    }),
    NAMES,
  ),
  endpoint(
    'there is no variant',
    fc.constant<VariantPlan[]>([]),
    (variants) => ({ change: { variants }, given: 'variants has 0 entries' }),
    'allowed are 1 to 10',
  ),
  endpoint(
    'there are too many variants',
    fc.integer({ min: 11, max: 20 }),
    (count) => ({ change: { variants: named(count) }, given: `variants has ${count} entries` }),
    'allowed are 1 to 10',
  ),
  endpoint(
    'two variants have one name',
    fc.integer({ min: 2, max: 10 }),
    (count) => ({
      change: { variants: named(count).with(-1, { ...PLAIN, variantName: 'variant-0' }) },
      given: 'variants has "variant-0" twice',
    }),
    'allowed are unique names',
  ),
  endpoint(
    'no variant has weight',
    fc.constant(0),
    (initialWeight, plan) => ({
      change: { variants: plan.variants.map((each) => ({ ...each, initialWeight })) },
      given: 'initialWeight is 0 in every variant',
    }),
    'allowed is a sum above 0: no request could be routed',
  ),
  endpoint(
    'vpcSubnets is given without vpc',
    fc.integer({ min: 1, max: 3 }),
    (subnets) => ({ change: { network: { vpc: 'none', subnets } }, given: 'vpcSubnets is given without vpc' }),
    'allowed is with one: alone it has no effect',
  ),
  endpoint(
    'securityGroups is given without vpc',
    fc.integer({ min: 1, max: 5 }),
    (securityGroups) => ({
      change: { network: { vpc: 'none', securityGroups } },
      given: 'securityGroups is given without vpc',
    }),
    'allowed is with one: alone it has no effect',
  ),
  endpoint(
    'there are too few or too many subnets',
    fc.oneof(fc.constant(0), fc.integer({ min: 17, max: 30 })),
    (subnets) => ({ change: { network: { vpc: 'isolated', subnets } }, given: `vpcSubnets has ${subnets} subnets` }),
    'allowed are 1 to 16',
  ),
  endpoint(
    'there are too few or too many security groups',
    fc.oneof(fc.constant(0), fc.integer({ min: 6, max: 10 })),
    (securityGroups) => ({
      change: { network: { vpc: 'private', securityGroups } },
      given: `securityGroups has ${securityGroups} entries`,
    }),
    'allowed are 1 to 5',
  ),
  endpoint(
    'metrics are to come at another frequency',
    fc.oneof(
      fc.constantFrom(0, -10, 10.5),
      fc.integer().filter((seconds) => ![10, 30, 60, 120, 180, 240, 300].includes(seconds)),
    ),
    (publishFrequencySeconds) => ({
      change: { metrics: { publishFrequencySeconds } },
      given: `metrics.publishFrequencySeconds is ${publishFrequencySeconds}`,
    }),
    'allowed are 10, 30, 60, 120, 180, 240, 300',
  ),

  variant(
    'variantName is none',
    drawn(wrongName),
    (name) => ({ change: { variantName: name }, given: `variantName is "${name}"` }),
    NAMES,
  ),
  variant(
    'instanceType is not one of SageMaker',
    fc.constantFrom(
      '',
      'm5.xlarge',
      'ml.m5',
      'ML.M5.XLARGE',
      'ml..xlarge',
      'ml.m5.',
      'ml.m5.xlarge ',
      'ml.m5.xlarge.2',
    ),
    (instanceType) => ({ change: { instanceType }, given: `instanceType is "${instanceType}"` }),
    'allowed is ml.<family>.<size>',
  ),
  variant(
    'a key is given for a type with local NVMe storage',
    nvmeType,
    (instanceType) => ({
      change: { instanceType, volumeGibibytes: undefined },
      beside: { encryptionKey: true },
      given: `instanceType is ${instanceType}`,
    }),
    'allowed with encryptionKey are types without local NVMe storage: those encrypt it themselves, and SageMaker refuses a key',
  ),
  variant(
    'a key is given for a type that nothing is known of',
    newType,
    (instanceType) => ({
      change: { instanceType, volumeGibibytes: undefined, scaling: undefined },
      beside: { encryptionKey: true },
      given: `instanceType is ${instanceType}`,
    }),
    unknown('encryptionKey', 'local NVMe storage'),
  ),
  variant(
    'a burstable type is to scale',
    burstableType,
    (instanceType, { scaling: given = ROOMY }) => ({
      change: { instanceType, scaling: given, initialInstanceCount: undefined, volumeGibibytes: undefined },
      given: `instanceType is ${instanceType}`,
    }),
    'allowed with scaling are types that are not burstable: Application Auto Scaling does not scale those',
  ),
  variant(
    'a type that nothing is known of is to scale',
    newType,
    (instanceType, { scaling: given = ROOMY }) => ({
      change: { instanceType, scaling: given, initialInstanceCount: undefined, volumeGibibytes: undefined },
      beside: { encryptionKey: false },
      given: `instanceType is ${instanceType}`,
    }),
    unknown('scaling', 'use of CPU credits'),
  ),
  variant(
    'volumeSize is given for a type with local NVMe storage',
    nvmeType,
    (instanceType) => ({
      change: { instanceType, volumeGibibytes: 100 },
      beside: { encryptionKey: false },
      given: `volumeSize is given with ${instanceType}`,
    }),
    'allowed are types without local NVMe storage: its size is fixed',
  ),
  variant(
    'volumeSize is given for a type that nothing is known of',
    newType,
    (instanceType) => ({
      change: { instanceType, volumeGibibytes: 100, scaling: undefined },
      beside: { encryptionKey: false },
      given: `instanceType is ${instanceType}`,
    }),
    unknown('volumeSize', 'local NVMe storage'),
  ),
  variant(
    'initialInstanceCount is none',
    drawn(wrongCount),
    (count) => ({ change: { initialInstanceCount: count }, given: `initialInstanceCount is ${count}` }),
    'allowed are whole numbers from 1 up',
  ),
  variant(
    'initialInstanceCount is outside the range of the scaling',
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 21 })),
    (count) => ({
      change: { initialInstanceCount: count, scaling: ROOMY },
      given: `initialInstanceCount is ${count}`,
    }),
    'allowed are 10 to 20, the range of its scaling',
  ),
  variant(
    'initialWeight is none',
    drawn(not([-1, -Number.MIN_VALUE, NaN, Infinity], fc.double({ max: -1e-9, noNaN: true }))),
    (weight) => ({ change: { initialWeight: weight }, given: `initialWeight is ${weight}` }),
    'allowed is 0 and up',
  ),
  variant(
    'volumeSize is too small or too large',
    fc.oneof(fc.constant(0), fc.integer({ min: 513, max: 1_000_000 })),
    (volumeGibibytes) => ({ change: { volumeGibibytes }, given: `volumeSize is ${volumeGibibytes} GiB` }),
    'allowed are 1 to 512, whole',
  ),
  variant(
    'startupHealthCheckTimeout is too short or too long',
    fc.oneof(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 3601, max: 1_000_000 })),
    (startupSeconds) => ({ change: { startupSeconds }, given: `startupHealthCheckTimeout is ${startupSeconds} s` }),
    'allowed are 60 to 3600, whole',
  ),

  scaling(
    'minInstances is none',
    drawn(wrongCount),
    (minInstances) => ({ change: { minInstances }, given: `minInstances is ${minInstances}` }),
    'allowed are whole numbers from 1 up: real-time variants do not scale to zero',
  ),
  scaling(
    'maxInstances is none, or below minInstances',
    drawn(not([1, 2.5, NaN], below(2))),
    (maxInstances) => ({ change: { maxInstances }, given: `maxInstances is ${maxInstances}` }),
    'allowed are whole numbers from minInstances (2) up',
  ),
  scaling(
    'its target is none',
    drawn(notPositive),
    (target, plan) => ({ change: { target }, given: `${targetOf(plan)} is ${target}` }),
    'allowed are numbers above 0',
  ),

  environment(
    'there are 101 environment variables',
    Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`NAME_${i}`, ''])),
    '101 variables',
    'allowed are at most 100',
  ),
  ...['', '1ST', 'MY-NAME', 'A B', 'É', 'X'.repeat(1025)].map((name) =>
    environment(
      `an environment variable is named "${name.slice(0, 10)}"`,
      { GOOD: '1', [name]: '1' },
      `variable "${name}"`,
      'allowed are 1 to 1024 letters, digits and underscores, not a digit first',
    ),
  ),
  environment(
    'an environment variable is long',
    { NAME: 'é'.repeat(513) },
    '1026 bytes in NAME',
    'allowed are at most 1024',
  ),
  environment(
    'the environment is large',
    Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`N${i + 10}`, 'x'.repeat(1000)])),
    '33099 bytes',
    'allowed are at most 32768, names included',
  ),
  variant(
    'the model package has another ARN',
    fc.constantFrom(
      '',
      'churn/7',
      'arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/churn',
      'arn:aws:sagemaker:eu-west-1:1111:model-package/churn/7',
      'arn:aws:sagemaker:eu-west-1:111122223333:model-package/chu_rn/7',
      'arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/latest',
    ),
    (packageArn) => ({
      change: { model: { packageArn } },
      given: `modelPackageArn is "${packageArn}"`,
      where: 'ModelSource.modelPackage',
    }),
    'allowed is arn:<partition>:sagemaker:<region>:<account>:model-package/<group>/<version>',
  ),
  variant(
    'the image has no fixed tag',
    fc.constantFrom('', 'latest', 'two words', '-1', 'a:b', 'x'.repeat(129), `sha256:${'a'.repeat(63)}`),
    (tagOrDigest) => ({
      change: { model: { image: { tagOrDigest } } },
      given: `tagOrDigest is "${tagOrDigest}"`,
      where: 'ModelImage.fromEcrRepository',
    }),
    'allowed is a tag that is never moved, or a digest: what "latest" means changes without a deployment, and cannot be rolled back',
  ),

  capture(
    'the captured share is none',
    drawn(not([-1, 0.5, 101, NaN], below(0), above(100))),
    (percentage) => ({ change: { percentage }, given: `percentage is ${percentage}` }),
    'allowed are whole numbers from 0 to 100',
  ),
  capture(
    'the prefix has empty or strange parts',
    fc.constantFrom('', '/', '/a', 'a/', 'a//b', 'a b', 'é', 'a\\b'),
    (prefix) => ({ change: { prefix }, given: `prefix is "${prefix}"` }),
    'allowed are parts of letters, digits and !_.*\'()=-, joined by single slashes: readers of captured data do not find "//"',
  ),
  capture(
    'the prefix is long',
    fc.integer({ min: 444, max: 1000 }),
    (length) => ({ change: { prefix: 'x'.repeat(length) }, given: `prefix has ${length} characters` }),
    'allowed are up to 443: with its bucket it has 512',
  ),
  capture(
    'a side is captured twice, or none',
    fc.constantFrom<CaptureMode[][]>(
      [],
      [CaptureMode.INPUT, CaptureMode.INPUT],
      [CaptureMode.OUTPUT, CaptureMode.INPUT, CaptureMode.OUTPUT],
    ),
    (modes) => ({ change: { modes }, given: `modes are [${modes.join(', ')}]` }),
    'allowed are Input, Output or both, each once',
  ),
  ...(['jsonContentTypes', 'csvContentTypes'] as const).flatMap((field) => [
    capture(
      `${field} has too few or too many entries`,
      fc.constantFrom(0, 11, 20),
      (count) => ({
        change: { [field]: Array.from({ length: count }, (_, i) => `text/type${i}`) },
        given: `${field} has ${count} entries`,
      }),
      'allowed are 1 to 10: leave it out for the default',
    ),
    capture(
      `${field} has what is no content type`,
      fc.constantFrom(
        '',
        'json',
        'text/',
        'text/csv; header=present',
        'application/a+json',
        'text/-a',
        `text/${'x'.repeat(252)}`,
      ),
      (type) => ({ change: { [field]: ['text/good', type] }, given: `${field} has "${type}"` }),
      TYPES,
    ),
  ]),

  rollbackOn('there are eleven alarms', Array<AlarmPlan>(11).fill(QUIET), '11 alarms', 'allowed are 10'),
  rollbackOn(
    'an alarm stands twice',
    [QUIET, { ...QUIET, watches: 'again' }],
    '<scope>/Alarm0 twice',
    'allowed is each alarm once',
  ),
  rollbackOn(
    'an alarm is a composite one',
    [{ ...QUIET, watches: 'composite' }],
    '<scope>/Alarm0, a composite alarm',
    'allowed are metric alarms: give those it is made of',
  ),
  rollbackOn(
    'an alarm is a query',
    [{ ...QUIET, watches: 'query' }],
    '<scope>/Alarm0, a query alarm',
    'allowed are metric alarms',
  ),
  rollbackOn(
    'an alarm is of another region',
    [{ ...QUIET, watches: 'elsewhere' }],
    '<scope>/Alarm0 of region us-east-1',
    'allowed is eu-west-1: SageMaker looks for it there',
  ),
  ...(['metric', 'math'] as const).map((watches) =>
    rollbackOn(
      `an alarm on a ${watches} looks back too long`,
      [QUIET, { watches, periodSeconds: 60, periods: 9 }],
      '<scope>/Alarm1, which looks back 540 s',
      'allowed are up to 480 s: the old fleet is gone after 600 s, and datapoints are up to 120 s late',
    ),
  ),
];
