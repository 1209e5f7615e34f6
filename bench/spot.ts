import { writeFileSync } from 'node:fs';
import { argumentsOf, type Arguments, wholeNumber } from './harness';
import { table } from './report';
import { optimum } from './spot/optimum';
import { CONTENDERS, EXPECTED_COST, WAIT } from './spot/players';
import { replay, type Run, type World } from './spot/replay';
import { judged, summary, type Sample } from './spot/summary';
import { type GangTrace, gangsOf, meansOf, readTraces } from './spot/traces';
import { randomOf } from './synth/wanted';
import { spotPrior } from '../constructs/training/spot-prior';
import { reasonOf } from '../shell/problem';

/*
 * `npm run bench:spot -- --traces DIR --seed N`: what policies of Spot and on-demand cost over the offline optimum, on
 * recorded availability. See docs/benchmarks.md.
 */

const DEADLINES = [1.25, 1.5, 2, 3];
const MINUTE = 60;
const [LEAST_WORK_HOURS, MOST_WORK_HOURS] = [2, 24];

function main(): void {
  const args = argumentsOf({
    traces: '',
    runs: '12',
    price: '0.3',
    'restart-minutes': '5',
    'save-minutes': '1',
    'interval-minutes': '5',
  });
  const world: World = {
    stepSeconds: MINUTE,
    price: ratio(args.own['price']),
    restart: wholeNumber('restart-minutes', args.own['restart-minutes'], 0),
    save: wholeNumber('save-minutes', args.own['save-minutes'], 0),
    interval: wholeNumber('interval-minutes', args.own['interval-minutes'], 1),
  };
  const { traces, left } = readTraces(args.own['traces'] ?? '');
  const gangs = traces.flatMap((trace) => gangsOf(trace, MINUTE));
  if (gangs.length === 0)
    throw new Error(`--traces ${args.own['traces'] ?? ''} has no trace in which Spot comes and goes`);
  for (const line of left) console.log(`left out: ${line}`);
  for (const { name, up } of gangs) {
    const share = up.reduce((sum, one) => sum + one, 0) / up.length;
    console.log(`${name}: ${(up.length / 60).toFixed(1)} h, up ${(100 * share).toFixed(0)} %`);
  }
  const random = randomOf(args.seed);
  const samples = gangs.flatMap((gang) => runsOf(gang, args.runs, random).flatMap((run) => played(world, gang, run)));
  print(args, world, samples);
}

/** Starts spread over the trace, one in each of as many equal parts; work from 2 to 24 h, short as often as long. */
function runsOf(gang: GangTrace, runs: number, random: () => number): Omit<Run, 'deadline'>[] {
  return Array.from({ length: runs }, (_, i) => {
    const start = Math.floor(((i + random()) / runs) * gang.up.length);
    const hours = LEAST_WORK_HOURS * (MOST_WORK_HOURS / LEAST_WORK_HOURS) ** random();
    return { up: (step) => gang.up[(start + step) % gang.up.length] === 1, work: Math.round(hours * 60) };
  });
}

function played(world: World, gang: GangTrace, run: Omit<Run, 'deadline'>): Sample[] {
  const beliefs = { prior: spotPrior('>20%', gang.nodes), truth: meansOf(gang) };
  return DEADLINES.map((times) => {
    const timed = { ...run, deadline: Math.round(times * run.work) };
    const outcomes = CONTENDERS.map(({ name, player }) => ({
      name,
      outcome: replay(world, timed, player(world, timed, beliefs)),
    }));
    return { trace: gang.name, times, work: run.work, optimum: optimum(world, timed), outcomes };
  });
}

function print(args: Arguments, world: World, samples: readonly Sample[]): void {
  const rows = summary(samples, DEADLINES);
  const claims = judged(samples, DEADLINES, {
    ours: EXPECTED_COST,
    rivals: CONTENDERS.filter(({ name, told }) => name !== EXPECTED_COST && told !== true).map(({ name }) => name),
    wait: WAIT,
  });
  console.log(
    `\n${samples.length / DEADLINES.length} runs, seed ${args.seed}; Spot at ${world.price} of on-demand, ` +
      `a start of ${world.restart} min, a save of ${world.save} min, a checkpoint every ${world.interval} min\n`,
  );
  console.log(`${table(rows)}\n\n${table(claims)}`);
  if (args.json !== undefined) {
    writeFileSync(args.json, `${JSON.stringify({ ...args, world, rows, claims, samples }, null, 2)}\n`);
  }
  process.exitCode = claims.every(({ holds }) => holds === 'yes') ? 0 : 1;
}

function ratio(text: string | undefined): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new Error(`--price is "${text ?? ''}", allowed are numbers between 0 and 1`);
  return value;
}

try {
  main();
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}
