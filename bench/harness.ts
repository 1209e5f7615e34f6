import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/*
 * What the benches share. Each thing is measured in child processes of its own, in turns (A B A B ...), by the CPU time
 * that the child counts for itself: what else runs on the machine then disturbs both sides alike. A result is the ratio
 * within a turn, as a median with its quartiles, and never a time.
 */

export interface Arguments {
  /** Turns that count. */
  readonly runs: number;
  /** Turns before them, which do not: they warm the file cache. */
  readonly warmups: number;
  readonly seed: number;
  /** Where the result goes as JSON. */
  readonly json?: string;
  /** Arguments of the one bench. */
  readonly own: Readonly<Record<string, string>>;
}

/**
 * The command line: `--runs 5 --warmups 1 --seed 1 --json FILE`, and arguments of the bench's own with their defaults.
 *
 * @throws Error on an unknown argument, or a number that is none
 */
export function argumentsOf(own: Readonly<Record<string, string>>, given = process.argv.slice(2)): Arguments {
  const defaults: Record<string, string> = { runs: '5', warmups: '1', seed: '1', ...own };
  const { values } = parseArgs({
    args: given,
    options: {
      json: { type: 'string' },
      ...Object.fromEntries(
        Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value } as const]),
      ),
    },
  });
  const texts: Record<string, string | undefined> = values;
  return {
    runs: wholeNumber('runs', texts['runs'], 1),
    warmups: wholeNumber('warmups', texts['warmups'], 0),
    seed: wholeNumber('seed', texts['seed'], 0),
    json: texts['json'],
    own: Object.fromEntries(Object.keys(own).map((name) => [name, texts[name] ?? ''])),
  };
}

/** @throws Error when it is none, or below the least */
export function wholeNumber(name: string, text: string | undefined, least: number): number {
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isInteger(value) || value < least) {
    throw new Error(`--${name} is "${text ?? ''}", allowed are whole numbers from ${least} up`);
  }
  return value;
}

/** One thing to measure: a command of Node that prints an object of numbers as its last line. */
export interface Contender {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** What a contender printed, a list over all turns for each of its numbers. */
export type Measured = Record<string, number[]>;

/** Runs all contenders in turns. The order within a turn changes, drawn by `random`, so that none is always first. */
export function measure(
  contenders: readonly Contender[],
  { runs, warmups }: Arguments,
  random: () => number,
): Record<string, Measured> {
  const results = Object.fromEntries(contenders.map(({ name }): [string, Measured] => [name, {}]));
  for (let turn = -warmups; turn < runs; turn++) {
    for (const contender of shuffled(contenders, random)) {
      const numbers = runOnce(contender);
      if (turn < 0) continue;
      const measured = (results[contender.name] ??= {});
      for (const [key, value] of Object.entries(numbers)) (measured[key] ??= []).push(value);
    }
  }
  return results;
}

function runOnce({ name, args, env, cwd }: Contender): Record<string, number> {
  const output = execFileSync(process.execPath, [...args], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as Record<string, number>;
  } catch (cause) {
    throw new Error(`${name} ends with "${last}", allowed is a line of JSON`, { cause });
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
