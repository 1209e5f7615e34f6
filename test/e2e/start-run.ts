import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith } from '../processes';

const ROOT = join(__dirname, '..', '..');
const KEPT = join(ROOT, '.slipway');
/** In tenths of a second. */
const PATIENCE = 600;
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };

/** One `npm start`, with a work folder of its own, which marks every process it starts: they know a path in it. */
export class StartRun {
  private static readonly runs: StartRun[] = [];
  private static readonly scratches: string[] = [];

  /** A folder that `clear` removes. */
  public static scratch(): string {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-scratch-'));
    StartRun.scratches.push(folder);
    return folder;
  }

  /** Ends what is still there of every run, and removes their folders. */
  public static async clear(): Promise<void> {
    for (const run of StartRun.runs.splice(0)) {
      run.child.kill('SIGKILL');
      await run.ended;
      if (process.platform === 'linux') {
        for (const { pid } of processesWith(run.folder)) process.kill(pid, 'SIGKILL');
      }
      rmSync(run.folder, REMOVE);
    }
    for (const folder of StartRun.scratches.splice(0)) rmSync(folder, REMOVE);
  }

  /** A work folder with the Python environments of earlier runs, so far as they are there. */
  public static withPython(args: string[] = [], env: NodeJS.ProcessEnv = {}): StartRun {
    const run = new StartRun();
    mkdirSync(run.workDir);
    for (const name of ['venv', 'images'].filter((kept) => existsSync(join(KEPT, kept)))) {
      symlinkSync(join(KEPT, name), join(run.workDir, name));
    }
    return run.start(args, env);
  }

  /** An empty work folder. */
  public static fromNothing(args: string[] = [], env: NodeJS.ProcessEnv = {}): StartRun {
    return new StartRun().start(args, env);
  }

  public readonly folder = mkdtempSync(join(tmpdir(), 'slipway-start-'));
  public readonly workDir = join(this.folder, 'work');
  public readonly lines: string[] = [];
  public child!: ChildProcess;
  /** Its exit code. */
  public ended!: Promise<number | null>;

  private constructor() {
    StartRun.runs.push(this);
  }

  public get told(): string {
    return this.lines.join('\n');
  }

  /** Waits until it says something. */
  public async says(pattern: RegExp): Promise<void> {
    await this.until(() => this.lines.some((line) => pattern.test(line)));
  }

  /** Waits until it runs something. */
  public async runs(command: RegExp): Promise<void> {
    await this.until(() => this.left().some((line) => command.test(line)));
  }

  /** Commands of its processes that are still there. */
  public left(): string[] {
    return processesWith(this.folder).map(({ command }) => command);
  }

  /** Waits until none of its processes is there, as long as it may take. */
  public async gone(): Promise<void> {
    for (let i = 0; this.left().length > 0 && i < PATIENCE; i++) await sleep(100);
  }

  /** Folders of runs in its work folder. */
  public runFolders(): string[] {
    return readdirSync(this.workDir).filter((name) => name.startsWith('run-'));
  }

  private start(args: string[], env: NodeJS.ProcessEnv): this {
    this.child = spawn(process.execPath, ['--import', 'tsx', 'local/start.ts', '--work-dir', this.workDir, ...args], {
      cwd: ROOT,
      env: { ...process.env, SLIPWAY_TEST_RUN: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
    return this;
  }

  private async until(condition: () => boolean): Promise<void> {
    for (let i = 0; !condition(); i++) {
      if (this.child.exitCode !== null || i > 3 * PATIENCE) throw new Error(this.told);
      await sleep(100);
    }
  }
}
