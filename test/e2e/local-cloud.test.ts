import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeEndpointCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { cdk, type ResourceEvent } from '../../shell/cdk';
import { LocalCloud } from '../../local/local-cloud';
import { pythonEnvironment } from '../../shell/python';
import { Tour } from '../../local/tour';
import { synth } from '../cli-synth';
import { itOnLinux, processesWith } from '../processes';
import { copyOfTree, edit, pinRelease } from '../tree';
import { clientOf, refusals } from './cloud-clients';

const ROOT = join(__dirname, '..', '..');
const ENDPOINT = 'local-ml-endpoint';
const STACKS = ['local-network', 'local-data', 'local-serving', 'local-training', 'local-operations'];
/** Ten minutes of baking in three seconds. */
const CLOCK_FACTOR = 200;

/** A tumour that the two demonstration models judge differently: v1 calls it benign, v2 malignant. */
const { features: DISPUTED } = JSON.parse(readFileSync(join(__dirname, 'disputed-tumour.json'), 'utf8')) as {
  features: number[];
};

jest.setTimeout(600_000);

let stateDir: string;
let cloud: LocalCloud;
let tour: Tour;
let caller: Caller | undefined;
const folders: string[] = [];

beforeAll(async () => {
  const python = await pythonEnvironment(
    join(ROOT, '.slipway', 'venv'),
    [join(ROOT, 'local', 'requirements.txt')],
    () => undefined,
  );
  stateDir = mkdtempSync(join(tmpdir(), 'slipway-e2e-'));
  cloud = await LocalCloud.start({
    python,
    stateDir,
    cacheDir: join(ROOT, '.slipway', 'images'),
    clockFactor: CLOCK_FACTOR,
  });
  tour = new Tour(cloud);
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  await cdk(['bootstrap', `aws://${cloud.account}/${cloud.region}`], cloud.cliEnvironment);
});

afterAll(async () => {
  await caller?.stop();
  await cloud.stop();
  for (const folder of [stateDir, ...folders]) rmSync(folder, { recursive: true, force: true });
});

describe('one environment, deployed to the local cloud', () => {
  it('comes up: the endpoint answers, the call is captured, the alarms stand', async () => {
    const { outputs } = await deploy(await assemblyOf(() => undefined));

    await expect(tour.status(ENDPOINT)).resolves.toBe('InService, primary with 1 instance(s), weight 1');
    await expect(verdict()).resolves.toBe('malignant');
    const { key, record } = await tour.captured(outputs.CapturedTraffic);
    expect(key).toMatch(/^data-capture\/local-ml-endpoint\/primary\/\d{4}\/\d{2}\/\d{2}\/\d{2}\/.*\.jsonl$/);
    expect(JSON.parse(record)).toMatchObject({
      captureData: {
        endpointInput: { mode: 'INPUT', observedContentType: 'application/json', encoding: 'JSON' },
        endpointOutput: { mode: 'OUTPUT', observedContentType: 'application/json', encoding: 'JSON' },
      },
    });
    const alarms = (await tour.alarms()).map(
      ({ MetricName, Threshold }) => `${String(MetricName)} ${String(Threshold)}`,
    );
    expect(alarms.sort()).toEqual([
      'DataDriftScore 0.3',
      'DeadlineMissedBy 0',
      'ExecutionsFailed 0',
      'Invocation5XXErrors 0.01',
      'ModelAccuracy 0.85',
      'ModelLatency 50000',
      'RunSavings 20',
      'SpotSavings 20',
    ]);
  });

  it('answers a bad request with 4xx and the container’s own words', async () => {
    await expect(tour.invoke(ENDPOINT, '{"instances": [[1, 2]]}')).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining('wrong_features') as string,
    });
  });

  it('deployed again, changes nothing', async () => {
    const { lines } = await deploy(await assemblyOf(() => undefined));
    expect(lines.filter((line) => line.includes('(no changes)'))).toHaveLength(STACKS.length);
  });

  it('with one number changed, changes only that', async () => {
    const before = await physicalIds();
    await deploy(
      await assemblyOf((tree) => edit(tree, 'config/local.ts', 'latencyP95Millis: 50', 'latencyP95Millis: 60')),
    );

    const thresholds = (await tour.alarms()).map(({ Threshold }) => Threshold);
    expect(thresholds.sort()).toEqual([0, 0, 0.01, 0.3, 0.85, 20, 20, 60_000]);
    await expect(physicalIds()).resolves.toEqual(before);
  });

  it('with only the archive swapped, answers differently, and no request fails meanwhile', async () => {
    const assembly = await assemblyOf((tree) => edit(tree, 'config/local.ts', 'models/v2/', 'models/v1/'));
    caller = new Caller();
    const { events } = await deploy(assembly);
    const { failures, verdicts } = await caller.stop();

    expect(failures).toEqual([]);
    expect([...new Set(verdicts)]).toEqual(['malignant', 'benign']);
    expect(verdicts.length - 1).toBeGreaterThan(verdicts.indexOf('benign'));
    await expect(verdict()).resolves.toBe('benign');
    expect(events.filter(({ type }) => type === 'AWS::SageMaker::Endpoint').map(({ status }) => status)).toContain(
      'UPDATE_COMPLETE',
    );
  });

  it('with a container that crashes, names the last line of its traceback, rolls back and serves on', async () => {
    const broken = await assemblyOf((tree) =>
      edit(
        tree,
        'images/scorer/scorer/__main__.py',
        '    exit_on_signal()\n',
        '    raise RuntimeError("no such luck")\n',
      ),
    );
    await expect(deploy(broken)).rejects.toThrow(
      /UPDATE_FAILED AWS::SageMaker::Endpoint [^]*RuntimeError: no such luck/,
    );
    await expect(tour.status(ENDPOINT)).resolves.toMatch(/^InService/);
    await expect(verdict()).resolves.toBe('benign');
  });

  it('with an image that cannot run, names resource and reason, rolls back and serves on', async () => {
    const broken = await assemblyOf((tree) =>
      edit(tree, 'images/scorer/Dockerfile', 'ENTRYPOINT ["python", "-m", "scorer"]', 'ENTRYPOINT ["/bin/scorer"]'),
    );
    await expect(deploy(broken)).rejects.toThrow(/UPDATE_FAILED AWS::SageMaker::Endpoint .*ENTRYPOINT/);

    const { Stacks = [] } = await client(CloudFormationClient).send(
      new DescribeStacksCommand({ StackName: 'local-serving' }),
    );
    expect(Stacks[0]?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    await expect(tour.status(ENDPOINT)).resolves.toMatch(/^InService/);
    await expect(verdict()).resolves.toBe('benign');
  });

  it('scales out under load by its own policy, and back in when the load is gone', async () => {
    const callers = Array.from({ length: 12 }, () => new Caller(0));
    try {
      await until(async () => (await instances()) > 1);
    } finally {
      const calls = await Promise.all(callers.map(async (one) => one.stop()));
      expect(calls.flatMap(({ failures }) => failures)).toEqual([]);
    }
    await until(async () => (await instances()) === 1);
  });

  it('has asked as no role for what the role may not do, by every call that an endpoint and its updates make', async () => {
    await expect(refusals(cloud)).resolves.toEqual([]);
    const { roles } = await cloud.access();
    const asked = new Set(
      roles.find(({ path }) => path === 'local/serving/Endpoint/Role')?.calls.map(({ action }) => action),
    );
    expect([...asked].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'cloudwatch:PutMetricData',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:PutObject',
    ]);
  });

  it('without a permission of the endpoint, says which one is missing, and whose', async () => {
    const written = "new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [captured] })";
    await deploy(
      await assemblyOf((tree) => {
        edit(tree, 'config/local.ts', 'models/v2/', 'models/v1/');
        edit(tree, 'constructs/serving/endpoint-permissions.ts', written, written.replace('Put', 'Get'));
      }),
    );
    await verdict();
    for (let i = 0; (await refusals(cloud)).length === 0 && i < 300; i++) await sleep(200);
    await expect(refusals(cloud)).resolves.toEqual([
      expect.stringMatching(
        /^local\/serving\/Endpoint\/Role: missing s3:PutObject on arn:aws:s3:::[^/]+\/data-capture\/local-ml-endpoint\/primary\//,
      ),
    ]);
    await fetch(`${cloud.endpoint}/_local/access`, { method: 'DELETE' });
  });

  itOnLinux('destroyed, leaves nothing but what its templates keep, and no container', async () => {
    const pids = containers();
    expect(pids).not.toEqual([]);
    await cdk(['destroy', '--app', lastAssembly, 'local/**', '--force'], cloud.cliEnvironment);

    await expect(left()).resolves.toEqual({
      stacks: [],
      endpoints: [],
      alarms: [],
      vpcs: [],
      buckets: [`cdk-hnb659fds-assets-${cloud.account}-${cloud.region}`],
      // rollbackOn keeps what an update replaced: SageMaker may go back to it.
      models: 1,
      endpointConfigs: 1,
    });
    expect(containers()).toEqual([]);
    await expect(refusals(cloud)).resolves.toEqual([]);
  });

  itOnLinux('stopped, leaves no process and no port', async () => {
    await cloud.stop();
    expect(processesWith(stateDir)).toEqual([]);
    await expect(connects(cloud.endpoint)).resolves.toBe(false);
  });
});

interface Outputs {
  readonly CapturedTraffic: string;
}

let lastAssembly: string;

async function assemblyOf(change: (tree: string) => void): Promise<string> {
  const tree = copyOfTree();
  folders.push(tree);
  change(tree);
  await pinRelease(tree);
  lastAssembly = await synth({ root: tree, env: { CDK_VALIDATION: 'false' } });
  folders.push(lastAssembly);
  return lastAssembly;
}

async function deploy(assembly: string): Promise<{ outputs: Outputs; lines: string[]; events: ResourceEvent[] }> {
  await cloud.publishImages(assembly, () => undefined);
  const events: ResourceEvent[] = [];
  const file = join(stateDir, 'outputs.json');
  const lines = await cdk(
    [
      'deploy',
      '--app',
      assembly,
      'local/**',
      '--require-approval',
      'never',
      '--progress',
      'events',
      '--outputs-file',
      file,
    ],
    cloud.cliEnvironment,
    { onEvent: (event) => events.push(event) },
  );
  const outputs = Object.assign({}, ...Object.values(JSON.parse(readFileSync(file, 'utf8')) as object[])) as Outputs;
  return { outputs, lines, events };
}

async function verdict(): Promise<string> {
  const { answer } = await tour.invoke(ENDPOINT, JSON.stringify({ instances: [DISPUTED] }));
  return (JSON.parse(answer) as { predictions: { label: string }[] }).predictions[0]?.label ?? '';
}

/** The endpoint's instances, as far as they serve. */
async function instances(): Promise<number> {
  const { ProductionVariants = [] } = await client(SageMakerClient).send(
    new DescribeEndpointCommand({ EndpointName: ENDPOINT }),
  );
  return ProductionVariants[0]?.CurrentInstanceCount ?? 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the awaited state did not come in two minutes');
    await sleep(250);
  }
}

/** Asks again and again, ten times a second unless it is told otherwise, from its beginning until it is stopped. */
class Caller {
  private readonly failures: unknown[] = [];
  private readonly verdicts: string[] = [];
  private readonly stopped = new AbortController();
  private readonly calling: Promise<void>;

  public constructor(private readonly pauseMillis = 100) {
    this.calling = this.call();
  }

  public async stop(): Promise<{ failures: unknown[]; verdicts: string[] }> {
    this.stopped.abort();
    await this.calling;
    return { failures: this.failures, verdicts: this.verdicts };
  }

  private async call(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await verdict().then(
        (label) => this.verdicts.push(label),
        (error: unknown) => this.failures.push(error),
      );
      await sleep(this.pauseMillis);
    }
  }
}

function client<T>(Client: new (config: object) => T): T {
  return clientOf(cloud, Client);
}

/** Physical id of every resource, by stack and logical id. */
async function physicalIds(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const StackName of STACKS) {
    const { StackResources = [] } = await client(CloudFormationClient).send(
      new DescribeStackResourcesCommand({ StackName }),
    );
    for (const { LogicalResourceId, PhysicalResourceId } of StackResources) {
      found[`${StackName}/${String(LogicalResourceId)}`] = String(PhysicalResourceId);
    }
  }
  return found;
}

async function left(): Promise<object> {
  const sagemaker = client(SageMakerClient);
  const { StackSummaries = [] } = await client(CloudFormationClient).send(new ListStacksCommand({}));
  const { Endpoints = [] } = await sagemaker.send(new ListEndpointsCommand({}));
  const { Models = [] } = await sagemaker.send(new ListModelsCommand({}));
  const { EndpointConfigs = [] } = await sagemaker.send(new ListEndpointConfigsCommand({}));
  const { MetricAlarms = [] } = await client(CloudWatchClient).send(new DescribeAlarmsCommand({}));
  const { Vpcs = [] } = await client(EC2Client).send(new DescribeVpcsCommand({}));
  const { Buckets = [] } = await client(S3Client).send(new ListBucketsCommand({}));
  return {
    stacks: StackSummaries.filter((s) => s.StackName !== 'CDKToolkit' && s.StackStatus !== 'DELETE_COMPLETE').map(
      (s) => s.StackName,
    ),
    endpoints: Endpoints.map((e) => e.EndpointName),
    alarms: MetricAlarms.map((a) => a.AlarmName),
    vpcs: Vpcs.filter(({ IsDefault }) => !IsDefault).map(({ VpcId }) => VpcId),
    buckets: Buckets.map(({ Name }) => Name),
    models: Models.length,
    endpointConfigs: EndpointConfigs.length,
  };
}

/** Serving processes of this run. */
function containers(): number[] {
  return processesWith(stateDir)
    .filter(({ command }) => command.includes('serve') && command.includes('scorer'))
    .map(({ pid }) => pid);
}

async function connects(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
