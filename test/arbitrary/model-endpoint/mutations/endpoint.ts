import fc from 'fast-check';
import type { Mutation } from '../../harness';
import type { AlarmPlan, EndpointPlan, VariantPlan } from '../plan';
import { drawn, endpoint, NAMES, PLAIN, wrongName } from './breaking';

const named = (count: number): VariantPlan[] =>
  Array.from({ length: count }, (_, i) => ({ ...PLAIN, variantName: `variant-${i}` }));

/** Ways to break the endpoint itself. */
export const ENDPOINT_MUTATIONS: Mutation<EndpointPlan>[] = [
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
];

const QUIET: AlarmPlan = { watches: 'metric', periodSeconds: 60, periods: 5 };

/** Breaks the alarms that roll updates back. */
const rollbackOn = (when: string, alarms: AlarmPlan[], given: string, allowed: string) =>
  endpoint(
    when,
    fc.constant(alarms),
    (value) => ({ change: { rollbackOn: value }, given: `rollbackOn has ${given}` }),
    allowed,
  );

/** Ways to break the alarms that roll updates back. */
export const ALARM_MUTATIONS: Mutation<EndpointPlan>[] = [
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
