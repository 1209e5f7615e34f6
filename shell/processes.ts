import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Problem } from './problem';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets each line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface Finished {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly lines: string[];
}

const running = new Set<ChildProcess>();
let leading = false;
let ending = false;

/**
 * Starts a process that `endAll` will end, should it still run then.
 *
 * @throws Problem `interrupted` once everything is ending
 */
export function start(command: string, args: string[], options: SpawnOptions): ChildProcess {
  goOn();
  const child = spawn(command, args, { ...options, detached: leading });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a command to its end.
 *
 * @throws Error when it cannot be started
 * @throws Problem `interrupted` once everything is ending
 */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<Finished> {
  const child = start(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  goOn();
  return { code, lines };
}

/** Throws once everything is ending: for work that waits, but not for a process. */
export function goOn(): void {
  if (ending) throw new Problem('interrupted');
}

/** Ends every process that was started here, with its children, waits until they are gone, and lets no other start. */
export async function endAll(): Promise<void> {
  ending = true;
  await Promise.all([...running].map(end));
}

/**
 * A Ctrl-C, a termination or a closed terminal ends everything: the signal comes to this process alone, as what it
 * starts from now on leads groups of its own. npm passes a signal on that the terminal has sent as well, so another one
 * only asks again.
 */
export function endAllOnSignals(onFirst: (signal: NodeJS.Signals) => void): void {
  leading = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!ending) onFirst(signal);
      void endAll();
    });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    process.kill(leading ? -child.pid : child.pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await ended;
}
