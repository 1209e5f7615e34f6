import type { Prior } from './spot-types.decision';
import type { Interruptions } from '../private/spot-figures';

const HOUR_SECONDS = 3600;

/**
 * What is believed of a type's Spot capacity before a run has seen any, from how often EC2 takes such instances back.
 *
 * The advisor's share is of a month and says nothing of how long capacity stays away, so these are ours: for the most
 * interrupted types they lie within what was measured of V100 and K80 capacity in 2022 and 2023 (0.7 to 18 hours there,
 * 0.6 to 4 hours away, by zone), for the others they grow as the share falls. A run's own first loss counts as much.
 *
 * @param interruptions undefined where the advisor says nothing: as for the most interrupted
 */
export function spotPrior(interruptions: Interruptions | undefined): Prior {
  const [upHours, downHours] = HOURS[interruptions ?? '>20%'];
  return { meanUpSeconds: upHours * HOUR_SECONDS, meanDownSeconds: downHours * HOUR_SECONDS };
}

const HOURS: Readonly<Record<Interruptions, readonly [up: number, down: number]>> = {
  '<5%': [24, 1],
  '5-10%': [12, 1],
  '10-15%': [8, 1],
  '15-20%': [5, 1.5],
  '>20%': [3, 1.5],
};
