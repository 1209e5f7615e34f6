import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Arguments } from './harness';

/** Median and quartiles. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** @throws Error on an empty list */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** Turn by turn, one list over the other. */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  if (over.length !== under.length) throw new Error(`${over.length} values over ${under.length}, allowed are as many`);
  return over.map((value, i) => value / (under[i] ?? NaN));
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new Error('no values, allowed is at least one');
  return below + (above - below) * (place - Math.floor(place));
}

/** A claim, and whether what was measured bears it. */
export interface Claim {
  readonly claim: string;
  readonly measured: Spread;
  /** The median may not be above this. */
  readonly atMost: number;
}

export function holds({ measured, atMost }: Claim): boolean {
  return measured.median <= atMost;
}

/** Prints rows and claims as tables, writes them as JSON, and ends with 1 when a claim does not hold. */
export function report(
  { json, ...given }: Arguments,
  versions: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, string>>[],
  claims: readonly Claim[],
): void {
  const environment = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, versions };
  console.log(
    `Node ${environment.node}, ${environment.cores} x ${environment.cpu}, ` +
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
  );
  console.log(`${given.runs} turns after ${given.warmups}, seed ${given.seed}\n`);
  console.log(`${table(rows)}\n`);
  const judged = claims.map((claim) => ({ ...claim, holds: holds(claim) }));
  console.log(
    table(
      judged.map(({ claim, measured, atMost, holds }) => ({
        claim,
        measured: shown(measured),
        'at most': atMost.toString(),
        holds: holds ? 'yes' : 'NO',
      })),
    ),
  );
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ ...given, environment, rows, claims: judged }, null, 2)}\n`);
  }
  process.exitCode = judged.every((claim) => claim.holds) ? 0 : 1;
}

/** `1.23 (1.20 to 1.31)` */
export function shown({ median, low, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** A table in Markdown, with columns of even width. */
export function table(rows: readonly Readonly<Record<string, string>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const width = (column: string) => Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0));
  const line = (cell: (column: string) => string) =>
    `| ${columns.map((column) => cell(column).padEnd(width(column))).join(' | ')} |`;
  return [
    line((column) => column),
    line((column) => '-'.repeat(width(column))),
    ...rows.map((row) => line((column) => row[column] ?? '')),
  ].join('\n');
}
