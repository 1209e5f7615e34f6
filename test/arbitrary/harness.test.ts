import { aws_sns as sns } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import fc from 'fast-check';
import { brokenIsRefused, type Mutation } from './harness';

interface Plan {
  readonly size: number;
}
const plans = fc.record<Plan>({ size: fc.integer({ min: 1, max: 10 }) });
const tooLarge: Mutation<Plan> = {
  when: 'size is too large',
  breaks: (plan) =>
    fc.integer({ min: 11, max: 1000 }).map((size) => ({
      input: { ...plan, size },
      where: '<scope>',
      given: `size is ${size}`,
      allowed: 'allowed are 1 to 10',
    })),
};
const build =
  (limit: number, allowed = 'allowed are 1 to 10') =>
  (scope: Construct, { size }: Plan) => {
    if (size > limit) throw new Error(`${scope.node.path}: size is ${size}, ${allowed}`);
    new sns.Topic(scope, 'Topic');
  };

describe('brokenIsRefused', () => {
  it('is content with a construct that refuses, and says why', () => {
    expect(() => brokenIsRefused(plans, tooLarge, build(10), 50)).not.toThrow();
  });

  it('fails when a broken input is accepted, and shows the smallest one', () => {
    expect(() => brokenIsRefused(plans, tooLarge, build(500), 200)).toThrow(
      /Counterexample: \[\{"input":\{"size":11\}/,
    );
  });

  it('fails when the message lacks what is allowed', () => {
    expect(() => brokenIsRefused(plans, tooLarge, build(10, 'sorry'), 50)).toThrow('allowed are 1 to 10');
  });
});
