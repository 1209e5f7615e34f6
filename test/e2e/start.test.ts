import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { processesWith } from '../processes';

const ROOT = join(__dirname, '..', '..');
const RUNS = join(ROOT, '.slipway', 'run-');

jest.setTimeout(180_000);

describe('npm start', () => {
  it('tells what it does, shows answer, captured record and alarms, stops everything and ends with 0', async () => {
    const start = new Start();
    await expect(start.ended).resolves.toBe(0);

    const told = start.lines.join('\n');
    for (const environment of ['local', 'dev', 'staging', 'prod']) {
      expect(told).toMatch(
        new RegExp(`^  ${environment}: 4 stacks, \\d+ resources, 4 alarms; .*-ml-endpoint: primary on`, 'm'),
      );
    }
    expect(told).toMatch(/local-serving \d+\/\d+ CREATE_COMPLETE AWS::SageMaker::Endpoint local\/serving\/Endpoint/);
    expect(told).toContain('InService, primary with 1 instance(s), weight 1');
    expect(told).toMatch(/"label": ?"malignant".*"label": ?"benign"/);
    expect(told).toMatch(/"endpointInput".*"observedContentType": ?"application\/json"/);
    expect(told).toMatch(
      /OK +Endpoint local-ml-endpoint, variant primary, answers slowly: p95 of ModelLatency above 50 ms/,
    );
    expect(start.left()).toEqual([]);
  });

  it('with --keep stays up until Ctrl-C, and then ends with 0', async () => {
    const start = new Start('--keep');
    await start.says(/^export AWS_EC2_METADATA_DISABLED/);
    const url = /^export AWS_ENDPOINT_URL=(\S+)$/m.exec(start.lines.join('\n'))?.[1] ?? '';
    expect((await fetch(`${url}/_ministack/health`)).ok).toBe(true);

    start.child.kill('SIGINT');
    await expect(start.ended).resolves.toBe(0);
    expect(start.left()).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('stopped by Ctrl-C in the middle leaves nothing, and ends with 130', async () => {
    const start = new Start();
    await start.says(/^Bootstrap and images/);
    start.child.kill('SIGINT');
    await expect(start.ended).resolves.toBe(130);
    expect(start.left()).toEqual([]);
  });

  it('killed the hard way, leaves no process', async () => {
    const start = new Start();
    await start.says(/^Synth of every environment/);
    start.child.kill('SIGKILL');
    await start.ended;
    for (let i = 0; start.left().length > 0 && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(start.left()).toEqual([]);
  });

  it('fails when the port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const start = new Start('--port', String(port));
    await expect(start.ended).resolves.toBe(1);
    expect(start.lines.join('\n')).toContain(`port ${port} of 127.0.0.1 is in use`);
    server.close();
  });

  it('fails when the port is no port', async () => {
    const start = new Start('--port', '70000');
    await expect(start.ended).resolves.toBe(1);
    expect(start.lines.join('\n')).toContain('--port is "70000", allowed are 1 to 65535');
  });
});

/** One run of the command, marked by a variable in its environment, which every process it starts inherits. */
class Start {
  private static count = 0;

  public readonly child: ChildProcess;
  public readonly lines: string[] = [];
  public readonly ended: Promise<number | null>;
  private readonly mark = `SLIPWAY_TEST_RUN=${process.pid}-${Start.count++}`;

  constructor(...args: string[]) {
    const [name = '', value] = this.mark.split('=');
    this.child = spawn(process.execPath, ['--import', 'tsx', 'local/start.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, [name]: value },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  public async says(pattern: RegExp): Promise<void> {
    for (let i = 0; !this.lines.some((line) => pattern.test(line)); i++) {
      if (this.child.exitCode !== null || i > 1_500) throw new Error(this.lines.join('\n'));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Processes of this run that are still there; containers know the run's folder only. */
  public left(): string[] {
    return [this.mark, RUNS].flatMap((text) => processesWith(text).map(({ command }) => command));
  }
}
