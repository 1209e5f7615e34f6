import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Problem } from './problem';
import { run, start } from './processes';

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
  /** Simulated seconds a second, for waits of endpoints; 1 when left out. */
  readonly clockFactor?: number;
}

interface Ready {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly recordedOnly: string[];
  readonly assumed: string[];
}

/** The emulators, as one process behind one loopback endpoint. It ends when this process ends, however that comes. */
export class LocalCloud {
  public static async start(options: LocalCloudOptions): Promise<LocalCloud> {
    mkdirSync(options.stateDir, { recursive: true });
    const { port, clockFactor = 1 } = options;
    const args = ['-m', 'local', 'serve', '--state-dir', options.stateDir, '--clock-factor', String(clockFactor)];
    if (port !== undefined) args.push('--port', String(port));
    const child = start(options.python, args, {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_PATH: nodePath(), PYTHONDONTWRITEBYTECODE: '1' },
    });
    const log = join(options.stateDir, 'local-cloud.log');
    const ready = await readiness(child, log);
    return new LocalCloud(ready, options, child, log);
  }

  private constructor(
    private readonly ready: Ready,
    private readonly options: LocalCloudOptions,
    private readonly child: ChildProcess,
    /** What the emulators have to say. */
    public readonly log: string,
  ) {}

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
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: this.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: this.region,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** What the CDK CLI needs besides: no profile or proxy of this machine may lead it elsewhere. */
  public get cliEnvironment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
    return {
      ...Object.fromEntries(inherited),
      ...this.clientEnvironment,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_DEFAULT_REGION: this.region,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
    };
  }

  /** Does what `docker build` and `docker push` do on AWS, for every image asset of a cloud assembly. */
  public async publishImages(assembly: string, say: (line: string) => void): Promise<void> {
    const { python, stateDir, cacheDir } = this.options;
    const where = ['--endpoint', this.endpoint, '--state-dir', stateDir, '--cache-dir', cacheDir];
    const args = ['-m', 'local', 'publish', ...where, assembly];
    const { code, lines } = await run(python, args, { cwd: ROOT, onLine: say });
    if (code !== 0) throw new Problem(lines.slice(-3).join(' ') || 'publishing the images failed');
  }

  /** Ends the emulators and every process they started. */
  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    this.child.stdin?.end();
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** Lambda functions find the SDK where this package has it. */
function nodePath(): string {
  return [join(ROOT, 'node_modules'), process.env['NODE_PATH']].filter(Boolean).join(delimiter);
}

async function readiness(child: ChildProcess, log: string): Promise<Ready> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Problem('the local cloud was started without its pipes');
  const errors: string[] = [];
  createInterface({ input: stderr }).on('line', (line) => errors.push(line) > 50 && errors.shift());
  stderr.pipe(createWriteStream(log));
  return new Promise<Ready>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as Ready);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const last = errors.slice(-3).join(' | ') || `exit code ${String(code)}`;
      reject(new Problem(`the local cloud did not start: ${last} (log: ${log})`));
    });
  });
}
