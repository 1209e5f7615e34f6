import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsOf, wholeNumber } from '../harness';
import { randomOf } from '../synth/wanted';
import { reasonOf } from '../../shell/problem';

/*
 * Spot traces that nobody recorded, to play what the recorded ones do not show:
 * node --import tsx bench/spot/synthetic.ts --out DIR [--seed 1] [--days 30]
 */

/**
 * How long capacity stays and stays away. Hours: lognormal by mean and median, exponential where those are alike, Pareto by
 * its least and the exponent of its tail.
 */
interface Kind {
  readonly name: string;
  readonly up: Stay;
  readonly down: Stay;
  /** What stays up are multiplied by and stays down divided by, by the hour of the trace. */
  readonly tide?: (hour: number) => number;
}
type Stay =
  | { readonly mean: number; readonly median: number }
  | { readonly exponential: number }
  | { readonly least: number; readonly exponent: number };

/** Means and medians within what was measured of V100 and K80 capacity in 2022 and 2023. */
export const KINDS: readonly Kind[] = [
  { name: 'rare', up: { mean: 0.72, median: 0.33 }, down: { mean: 3.6, median: 1.2 } },
  { name: 'half', up: { mean: 1.5, median: 0.5 }, down: { mean: 1.7, median: 0.6 } },
  { name: 'most', up: { mean: 5.7, median: 1 }, down: { mean: 1.8, median: 0.6 } },
  { name: 'usual', up: { mean: 6.1, median: 1.1 }, down: { mean: 0.85, median: 0.4 } },
  { name: 'nearly-always', up: { mean: 18.4, median: 1.6 }, down: { mean: 0.8, median: 0.35 } },
  { name: 'always', up: { mean: 72, median: 3.9 }, down: { mean: 0.6, median: 0.3 } },
  { name: 'gang', up: { mean: 1.9, median: 0.35 }, down: { mean: 2.6, median: 0.8 } },
  { name: 'long-outages', up: { mean: 4, median: 2 }, down: { mean: 3, median: 0.3 } },
  { name: 'memoryless', up: { exponential: 2 }, down: { exponential: 2 } },
  { name: 'memoryless-short', up: { exponential: 0.7 }, down: { exponential: 0.7 } },
  { name: 'memoryless-long', up: { exponential: 8 }, down: { exponential: 1 } },
  { name: 'eight-gpus', up: { mean: 1.2, median: 0.4 }, down: { mean: 1.1, median: 0.4 } },
  { name: 'eight-older-gpus', up: { mean: 1.6, median: 0.6 }, down: { mean: 2.9, median: 0.7 } },
  { name: 'heavy-tails', up: { least: 0.3, exponent: 1.5 }, down: { least: 0.2, exponent: 1.3 } },
  { name: 'heavy-outages', up: { mean: 6.9, median: 1.1 }, down: { least: 0.2, exponent: 1.2 } },
  {
    name: 'diurnal',
    up: { mean: 3, median: 1 },
    down: { mean: 1.5, median: 0.6 },
    tide: (hour) => Math.exp(1.1 * Math.sin((hour * 2 * Math.PI) / 24)),
  },
  {
    name: 'bursty',
    up: { mean: 3, median: 1 },
    down: { mean: 1.5, median: 0.6 },
    tide: (hour) => (Math.floor(hour / 31) % 3 === 1 ? 0.25 : 2),
  },
];

const GAP_SECONDS = 600;

/** A trace of this kind, 1 where Spot is up, every ten minutes; the same for the same seed. */
export function synthetic({ up, down, tide = () => 1 }: Kind, seed: number, days: number): number[] {
  const random = randomOf(seed);
  const length = Math.round((days * 24 * 3600) / GAP_SECONDS);
  const data: number[] = [];
  for (let isUp = random() < 0.5; data.length < length; isUp = !isUp) {
    const times = tide((data.length * GAP_SECONDS) / 3600);
    const hours = hoursOf(isUp ? up : down, random) * (isUp ? times : 1 / times);
    const steps = Math.max(1, Math.round((hours * 3600) / GAP_SECONDS));
    for (let step = 0; step < steps && data.length < length; step += 1) data.push(isUp ? 1 : 0);
  }
  return data;
}

function hoursOf(stay: Stay, random: () => number): number {
  if ('exponential' in stay) return -stay.exponential * Math.log(1 - random());
  if ('least' in stay) return stay.least * (1 - random()) ** (-1 / stay.exponent);
  const sigma = Math.sqrt(2 * Math.log(stay.mean / stay.median));
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return stay.median * Math.exp(sigma * normal);
}

function main(): void {
  const { own, seed } = argumentsOf({ out: '', days: '30' });
  const { out = '', days } = own;
  if (out === '') throw new Error('--out is missing, allowed is a folder for the traces');
  mkdirSync(out, { recursive: true });
  KINDS.forEach((kind, i) => {
    const data = synthetic(kind, seed * KINDS.length + i, wholeNumber('days', days, 1));
    writeFileSync(join(out, `${kind.name}.json`), JSON.stringify({ metadata: { gap_seconds: GAP_SECONDS }, data }));
  });
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}
