import fc from 'fast-check';
import { CaptureMode } from '../../../../constructs/serving';
import type { Broken, Mutation } from '../../harness';
import { above, below, not } from '../../wrong';
import type { EndpointPlan, ScalingPlan } from '../plan';
import { drawn, variant } from './breaking';

const wrongCount = not([0, 1.5, NaN], below(1));
const notPositive = not([0, NaN, Infinity], fc.double({ max: 0, noNaN: true }));
const TYPES = 'allowed are <type>/<subtype> of letters, digits, inner hyphens and dots: SageMaker takes no parameters';
const RANGE: ScalingPlan = { by: 'concurrency', target: 1, minInstances: 2, maxInstances: 4 };
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
    (value, { scaling: given = RANGE }) => {
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

/** Ways to break what a factory makes: scaling, models, images, captured data. */
export const CONTENT_MUTATIONS: Mutation<EndpointPlan>[] = [
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
];
