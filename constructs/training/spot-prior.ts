import type { Prior } from './spot-types.decision';
import type { Interruptions } from '../private/spot-figures';

const HOUR_SECONDS = 3600;

/**
 * What is believed of a type's Spot capacity before a run has seen any, from how often EC2 takes such instances back, and
 * how many of them must be there at once.
 *
 * The advisor's share is of a month and says nothing of how long capacity stays away, so these are ours. For the most
 * interrupted types they lie within what was measured of V100 and K80 capacity in 2022 and 2023: single instances were
 * there for 0.7 to 18 hours and away for 0.6 to 4, gangs of 16 for about 1.8 and 2.2. A run's own first loss and first
 * return each count as much as the prior.
 *
 * @param interruptions undefined where the advisor says nothing: as for the most interrupted
 * @param nodes instances of the gang, 1 or more
 */
export function spotPrior(interruptions: Interruptions | undefined, nodes: number): Prior {
  const [upHours, downHours] = HOURS[interruptions ?? '>20%'];
  return {
    meanUpSeconds: (upHours * HOUR_SECONDS) / nodes ** GANG_UP,
    meanDownSeconds: downHours * HOUR_SECONDS * nodes ** GANG_DOWN,
  };
}

/** From one instance to 16, stays shrink to 1.8 of 3 hours, and outages grow from 1.5 to 2.2. */
const GANG_UP = 0.18;
const GANG_DOWN = 0.14;

const HOURS: Readonly<Record<Interruptions, readonly [up: number, down: number]>> = {
  '<5%': [24, 1],
  '5-10%': [12, 1],
  '10-15%': [8, 1],
  '15-20%': [5, 1.5],
  '>20%': [3, 1.5],
};
