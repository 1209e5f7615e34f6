import { type aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CloudWatchAlarms, type AlarmSpec } from '../../../constructs/observability';
import { type GpuTrainingCluster, TrainingAlarms } from '../../../constructs/training';
import { findings, testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

const cluster = () => new Surroundings(testStack(), 'Here').cluster();

describe('A cluster has metrics of', () => {
  it.each<[string, (given: GpuTrainingCluster, options?: cloudwatch.MetricOptions) => cloudwatch.Metric]>([
    ['SpotSavings', (given, options) => given.metricSavings(options)],
    ['SpotInterruptions', (given, options) => given.metricInterruptions(options)],
    ['DeadlineMissedBy', (given, options) => given.metricLateness(options)],
  ])('%s', (metricName, metric) => {
    expect(metric(cluster())).toMatchObject({
      namespace: 'Slipway/Training',
      metricName,
      dimensions: { Cluster: 'churn' },
      statistic: 'Maximum',
      period: Duration.minutes(1),
    });
    const others = { statistic: 'p90', period: Duration.hours(1) };
    expect(metric(cluster(), others)).toMatchObject({ metricName, ...others });
  });
});

describe('TrainingAlarms', () => {
  const alarm = (spec: (given: GpuTrainingCluster) => AlarmSpec) => {
    const stack = testStack();
    const here = new Surroundings(stack, 'Here');
    const given = here.cluster();
    here.job(given);
    new CloudWatchAlarms(stack, 'Alarms', { specs: [spec(given)] });
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
    return theOne(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')['Properties'];
  };

  it('savings: goes off when too little is saved for so long', () => {
    expect(
      alarm((given) => TrainingAlarms.savings(given, { percentage: 30, breachDuration: Duration.minutes(30) })),
    ).toMatchObject({
      MetricName: 'SpotSavings',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 30,
      EvaluationPeriods: 30,
      TreatMissingData: 'notBreaching',
    });
  });

  it('deadline: goes off at the first minute after it', () => {
    expect(alarm((given) => TrainingAlarms.deadline(given))).toMatchObject({
      MetricName: 'DeadlineMissedBy',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  it.each([0, 100, -1, NaN])('savings: fails when the percentage is %d', (percentage) => {
    expect(() => TrainingAlarms.savings(cluster(), { percentage, breachDuration: Duration.minutes(5) })).toThrow(
      new Error(`TrainingAlarms.savings: percentage is ${percentage}, allowed are numbers above 0 and below 100`),
    );
  });
});
