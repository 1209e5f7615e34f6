import fc from 'fast-check';
import type { Broken, Mutation } from '../../harness';

import { these, type Wrong } from '../../wrong';
import type { EndpointPlan, VariantPlan } from '../plan';

const ENDPOINT = '<scope>/Endpoint';
export const NAMES = 'allowed are 1 to 63 letters, digits and inner hyphens';
export const wrongName = these('', '-a', 'a-', 'a_b', 'a b', 'a.b', 'é', 'x'.repeat(64), 'a\n');

/** A variant that every rule lets pass. */
export const PLAIN: VariantPlan = { variantName: 'plain', model: { image: 'asset' }, instanceType: 'ml.m5.xlarge' };

export const drawn = <T>({ each, any }: Wrong<T>): fc.Arbitrary<T> => fc.oneof(fc.constantFrom(...each), any);

/** Breaks the endpoint itself. */
export function endpoint<T>(
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
export function variant<T>(
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
