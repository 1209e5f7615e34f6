import type { Need } from './needs';

/** A need, and what there is. */
export interface Row extends Need {
  /** Undefined where Service Quotas has no quota of this name. */
  readonly have?: number;
}

/** Whether there is enough; `unknown` where that cannot be told. */
export function verdict({ needed, have }: Row): 'yes' | 'no' | 'unknown' {
  if (needed === undefined || have === undefined) return 'unknown';
  return have >= needed ? 'yes' : 'no';
}

const HEAD = ['quota', 'needed', 'have', 'ok', 'needed by'];

/** All rows as a table for people, a part for each place. */
export function report(rows: readonly Row[]): string {
  if (rows.length === 0) return 'Nothing in this app says that it needs a quota.';
  const titles = new Set(rows.map(titleOf));
  return [...titles]
    .map((title) => `${title}\n${table([HEAD, ...rows.filter((row) => titleOf(row) === title).map(cells)])}`)
    .join('\n\n');
}

function titleOf({ place }: Row): string {
  return `${place.region}, ${place.account ?? 'any account'}`;
}

function cells(row: Row): string[] {
  const { name, needed, have, by } = row;
  return [name, needed?.toString() ?? 'at deployment', have?.toString() ?? 'not found', verdict(row), by.join(', ')];
}

function table(lines: string[][]): string {
  const width = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  const isNumber = (column: number) => column === 1 || column === 2;
  const padded = (cell: string, column: number) =>
    isNumber(column) ? cell.padStart(width(column)) : cell.padEnd(width(column));
  return lines.map((line) => `  ${line.map(padded).join('  ')}`.trimEnd()).join('\n');
}
