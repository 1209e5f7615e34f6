import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutMetricDataCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { LocalCloud } from '../../local/local-cloud';
import { pythonEnvironment } from '../../shell/python';
import { synth } from '../cli-synth';
import { clientOf } from './cloud-clients';

/*
 * The five-minute alarms of prod, each resource taken from the synthesised template as it is, on a clock that runs 20
 * times as fast: they go off after five of its minutes, which are fifteen real seconds.
 */

const ROOT = join(__dirname, '..', '..');
const CLOCK_FACTOR = 20;
const MINUTE = 60_000;
const PERIODS = 5;
/** CloudWatch judges an alarm of whole minutes once a minute. */
const EVALUATION_INTERVAL = MINUTE;
/** How late this machine may be: ten real seconds. */
const PATIENCE = 10_000 * CLOCK_FACTOR;

jest.setTimeout(300_000);

let assembly: string;
let stateDir: string;
let cloud: LocalCloud;
let latency: Alarm;
let serverErrors: Alarm;

beforeAll(async () => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const requirements = [join(ROOT, 'local', 'requirements.txt')];
  const python = await pythonEnvironment(join(ROOT, '.slipway', 'venv'), requirements, () => undefined);
  assembly = await synth({ env: { CDK_VALIDATION: 'false' } });
  stateDir = mkdtempSync(join(tmpdir(), 'slipway-prod-alarm-'));
  const cacheDir = join(ROOT, '.slipway', 'images');
  cloud = await LocalCloud.start({ python, stateDir, cacheDir, clockFactor: CLOCK_FACTOR });
  latency = alarmOf('ModelLatency');
  serverErrors = alarmOf('Invocation5XXErrors');
  await deploy();
});

afterAll(async () => {
  await cloud.stop();
  for (const folder of [assembly, stateDir]) rmSync(folder, { recursive: true, force: true });
});

it('goes off once five minutes of the clock have breached, and not before', async () => {
  expect(latency.Properties).toMatchObject({ Period: 60, EvaluationPeriods: PERIODS, DatapointsToAlarm: PERIODS });
  const breach = Math.ceil((await cloud.now()).getTime() / MINUTE + 1) * MINUTE;
  await publish(latency, breach, Array<number>(30).fill(60_000));
  // One minute short of enough: this one stays quiet.
  await publish(serverErrors, breach, [1, 1, 1, 1, ...Array<number>(26).fill(0)]);

  while ((await state(latency)).StateValue !== 'ALARM') {
    expect((await cloud.now()).getTime()).toBeLessThan(breach + 30 * MINUTE);
    await sleep(50);
  }

  const { StateUpdatedTimestamp, StateReason } = await state(latency);
  const after = Number(StateUpdatedTimestamp) - breach;
  expect(after).toBeGreaterThanOrEqual(PERIODS * MINUTE);
  expect(after).toBeLessThanOrEqual(PERIODS * MINUTE + EVALUATION_INTERVAL + PATIENCE);
  expect(StateReason).toMatch(/^Threshold Crossed: 5 out of the last 5 datapoints /);
  expect(await statesBetween(latency)).toEqual(['OK to ALARM']);
  expect((await state(serverErrors)).StateValue).toBe('OK');
});

interface Alarm {
  readonly Type: string;
  readonly Properties: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: { readonly Name: string; readonly Value: string }[];
    readonly AlarmActions: { readonly 'Fn::ImportValue': string }[];
  };
}

/** The alarm of prod on a metric, as the template has it. */
function alarmOf(metric: string): Alarm {
  const stage = join(assembly, 'assembly-prod');
  const file = readdirSync(stage).find((name) => /^prodserving.*\.template\.json$/.test(name)) ?? '';
  const { Resources } = JSON.parse(readFileSync(join(stage, file), 'utf8')) as { Resources: Record<string, Alarm> };
  const found = Object.values(Resources).find(
    ({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Properties.MetricName === metric,
  );
  if (!found) throw new Error(`prod has no alarm on ${metric}`);
  return found;
}

/** The alarms, in a stack of their own, and what they import: a topic under the name of prod's. */
async function deploy(): Promise<void> {
  const topic = latency.Properties.AlarmActions[0]?.['Fn::ImportValue'] ?? '';
  await create('topics', {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
    Outputs: { Arn: { Value: { Ref: 'Topic' }, Export: { Name: topic } } },
  });
  await create('alarms', { Resources: { Latency: latency, ServerErrors: serverErrors } });
  while ((await state(latency)).StateValue !== 'OK') await sleep(50);
}

async function create(StackName: string, template: object): Promise<void> {
  const cloudformation = client(CloudFormationClient);
  await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  await waitUntilStackCreateComplete({ client: cloudformation, maxWaitTime: 60, minDelay: 1 }, { StackName });
  const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
  expect(Stacks.map(({ StackStatus }) => StackStatus)).toEqual(['CREATE_COMPLETE']);
}

/** One value a minute from `start` on, ahead of the clock, so that nothing depends on how fast this process is. */
async function publish({ Properties }: Alarm, start: number, values: readonly number[]): Promise<void> {
  const { Namespace, MetricName, Dimensions } = Properties;
  const MetricData = values.map((value, minute) => ({
    MetricName,
    Dimensions,
    Timestamp: new Date(start + minute * MINUTE),
    Values: [value],
    Counts: [1000],
  }));
  await client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace, MetricData }));
}

async function state({ Properties }: Alarm): Promise<MetricAlarm> {
  const { MetricAlarms = [] } = await client(CloudWatchClient).send(new DescribeAlarmsCommand({}));
  const found = MetricAlarms.find(({ MetricName }) => MetricName === Properties.MetricName);
  if (!found) throw new Error(`no alarm on ${Properties.MetricName}`);
  return found;
}

/** Its changes of state since it first had one, oldest first. */
async function statesBetween(alarm: Alarm): Promise<string[]> {
  const { AlarmName } = await state(alarm);
  const history = new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate' });
  const { AlarmHistoryItems = [] } = await client(CloudWatchClient).send(history);
  return AlarmHistoryItems.map(({ HistorySummary }) => String(HistorySummary).replace('Alarm updated from ', ''))
    .filter((change) => !change.startsWith('INSUFFICIENT_DATA'))
    .reverse();
}

function client<T>(service: new (config: object) => T): T {
  return clientOf(cloud, service);
}
