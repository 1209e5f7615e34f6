import { Duration, Token } from 'aws-cdk-lib';
import { VariantScaling } from '../../../constructs/serving';

const RANGE = { minInstances: 2, maxInstances: 6 };
const concurrency = (options: object = {}) =>
  VariantScaling.concurrency({ ...RANGE, concurrentRequestsPerInstance: 8, ...options });
const invocations = (options: object = {}) =>
  VariantScaling.invocations({ ...RANGE, invocationsPerInstancePerMinute: 600, ...options });

describe('VariantScaling', () => {
  it.each([
    ['concurrency', concurrency(), 'SageMakerVariantConcurrentRequestsPerModelHighResolution', 8],
    ['invocations', invocations(), 'SageMakerVariantInvocationsPerInstance', 600],
  ])('by %s keeps its metric at the target', (_, { metric, target, scalingRange }, expectedMetric, expectedTarget) => {
    expect({ metric, target }).toEqual({ metric: expectedMetric, target: expectedTarget });
    expect(scalingRange).toMatchObject(RANGE);
  });

  it('waits five minutes by default, both ways', () => {
    expect(concurrency().scaleOutCooldown.toMinutes()).toBe(5);
    expect(concurrency().scaleInCooldown.toMinutes()).toBe(5);
  });

  it('waits as long as it is told', () => {
    const given = concurrency({ scaleOutCooldown: Duration.seconds(0), scaleInCooldown: Duration.minutes(15) });
    expect(given.scaleOutCooldown.toSeconds()).toBe(0);
    expect(given.scaleInCooldown.toMinutes()).toBe(15);
  });

  it.each<[string, object]>([
    ['one instance and no more', { minInstances: 1, maxInstances: 1 }],
    ['a target below one', { concurrentRequestsPerInstance: 0.5 }],
    ['limits and a target that are not known yet', unresolved()],
  ])('takes %s', (_, options) => {
    expect(() => concurrency(options)).not.toThrow();
  });

  it.each<[string, () => VariantScaling, string]>([
    [
      'minInstances is 0',
      () => concurrency({ minInstances: 0 }),
      'VariantScaling.concurrency: minInstances is 0, allowed are whole numbers from 1 up: real-time variants do not scale to zero',
    ],
    [
      'minInstances is 1.5',
      () => invocations({ minInstances: 1.5 }),
      'VariantScaling.invocations: minInstances is 1.5, allowed are whole numbers from 1 up: real-time variants do not scale to zero',
    ],
    [
      'maxInstances is below minInstances',
      () => concurrency({ maxInstances: 1 }),
      'VariantScaling.concurrency: maxInstances is 1, allowed are whole numbers from minInstances (2) up',
    ],
    [
      'maxInstances is 2.5',
      () => invocations({ maxInstances: 2.5 }),
      'VariantScaling.invocations: maxInstances is 2.5, allowed are whole numbers from minInstances (2) up',
    ],
    [
      'the target is 0',
      () => concurrency({ concurrentRequestsPerInstance: 0 }),
      'VariantScaling.concurrency: concurrentRequestsPerInstance is 0, allowed are numbers above 0',
    ],
    [
      'the target is not a number',
      () => invocations({ invocationsPerInstancePerMinute: NaN }),
      'VariantScaling.invocations: invocationsPerInstancePerMinute is NaN, allowed are numbers above 0',
    ],
    [
      'the target is endless, which JSON cannot say',
      () => concurrency({ concurrentRequestsPerInstance: Infinity }),
      'VariantScaling.concurrency: concurrentRequestsPerInstance is Infinity, allowed are numbers above 0',
    ],
  ])('fails when %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});

function unresolved(): object {
  const token = (name: string) => Token.asNumber({ Ref: name });
  return { minInstances: token('Min'), maxInstances: token('Max'), concurrentRequestsPerInstance: token('Target') };
}
