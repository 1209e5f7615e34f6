import { type Interruptions, spotFigures } from '../private/spot-figures';

/** What is expected of Spot before a run has seen any of it. */
export interface SpotExpectation {
  /** Mean time for which a whole gang keeps its instances, seconds. */
  readonly meanUpSeconds: number;
  /** Mean time for which it then waits for new ones, seconds. */
  readonly meanDownSeconds: number;
  /** Spot price over on-demand price, above 0 and below 1. */
  readonly priceRatio: number;
}

/**
 * Hours between interruptions of one instance. The advisor tells the share of instances that were taken back within a
 * month, not when, so these are our reading of it: GPU instances that were watched for weeks in 2022 and 2023 (public
 * traces of skypilot-org/spot-traces) kept their instances for 0.7 to 18 hours in one zone, with medians below an hour.
 */
const HOURS_UP: Record<Interruptions, number> = { '<5%': 24, '5-10%': 12, '10-15%': 8, '15-20%': 6, '>20%': 4 };

/** Of a type that the advisor does not have. */
const UNKNOWN = { interruptions: '>20%', savingPercent: 60 } as const;

/** A gang of 16 kept its instances for 1.7 to 2 hours in the same traces, one of 4 for 2 to 8, and waited for 1 to 4. */
const SECONDS_DOWN = 2 * 3600;

export function expectSpot(instanceType: string, region: string, nodes: number): SpotExpectation {
  const { interruptions, savingPercent } = spotFigures(instanceType, region) ?? UNKNOWN;
  return {
    meanUpSeconds: Math.max(3600, (HOURS_UP[interruptions] * 3600) / Math.sqrt(nodes)),
    meanDownSeconds: SECONDS_DOWN,
    priceRatio: Math.min(0.95, Math.max(0.05, 1 - savingPercent / 100)),
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
