import { spotPrior } from './spot-prior';
import type { Prior } from './spot-types.decision';
import { spotFigures } from '../private/spot-figures';

/** What is expected of Spot before a run has seen any of it. */
export interface SpotExpectation extends Prior {
  /** Spot price over on-demand price, above 0 and below 1. */
  readonly priceRatio: number;
}

/** Of a type that the advisor does not have, percent. */
const UNKNOWN_SAVING = 60;

export function expectSpot(instanceType: string, region: string, nodes: number): SpotExpectation {
  const figures = spotFigures(instanceType, region);
  const saving = figures?.savingPercent ?? UNKNOWN_SAVING;
  return {
    ...spotPrior(figures?.interruptions, nodes),
    priceRatio: Math.min(0.95, Math.max(0.05, 1 - saving / 100)),
  };
}

/** Least and most seconds between two checkpoints that are advised. */
const LEAST = 300;
const MOST = 3600;

/**
 * How often to save, seconds, so that saving and lost work together cost least.
 *
 * Source: J. W. Young, "A first order approximation to the optimum checkpoint interval" (1974); J. T. Daly, "A higher order
 * estimate of the optimum checkpoint interval for restart dumps" (2006), the terms up to the first.
 */
export function checkpointInterval(writeSeconds: number, meanUpSeconds: number): number {
  const interval = Math.sqrt(2 * writeSeconds * meanUpSeconds) - writeSeconds;
  return Math.round(Math.min(MOST, Math.max(LEAST, interval)));
}
