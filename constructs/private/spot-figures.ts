import { ROWS, TAKEN } from './spot-figures.generated';

/** Share of the Spot instances of a type and region that EC2 took back within a month. */
export type Interruptions = '<5%' | '5-10%' | '10-15%' | '15-20%' | '>20%';

/** A line of the generated table. The type is EC2's name, without `ml.`. */
export type SpotRow = readonly [type: string, region: string, interruptions: Interruptions, savingPercent: number];

/** What EC2's Spot Instance Advisor said of a GPU type in a region. */
export interface SpotFigures {
  readonly interruptions: Interruptions;

  /** Mean saving over on-demand, whole percent. Below 0, Spot was dearer. */
  readonly savingPercent: number;

  /** Year and month in which it was said, like `2025-07`: Spot capacity moves, so a report shows it. */
  readonly taken: string;
}

/**
 * The Spot figures of a type in a region; undefined when the advisor had none, as for types that EC2 does not offer there on Spot.
 *
 * @param instanceType with `ml.` or without. Of `ml.` types AWS publishes no figures: these are those of the EC2 type.
 */
export function spotFigures(instanceType: string, region: string): SpotFigures | undefined {
  const name = instanceType.replace(/^ml\./, '');
  const row = ROWS.find(([type, place]) => type === name && place === region);
  return row && { interruptions: row[2], savingPercent: row[3], taken: TAKEN };
}
