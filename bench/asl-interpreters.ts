import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { install } from '@sinonjs/fake-timers';
import { type AslCase, ASL_CASES } from '../test/machines/asl/cases';
import { EPOCH } from '../test/machines/asl/clock';
import { type Ending, runCase } from '../test/machines/asl/run-case';

/*
 * Which interpreter of state machines gets what right: the table of test/machines/asl/cases, run by ours, by
 * aws-local-stepfunctions and by ministack. Decision 16 rests on its counts.
 *
 * node --import tsx bench/asl-interpreters.ts [--python .slipway/venv/bin/python] [--list]
 */

const PEER = 'aws-local-stepfunctions@3.0.0';
const FOLDER = join(__dirname, '..', '.slipway', 'bench', 'asl');

type Interpreter = (asl: AslCase) => Promise<Ending | string> | Ending | string;

/** The part of the peer that is used. */
interface Peer {
  readonly StateMachine: new (
    definition: unknown,
    options: unknown,
  ) => { run: (input: unknown, options: unknown) => { readonly result: Promise<unknown> } };
}

function peer(): Interpreter {
  mkdirSync(FOLDER, { recursive: true });
  if (!existsSync(join(FOLDER, 'node_modules')))
    execFileSync('npm', ['install', '--prefix', FOLDER, '--no-audit', '--no-fund', PEER], { stdio: 'ignore' });
  if (!('withResolvers' in Promise)) Reflect.set(Promise, 'withResolvers', withResolvers);
  const { StateMachine } = createRequire(join(FOLDER, 'package.json'))('aws-local-stepfunctions') as Peer;

  return async ({ definition, input = {}, answers = {} }) => {
    const clock = install({ now: EPOCH, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
      const handlers = Object.fromEntries(
        Object.entries(answers).map(([state, given]) => {
          let attempt = 0;
          return [
            state,
            async () => {
              const answer = given[Math.min(attempt++, given.length - 1)];
              if (typeof answer === 'string') throw Object.assign(new Error('as the case says'), { name: answer });
              const takes = Number(answer?.['takes'] ?? 0);
              if (takes > 0) await new Promise((resolve) => setTimeout(resolve, takes * 1000));
              return answer;
            },
          ];
        }),
      );
      const endings: Ending[] = [];
      const seconds = () => (clock.now - EPOCH) / 1000;
      machine.run(input, { overrides: { taskResourceLocalHandlers: handlers }, context: {} }).result.then(
        (output) => endings.push({ output: output as Ending['output'], seconds: seconds() }),
        (error: unknown) => endings.push({ error: errorName(error), seconds: seconds() }),
      );
      for (let turn = 0; endings.length === 0 && turn < 10_000; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (clock.countTimers() > 0) await clock.nextAsync();
      }
      return endings[0] ?? 'never ends';
    } finally {
      clock.uninstall();
    }
  };
}

function errorName(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ExecutionTimeoutError') return 'States.Timeout';
  return error.cause instanceof Error ? error.cause.name : error.name;
}

function withResolvers(): object {
  const parts: Record<string, unknown> = {};
  const promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { promise, ...parts };
}

/** ministack in a process of its own. Its waits are on the real clock, so they are skipped and times not compared. */
function ministack(python: string): Interpreter {
  const output = execFileSync(python, [join(__dirname, 'asl_ministack.py')], {
    input: JSON.stringify(ASL_CASES),
    maxBuffer: 1 << 26,
    // It logs the cases that it fails.
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const endings = JSON.parse(output.toString()) as Record<string, Omit<Ending, 'seconds'>>;
  return ({ name, seconds = 0 }) => ({ ...endings[name], seconds });
}

async function judged(interpreter: Interpreter): Promise<string[]> {
  const wrong: string[] = [];
  for (const asl of ASL_CASES) {
    let ending: Ending | string;
    try {
      ending = await interpreter(asl);
    } catch (error) {
      ending = String(error);
    }
    const { output, error, seconds } =
      typeof ending === 'string' ? { output: undefined, error: ending, seconds: 0 } : ending;
    const right =
      isDeepStrictEqual(output, asl.output) &&
      error === asl.error &&
      (asl.seconds === undefined || asl.seconds === seconds);
    if (!right) wrong.push(`${asl.source}: ${asl.name}: ${JSON.stringify(ending).slice(0, 160)}`);
  }
  return wrong;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { python: { type: 'string' }, list: { type: 'boolean', default: false } } });
  const interpreters: [string, Interpreter][] = [
    ['ours', runCase],
    [PEER, peer()],
  ];
  if (values.python !== undefined) interpreters.push(['ministack, times not compared', ministack(values.python)]);
  for (const [name, interpreter] of interpreters) {
    const wrong = await judged(interpreter);
    console.log(`${String(ASL_CASES.length - wrong.length).padStart(4)} of ${ASL_CASES.length} right: ${name}`);
    if (values.list) for (const line of wrong) console.log(`       ${line}`);
  }
}

void main();
