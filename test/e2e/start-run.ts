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

/** One `npm start` or `npm run train`, with a work folder of its own, which marks every process it starts: they know a path in it. */
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
    return new StartRun().keepPython().start('local/start.ts', args, env);
  }

  /** Likewise, of `npm run train`. */
  public static training(args: string[]): StartRun {
    return new StartRun().keepPython().start('local/train.ts', args, {});
  }

  /** An empty work folder. */
  public static fromNothing(args: string[] = [], env: NodeJS.ProcessEnv = {}): StartRun {
    return new StartRun().start('local/start.ts', args, env);
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

  /** What stands in the brackets of a pattern, in what it has said. */
  public found(pattern: RegExp): string {
    const [, found] = pattern.exec(this.told) ?? [];
    if (found === undefined) throw new Error(`${String(pattern)} is not in ${this.told}`);
    return found;
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

  /** Files below the folders of runs whose path fits. */
  public files(pattern: RegExp): string[] {
    return this.runFolders()
      .flatMap((run) => readdirSync(join(this.workDir, run), { recursive: true, withFileTypes: true }))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => pattern.test(path));
  }

  private keepPython(): this {
    mkdirSync(this.workDir);
    // Those of images are made as they are needed.
    mkdirSync(join(KEPT, 'images'), { recursive: true });
    for (const name of ['venv', 'images'].filter((kept) => existsSync(join(KEPT, kept)))) {
      symlinkSync(join(KEPT, name), join(this.workDir, name));
    }
    return this;
  }

  private start(script: string, args: string[], env: NodeJS.ProcessEnv): this {
    this.child = spawn(process.execPath, ['--import', 'tsx', script, '--work-dir', this.workDir, ...args], {
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
      if (this.child.exitCode !== null || i > 6 * PATIENCE) throw new Error(this.told);
      await sleep(100);
    }
  }
}
