import type { Outcome } from './replay';

/** One run at one deadline, by every policy. */
export interface Sample {
  readonly trace: string;
  /** The deadline over the work. */
  readonly times: number;
  readonly work: number;
  /** Steps of on-demand; Infinity when the deadline cannot be met. */
  readonly optimum: number;
  readonly outcomes: readonly { readonly name: string; readonly outcome: Outcome }[];
}

type Row = Record<string, string>;

/** What is aimed at, at each deadline. */
const AIMS = { mean: 1.05, p95: 1.2 };

interface Numbers {
  readonly mean: number;
  readonly p95: number;
  /** Mean time over the work, of the runs that ended. */
  readonly time: number;
  readonly missed: number;
}

/** A row for each policy: cost over the optimum as `mean (95th percentile)`, time over work, deadlines missed. */
export function summary(samples: readonly Sample[], deadlines: readonly number[]): Row[] {
  const optimumRow: Row = { policy: 'offline optimum' };
  for (const times of deadlines) {
    const [met, all] = feasible(samples, times);
    optimumRow[`${times}x`] =
      `1, 0 of ${met.length} missed${all > met.length ? `, ${all - met.length} impossible` : ''}`;
  }
  return [
    ...policiesOf(samples).map((policy) => {
      const row: Row = { policy };
      for (const times of deadlines) {
        const { mean, p95, time, missed } = numbersOf(samples, times, policy);
        row[`${times}x`] =
          `${mean.toFixed(3)} (${p95.toFixed(2)}), time ${time.toFixed(2)}` + (missed > 0 ? `, ${missed} missed` : '');
      }
      return row;
    }),
    optimumRow,
  ];
}

/** Names of policies: whose aims are judged, against whom, and which one must miss deadlines. */
export interface Roles {
  readonly ours: string;
  readonly rivals: readonly string[];
  readonly wait: string;
}

/** The aims of one policy, and the sanity of the table. */
export function judged(samples: readonly Sample[], deadlines: readonly number[], { ours, rivals, wait }: Roles): Row[] {
  const claim = (text: string, measured: string, holds: boolean): Row => ({
    claim: text,
    measured,
    holds: holds ? 'yes' : 'NO',
  });
  const waited = deadlines.map((times) => numbersOf(samples, times, wait).missed);
  const tooCheap = cheaper(samples);
  return [
    ...deadlines.flatMap((times) => {
      const { mean, p95, missed } = numbersOf(samples, times, ours);
      const safe = rivals.filter((policy) => numbersOf(samples, times, policy).missed === 0);
      const best = safe
        .map((policy) => ({ policy, mean: numbersOf(samples, times, policy).mean }))
        .reduce((least, one) => (one.mean < least.mean ? one : least), { policy: 'none', mean: Infinity });
      return [
        claim(`${times}x: no deadline missed that can be met`, missed.toString(), missed === 0),
        claim(`${times}x: mean at most ${AIMS.mean}`, mean.toFixed(3), mean <= AIMS.mean),
        claim(`${times}x: 95th percentile at most ${AIMS.p95}`, p95.toFixed(3), p95 <= AIMS.p95),
        claim(
          `${times}x: mean below every other that misses none`,
          `${mean.toFixed(3)}, ${best.policy} ${best.mean.toFixed(3)}`,
          mean < best.mean,
        ),
      ];
    }),
    claim(
      'sanity: waiting for Spot misses deadlines',
      waited.join(', '),
      waited.some((missed) => missed > 0),
    ),
    claim('sanity: nothing that meets its deadline costs less than the optimum', tooCheap.toString(), tooCheap === 0),
  ];
}

function policiesOf(samples: readonly Sample[]): string[] {
  return (samples[0]?.outcomes ?? []).map(({ name }) => name);
}

function feasible(samples: readonly Sample[], times: number): [met: Sample[], all: number] {
  const all = samples.filter((sample) => sample.times === times);
  return [all.filter((sample) => Number.isFinite(sample.optimum)), all.length];
}

function numbersOf(samples: readonly Sample[], times: number, policy: string): Numbers {
  const [runs] = feasible(samples, times);
  const played = runs.flatMap(({ optimum, work, outcomes }) =>
    outcomes.filter(({ name }) => name === policy).map(({ outcome }) => ({ optimum, work, outcome })),
  );
  const costs = played.map(({ optimum, outcome }) => outcome.cost / optimum);
  const ended = played.filter(({ outcome }) => Number.isFinite(outcome.steps));
  return {
    mean: mean(costs),
    p95: percentile(costs, 0.95),
    time: mean(ended.map(({ work, outcome }) => outcome.steps / work)),
    missed: played.filter(({ outcome }) => !outcome.met).length,
  };
}

function cheaper(samples: readonly Sample[]): number {
  return samples
    .flatMap(({ optimum, outcomes }) => outcomes.map(({ outcome }) => ({ optimum, outcome })))
    .filter(({ optimum, outcome }) => outcome.met && outcome.cost < optimum - 1e-6).length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below = NaN, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}
