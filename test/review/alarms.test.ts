import type { Stack } from 'aws-cdk-lib';
import {
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  aws_sns as sns,
  CfnParameter,
  Duration,
  NestedStack,
} from 'aws-cdk-lib';
import { CloudWatchAlarms, Publisher, Severity, Threshold } from '../../constructs/observability';
import { review } from '../../review/review';
import { compared, stackOf } from './assemblies';

const METRIC = new cloudwatch.Metric({
  namespace: 'Shop',
  metricName: 'Latency',
  statistic: 'p95',
  period: Duration.minutes(1),
});
const alarm =
  (props: Partial<cloudwatch.AlarmProps> = {}) =>
  (stack: Stack) =>
    new cloudwatch.Alarm(stack, 'Slow', { metric: METRIC, threshold: 2, evaluationPeriods: 5, ...props });
const spec = (stack: Stack, summary = 'Customers wait') =>
  new CloudWatchAlarms(stack, 'Alarms', {
    specs: [
      {
        alarmId: 'Slow',
        summary,
        metric: METRIC,
        publisher: Publisher.outside('docs/metrics.md'),
        threshold: Threshold.microsecondsAbove(Duration.millis(2)),
        breachDuration: Duration.minutes(5),
        severity: Severity.CRITICAL,
        missingData: cloudwatch.TreatMissingData.IGNORE,
        runbook: 'docs/runbook.md#slow',
      },
    ],
  });

async function alarms(build: (stack: Stack) => void) {
  const { environments } = await review({ directory: stackOf(build), label: 'app' });
  return environments.flatMap((environment) => environment.alarms);
}
const goesOff = async (build: (stack: Stack) => void) => (await alarms(build)).map((one) => one.goesOff);

describe('alarms', () => {
  it('of Slipway say what their spec says, also with tokens in it, and in a nested stack', async () => {
    const expected = {
      environment: 'Shop',
      name: 'Shop/Alarms/Slow',
      summary: 'Customers wait',
      goesOff: 'p95 of Shop Latency above 2 ms (2000 microseconds) for 5 min',
      deployed: 'p95 of Shop Latency above 2000 for 5 min',
      missingData: 'ignore',
      tells: 'nobody',
      severity: 'critical',
      publisher: 'outside, by docs/metrics.md',
      runbook: 'docs/runbook.md#slow',
    };
    expect(await alarms((stack) => spec(stack))).toEqual([expected]);
    const token = (stack: Stack) => spec(stack, `Customers of ${new CfnParameter(stack, 'City').valueAsString} wait`);
    expect(await alarms(token)).toEqual([{ ...expected, summary: 'Customers of ${City} wait' }]);
    expect(await alarms((stack) => spec(new NestedStack(stack, 'Inner')))).toEqual([
      { ...expected, name: 'Shop/Inner/Alarms/Slow' },
    ]);
  });

  it('of others say what their properties say', async () => {
    const topic = (stack: Stack) => new sns.Topic(stack, 'Topic');
    const tell = (stack: Stack) =>
      alarm({ alarmDescription: 'Slow' })(stack).addAlarmAction(new actions.SnsAction(topic(stack)));
    expect(await alarms(tell)).toEqual([
      {
        environment: 'Shop',
        name: 'Shop/Slow',
        summary: 'Slow',
        goesOff: 'p95 of Shop Latency at or above 2 for 5 min',
        deployed: 'p95 of Shop Latency at or above 2 for 5 min',
        missingData: 'missing',
        tells: '1',
        severity: '',
        publisher: '',
        runbook: '',
      },
    ]);
  });

  it('tell nobody while their actions are off', async () => {
    const off = (stack: Stack) =>
      alarm({ actionsEnabled: false })(stack).addAlarmAction(new actions.SnsAction(new sns.Topic(stack, 'Topic')));
    expect((await alarms(off)).map(({ tells }) => tells)).toEqual(['nobody']);
  });

  it.each<[string, (stack: Stack) => void, string]>([
    [
      'some of several periods',
      alarm({ datapointsToAlarm: 3 }),
      'p95 of Shop Latency at or above 2 for 3 of 5 periods of 60 s',
    ],
    [
      'less than a minute',
      alarm({ metric: METRIC.with({ period: Duration.seconds(10) }), evaluationPeriods: 2 }),
      'p95 of Shop Latency at or above 2 for 20 s',
    ],
    [
      'an expression',
      alarm({ metric: new cloudwatch.MathExpression({ expression: 'm / 2', usingMetrics: { m: METRIC } }) }),
      'm / 2 at or above 2 for 5 of 5 periods',
    ],
    [
      'other alarms',
      (stack) => {
        const one = alarm()(stack);
        new cloudwatch.CompositeAlarm(stack, 'Both', { alarmRule: cloudwatch.AlarmRule.not(one) });
      },
      '(NOT (ALARM("${Shop/Slow.Arn}")))',
    ],
  ])('go off on %s', async (_, build, expected) => {
    expect(await goesOff(build)).toContain(expected);
  });

  it('that come, go and change are told', async () => {
    const says = async (before: (stack: Stack) => void, after: (stack: Stack) => void) =>
      (await compared(before, after)).alarms.map(({ one }) => [one.change, one.name, ...one.says].join(' | '));
    const none = () => undefined;
    expect(await says(none, alarm())).toEqual(['added | Shop/Slow | p95 of Shop Latency at or above 2 for 5 min']);
    expect(await says(alarm(), none)).toEqual(['removed | Shop/Slow | p95 of Shop Latency at or above 2 for 5 min']);
    expect(
      await says(alarm(), alarm({ threshold: 3, treatMissingData: cloudwatch.TreatMissingData.BREACHING })),
    ).toEqual([
      'changed | Shop/Slow | goes off: p95 of Shop Latency at or above 2 for 5 min -> p95 of Shop Latency at or above 3 for 5 min | ' +
        'no data is: missing -> breaching',
    ]);
    expect(await says(alarm(), alarm({ alarmDescription: 'other words' }))).toEqual([]);
  });
});
