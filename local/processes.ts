import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';

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

/** Starts a process that `endAll` will end, should it still run then. */
export function start(command: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Runs a command to its end. Fails only when it cannot be started. */
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
  return { code, lines };
}

/** Ends every process that was started here and still runs. */
export function endAll(): void {
  for (const child of running) child.kill('SIGTERM');
}
