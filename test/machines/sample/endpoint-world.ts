import { type Input, type Invariant, ServiceError, type WorldSpec } from '..';
import { WEIGHT_SHIFT } from './constants';
import type { Weight } from './weights.decision';

export interface Endpoint {
  readonly weights: Record<string, number>;
  /** Until then it is updating, in milliseconds since 1970. */
  readyAt: number;
  alarm: 'OK' | 'ALARM';
}

const UPDATE_MILLIS = 60_000;

/** An endpoint of two variants that updates for a minute, and its alarm. */
export const QUIET: WorldSpec<Endpoint> = {
  initial: { weights: { blue: 100, green: 0 }, readyAt: 0, alarm: 'OK' },
  calls: {
    'sagemaker:updateEndpointWeightsAndCapacities': {
      change: (endpoint, { EndpointName, DesiredWeightsAndCapacities }: Input, now) => {
        if (EndpointName !== WEIGHT_SHIFT.endpointName)
          throw ServiceError.common('ValidationException', 'Could not find endpoint');
        if (now < endpoint.readyAt)
          throw ServiceError.common('ValidationException', 'Cannot update in-progress endpoint');
        for (const { VariantName, DesiredWeight } of DesiredWeightsAndCapacities as Weight[])
          endpoint.weights[VariantName] = DesiredWeight;
        endpoint.readyAt = now + UPDATE_MILLIS;
        return { EndpointArn: `arn:aws:sagemaker:eu-west-1:111122223333:endpoint/${WEIGHT_SHIFT.endpointName}` };
      },
    },
    'sagemaker:describeEndpoint': {
      read: ({ weights, readyAt }, _, now) => ({
        EndpointStatus: now < readyAt ? 'Updating' : 'InService',
        ProductionVariants: Object.entries(weights).map(([VariantName, DesiredWeight]) => ({
          VariantName,
          DesiredWeight,
        })),
      }),
    },
    'cloudwatch:describeAlarms': {
      read: ({ alarm }) => ({ MetricAlarms: [{ AlarmName: WEIGHT_SHIFT.alarmName, StateValue: alarm }] }),
    },
  },
};

/** The same, and green is bad: the alarm goes off while the machine waits. */
export const BAD_GREEN: WorldSpec<Endpoint> = {
  ...QUIET,
  events: [
    {
      afterSeconds: 300,
      what: 'the alarm goes off',
      change: (endpoint) => {
        endpoint.alarm = 'ALARM';
      },
    },
  ],
};

/** What the machine promises, whatever goes wrong. */
export const INVARIANTS: Readonly<Record<string, Invariant<Endpoint>>> = {
  'an execution that fails leaves all traffic on blue': ({ status, world }) =>
    status !== 'SUCCEEDED' && world.weights['green'] !== 0 ? `green has ${world.weights['green']}` : undefined,

  'green keeps traffic only after the alarm was seen to be OK': ({ calls, world }) => {
    const seen = calls
      .filter(({ name, answer }) => name === 'cloudwatch:describeAlarms' && answer !== undefined)
      .at(-1);
    const quiet = seen !== undefined && JSON.stringify(seen.answer).includes('"OK"');
    return world.weights['green'] !== 0 && !quiet ? `last seen: ${JSON.stringify(seen?.answer)}` : undefined;
  },

  'there is always a variant with traffic': ({ changes }) =>
    changes.some(({ state }) => Object.values(state.weights).every((weight) => weight === 0))
      ? 'there was none'
      : undefined,
};
