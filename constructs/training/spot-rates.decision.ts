import type { Memory, Terms } from './spot-types.decision';

/** Spot capacity as a chain of two states, up and down. Rates a second. */
export interface Rates {
  readonly loss: number;
  readonly return: number;
}

/** How many losses and returns the prior counts as. */
const PRIOR_WEIGHT = 1;

/** What the run has seen, together with the prior: the mean of a gamma distribution. */
export function ratesOf({ prior }: Terms, { spot }: Memory): Rates {
  return {
    loss: (PRIOR_WEIGHT + spot.losses) / (PRIOR_WEIGHT * prior.meanUpSeconds + spot.upSeconds),
    return: (PRIOR_WEIGHT + spot.returns) / (PRIOR_WEIGHT * prior.meanDownSeconds + spot.downSeconds),
  };
}

/** That Spot is up, so many seconds after it was last seen up, or down. */
export function probabilityUp(rates: Rates, wasUp: boolean, seconds: number): number {
  const both = rates.loss + rates.return;
  const steady = rates.return / both;
  return steady + ((wasUp ? 1 : 0) - steady) * Math.exp(-both * seconds);
}
