import { aws_cloudwatch as cloudwatch, aws_sns as sns, Duration, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  type AlarmSpec,
  CloudWatchAlarms,
  type CloudWatchAlarmsProps,
  Publisher,
  Severity,
  Threshold,
} from '../../../constructs/observability';
import { findings, testStack, theOne } from '../../helpers';

const metric = (options: Partial<cloudwatch.MetricProps> = {}) =>
  new cloudwatch.Metric({
    namespace: 'Test',
    metricName: 'Score',
    statistic: 'Maximum',
    period: Duration.minutes(5),
    ...options,
  });
const spec = (given: Partial<AlarmSpec> = {}): AlarmSpec => ({
  alarmId: 'ScoreHigh',
  summary: 'The score is high',
  metric: metric(),
  publisher: Publisher.outside('docs/metrics.md'),
  threshold: Threshold.above(0.3),
  breachDuration: Duration.minutes(10),
  severity: Severity.WARNING,
  missingData: cloudwatch.TreatMissingData.IGNORE,
  runbook: 'docs/runbook.md#score',
  ...given,
});
const build = (props: Partial<CloudWatchAlarmsProps> = {}) => {
  const stack = testStack();
  return { stack, alarms: new CloudWatchAlarms(stack, 'Alarms', { specs: [spec()], ...props }) };
};
const synth = (props?: Partial<CloudWatchAlarmsProps>) => Template.fromStack(build(props).stack);
const alarm = (given?: Partial<AlarmSpec>) =>
  theOne(synth({ specs: [spec(given)] }), 'AWS::CloudWatch::Alarm')['Properties'];

const DEFAULT = {
  Namespace: 'Test',
  MetricName: 'Score',
  Statistic: 'Maximum',
  Period: 300,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0.3,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 2,
  TreatMissingData: 'ignore',
  AlarmDescription:
    'The score is high: Maximum of Score above 0.3 for 10 minutes. ' +
    'Published by outside, by docs/metrics.md. Runbook: docs/runbook.md#score',
};

describe('CloudWatchAlarms', () => {
  it('defines an alarm without a name, which tells nobody', () => {
    expect(alarm()).toEqual(DEFAULT);
  });

  it('defines one alarm a spec, in that order, known by id', () => {
    const { stack, alarms } = build({ specs: [spec(), spec({ alarmId: 'ScoreLow' })] });
    expect(alarms.alarms).toEqual([alarms.alarm('ScoreHigh'), alarms.alarm('ScoreLow')]);
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 2);
  });

  it('defines nothing where there is no spec', () => {
    expect(synth({ specs: [] }).findResources('AWS::CloudWatch::Alarm')).toEqual({});
  });
});

/** One field of a spec, and what it changes. */
it.each<[string, Partial<AlarmSpec>, object]>([
  ['alarmId', { alarmId: 'Other2' }, {}],
  ['summary', { summary: 'Too much' }, { AlarmDescription: expect.stringMatching(/^Too much: Maximum/) as unknown }],
  [
    'metric: its dimensions',
    { metric: metric({ dimensionsMap: { EndpointName: 'churn' } }) },
    { Dimensions: [{ Name: 'EndpointName', Value: 'churn' }] },
  ],
  [
    'metric: a percentile, of which few samples do not count',
    { metric: metric({ statistic: 'p95' }) },
    {
      Statistic: undefined,
      ExtendedStatistic: 'p95',
      EvaluateLowSampleCountPercentile: 'ignore',
      AlarmDescription: expect.stringContaining('p95 of Score') as unknown,
    },
  ],
  [
    'metric: its period',
    { metric: metric({ period: Duration.seconds(60) }) },
    { Period: 60, EvaluationPeriods: 10, DatapointsToAlarm: 10 },
  ],
  [
    'publisher',
    { publisher: Publisher.aws('SageMaker') },
    { AlarmDescription: expect.stringContaining('Published by AWS (SageMaker).') as unknown },
  ],
  [
    'threshold',
    { threshold: Threshold.below(0.85) },
    {
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 0.85,
      AlarmDescription: expect.stringContaining('below 0.85') as unknown,
    },
  ],
  [
    'breachDuration',
    { breachDuration: Duration.minutes(15) },
    {
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      AlarmDescription: expect.stringContaining('for 15 minutes') as unknown,
    },
  ],
  ['severity', { severity: Severity.CRITICAL }, {}],
  ['missingData', { missingData: cloudwatch.TreatMissingData.BREACHING }, { TreatMissingData: 'breaching' }],
  [
    'runbook',
    { runbook: 'https://example.com/runbook' },
    { AlarmDescription: expect.stringMatching(/Runbook: https:\/\/example\.com\/runbook$/) as unknown },
  ],
])('A spec, %s', (_, given, changed) => {
  expect(alarm(given)).toEqual({ ...DEFAULT, ...changed });
});

it.each([
  [Severity.CRITICAL, 'arn:aws:sns:eu-west-1:111122223333:critical'],
  [Severity.WARNING, 'arn:aws:sns:eu-west-1:111122223333:warning'],
])('topics: an alarm of severity %s goes to its topic, when it goes off and when it is over', (severity, topic) => {
  const stack = testStack();
  const [critical, warning] = (['critical', 'warning'] as const).map((name) =>
    sns.Topic.fromTopicArn(stack, name, `arn:aws:sns:${stack.region}:${stack.account}:${name}`),
  ) as [sns.ITopic, sns.ITopic];
  new CloudWatchAlarms(stack, 'Alarms', { specs: [spec({ severity })], topics: { critical, warning } });
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: [topic],
    OKActions: [topic],
    InsufficientDataActions: Match.absent(),
  });
});

describe('CloudWatchAlarms takes', () => {
  it.each<[string, Partial<AlarmSpec>]>([
    ['one period', { breachDuration: Duration.minutes(5) }],
    ['one day', { breachDuration: Duration.days(1) }],
    [
      'seven days, from a period of an hour up',
      { breachDuration: Duration.days(7), metric: metric({ period: Duration.hours(1) }) },
    ],
  ])('a breach of %s', (_, given) => {
    expect(() => build({ specs: [spec(given)] })).not.toThrow();
  });
});

describe('CloudWatchAlarms fails when', () => {
  const day = 'CloudWatch evaluates at most one day, or seven days when the period is an hour or more';
  it.each<[string, AlarmSpec[], string]>([
    ['an id is not PascalCase', [spec({ alarmId: 'score-high' })], 'alarmId is "score-high", allowed is PascalCase'],
    ['two specs have one id', [spec(), spec()], 'specs has alarmId "ScoreHigh" twice, allowed are unique ids'],
    [
      'breachDuration is shorter than the period',
      [spec({ breachDuration: Duration.minutes(1) })],
      "alarm ScoreHigh: breachDuration is 60 s, allowed are multiples of the metric's period of 300 s",
    ],
    [
      'breachDuration is no multiple of the period',
      [spec({ breachDuration: Duration.minutes(12) })],
      "alarm ScoreHigh: breachDuration is 720 s, allowed are multiples of the metric's period of 300 s",
    ],
    [
      'breachDuration is zero',
      [spec({ breachDuration: Duration.minutes(0) })],
      "alarm ScoreHigh: breachDuration is 0 s, allowed are multiples of the metric's period of 300 s",
    ],
    [
      'breachDuration is more than a day',
      [spec({ breachDuration: Duration.minutes(1445) })],
      `alarm ScoreHigh: breachDuration is 86700 s, allowed are up to 86400 s: ${day}`,
    ],
    [
      'breachDuration is more than seven days, with a period of an hour',
      [spec({ breachDuration: Duration.hours(169), metric: metric({ period: Duration.hours(1) }) })],
      `alarm ScoreHigh: breachDuration is 608400 s, allowed are up to 604800 s: ${day}`,
    ],
    [
      'breachDuration is unresolved',
      [spec({ breachDuration: Duration.minutes(Token.asNumber({ Ref: 'Minutes' })) })],
      'alarm ScoreHigh: breachDuration is a token, allowed is a literal: the number of periods is counted from it',
    ],
  ])('%s', (_, specs, message) => {
    expect(() => build({ specs })).toThrow(new Error(`Test/Alarms: ${message}`));
  });

  it('an alarm is asked for that is none', () => {
    const { alarms } = build({ specs: [spec(), spec({ alarmId: 'ScoreLow' })] });
    expect(() => alarms.alarm('Latency')).toThrow(
      new Error('Test/Alarms: no alarm "Latency", known are ScoreHigh, ScoreLow'),
    );
  });
});

describe('CloudWatchAlarms, among others', () => {
  it('has no unacknowledged finding', () => {
    expect(findings(build().stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('does not collide with another in one stack', () => {
    const { stack } = build();
    new CloudWatchAlarms(stack, 'Other', { specs: [spec()] });
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 2);
  });

  it('gives the same template twice', () => {
    expect(synth().toJSON()).toEqual(synth().toJSON());
  });
});
