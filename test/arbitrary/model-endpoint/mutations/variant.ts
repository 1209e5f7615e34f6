import fc from 'fast-check';
import type { Mutation } from '../../harness';
import { below, not } from '../../wrong';
import type { EndpointPlan, ScalingPlan } from '../plan';
import { burstableType, nvmeType } from '../plans.arbitrary';
import { drawn, NAMES, variant, wrongName } from './breaking';

const wrongCount = not([0, 1.5, NaN], below(1));
const newType = fc.constantFrom('ml.m99.xlarge', 'ml.p6e-gb200.36xlarge');

const ROOMY: ScalingPlan = { by: 'concurrency', target: 1, minInstances: 10, maxInstances: 20 };
const unknown = (property: string, fact: string) => (type: string) =>
  `allowed with ${property} are types whose ${fact} is known: ` +
  `${type === 'ml.m99.xlarge' ? 'it is not in the table of this version' : 'no source tells'}. ` +
  `Leave ${property} out, or see docs/instance-types.md`;

/** Ways to break a variant, alone or beside the rest. */
export const VARIANT_MUTATIONS: Mutation<EndpointPlan>[] = [
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
];
