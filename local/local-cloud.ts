import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Problem } from '../shell/problem';
import { run, start } from '../shell/processes';

const ROOT = join(__dirname, '..');

export interface LocalCloudOptions {
  /** Interpreter of the environment with local/requirements.txt. */
  readonly python: string;
  /** Where it keeps its state and log. Made when missing. */
  readonly stateDir: string;
  /** Where the Python environments of images are kept from run to run. */
  readonly cacheDir: string;
  /** Loopback port; a free one when left out. */
  readonly port?: number;
  /** Simulated seconds a second; 1 when left out. */
  readonly clockFactor?: number;
  /** File that says when there is Spot capacity; there always is when left out. */
  readonly spotTrace?: string;
}

/** Which instances training jobs can have, and the fault of cut uploads: docs/local-cloud.md#spot-capacity. */
export interface TrainingConditions {
  readonly spot?: Supply;
  readonly onDemand?: Supply;
  /** Seconds from SIGTERM to SIGKILL at a Spot interruption; 0 for SIGKILL at once. */
  readonly noticeSeconds?: number;
  /** What a second on Spot is billed as, 0 to 1. */
  readonly spotPriceRatio?: number;
  readonly cutUploads?: { readonly key: string; readonly bytes: number; readonly uploads: number } | null;
}

/** Steps are pairs of a second, counted from the request on, and how many instances there are from then on. */
export type Supply =
  'always' | 'never' | { readonly trace: string } | { readonly steps: readonly (readonly [number, number])[] };

interface Ready {
  readonly endpoint: string;
  /** What an SDK or the AWS CLI needs to talk to the local cloud and to nothing else. */
  readonly environment: Record<string, string>;
  readonly account: string;
  readonly region: string;
  readonly recordedOnly: string[];
  readonly assumed: string[];
}

/** Permissions: docs/least-privilege.md says how to read them. */
export interface Access {
  readonly totals: {
    readonly roles: number;
    readonly calls: number;
    /** Calls that their role's policies refuse. */
    readonly missing: number;
    /** Calls that cannot be judged here. */
    readonly undecided: number;
    readonly unused: number;
  };
  readonly roles: {
    readonly role: string;
    /** Of the role's construct, where it can be told. */
    readonly path: string | null;
    readonly calls: { readonly action: string; readonly resource: string; readonly outcome: string }[];
  }[];
  /** All of it for people; the first line is the summary. */
  readonly text: string;
}

/** The emulators, as one process behind one loopback endpoint. It ends when this process ends, however that comes. */
export class LocalCloud {
  public static async start(options: LocalCloudOptions): Promise<LocalCloud> {
    mkdirSync(options.stateDir, { recursive: true });
    const { port, clockFactor = 1, spotTrace } = options;
    const args = ['-m', 'local', 'serve', '--state-dir', options.stateDir, '--clock-factor', String(clockFactor)];
    if (port !== undefined) args.push('--port', String(port));
    if (spotTrace !== undefined) args.push('--spot-trace', spotTrace);
    const log = join(options.stateDir, 'local-cloud.log');
    const stderr = openSync(log, 'a');
    const child = start(options.python, args, {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', stderr],
      env: { ...process.env, NODE_PATH: nodePath(), PYTHONDONTWRITEBYTECODE: '1' },
    });
    closeSync(stderr);
    return new LocalCloud(await readiness(child, log), options, child, log);
  }

  /** Never fulfilled; rejected with the emulators' last words when they end without having been asked to. */
  public readonly ended: Promise<never>;
  private asked = false;

  private constructor(
    private readonly ready: Ready,
    private readonly options: LocalCloudOptions,
    private readonly child: ChildProcess,
    log: string,
  ) {
    this.ended = new Promise((_, reject) => {
      child.once('close', (code, signal) => {
        if (!this.asked) reject(new Problem(`the local cloud has ended by itself: ${lastWords(log, code ?? signal)}`));
      });
    });
    // Who waits for it gets the rejection; nobody has to.
    this.ended.catch(() => undefined);
  }

  public get endpoint(): string {
    return this.ready.endpoint;
  }

  public get account(): string {
    return this.ready.account;
  }

  public get region(): string {
    return this.ready.region;
  }

  /** Resource types that are accepted and written down, while nothing stands behind them: no proof of anything. */
  public get recordedOnly(): string[] {
    return this.ready.recordedOnly;
  }

  /** What the emulators do without anybody having read or seen that AWS does it. */
  public get assumed(): string[] {
    return this.ready.assumed;
  }

  /** What an SDK or the AWS CLI needs to talk to the local cloud and to nothing else. */
  public get clientEnvironment(): Record<string, string> {
    return this.ready.environment;
  }

  /** What the CDK CLI needs besides: no profile or proxy of this machine may lead it elsewhere. */
  public get cliEnvironment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
    return {
      ...Object.fromEntries(inherited),
      ...this.clientEnvironment,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
    };
  }

  /**
   * Does what `docker build` and `docker push` do on AWS, for every image asset of a cloud assembly. The environments of
   * images that train are made with `readyToTrain`, else by the first job that needs them.
   */
  public async publishImages(
    assembly: string,
    say: (line: string) => void,
    { readyToTrain = false }: { readonly readyToTrain?: boolean } = {},
  ): Promise<void> {
    const { python, stateDir, cacheDir } = this.options;
    const where = ['--endpoint', this.endpoint, '--state-dir', stateDir, '--cache-dir', cacheDir];
    const args = ['-m', 'local', 'publish', ...where, ...(readyToTrain ? ['--ready-to-train'] : []), assembly];
    const { code, lines } = await run(python, args, { cwd: ROOT, onLine: say });
    if (code !== 0) throw new Problem(lines.slice(-3).join(' ') || 'publishing the images failed');
  }

  /** The time of its clock. */
  public async now(): Promise<Date> {
    return this.clock({ method: 'GET' });
  }

  /**
   * From now on so many simulated seconds pass in a real one; 1 is the pace of real time. Returns by how many seconds the clock is
   * ahead of this machine's.
   */
  public async setPace(factor: number): Promise<number> {
    const now = await this.clock({ method: 'POST', body: JSON.stringify({ factor }) });
    return (now.getTime() - Date.now()) / 1000;
  }

  /** Changes what it names, for jobs that run and jobs to come. */
  public async setTraining(conditions: TrainingConditions): Promise<void> {
    const answer = await fetch(`${this.endpoint}/_local/training`, {
      method: 'POST',
      body: JSON.stringify(conditions),
    });
    if (!answer.ok) throw new Problem(((await answer.json()) as { message: string }).message);
  }

  /** What everything that ran as a role asked for so far, set against that role's policies. */
  public async access(): Promise<Access> {
    const url = `${this.endpoint}/_local/access`;
    const [report, text] = await Promise.all([fetch(url), fetch(`${url}?text`)]);
    if (!report.ok || !text.ok) throw new Problem(`no report of permissions: ${await report.text()}`);
    return { ...((await report.json()) as Omit<Access, 'text'>), text: await text.text() };
  }

  /** Ends the emulators and every process they started. */
  public async stop(): Promise<void> {
    this.asked = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    this.child.stdin?.end();
    this.child.kill('SIGTERM');
    await ended;
  }

  private async clock(request: RequestInit): Promise<Date> {
    const answer = await fetch(`${this.endpoint}/_local/clock`, request);
    if (!answer.ok) throw new Problem(`the clock does not answer: ${await answer.text()}`);
    const { now } = (await answer.json()) as { now: number };
    return new Date(now * 1000);
  }
}

/** Lambda functions find the SDK where this package has it. */
function nodePath(): string {
  return [join(ROOT, 'node_modules'), process.env['NODE_PATH']].filter(Boolean).join(delimiter);
}

async function readiness(child: ChildProcess, log: string): Promise<Ready> {
  const { stdout } = child;
  if (!stdout) throw new Problem('the local cloud was started without its pipes');
  return new Promise<Ready>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as Ready);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      reject(new Problem(`the local cloud did not start: ${lastWords(log, code ?? signal)}`));
    });
  });
}

function lastWords(log: string, end: number | string | null): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n').slice(-3);
  return lines.join(' | ') || `exit code or signal ${String(end)}`;
}
