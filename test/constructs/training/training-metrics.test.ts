import { type aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CloudWatchAlarms, type AlarmSpec } from '../../../constructs/observability';
import { type GpuTrainingCluster, type ITrainingJob, TrainingAlarms } from '../../../constructs/training';
import { findings, testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

const cluster = () => new Surroundings(testStack(), 'Here').cluster();

describe('A cluster has metrics of', () => {
  it.each<[string, string, (given: GpuTrainingCluster, options?: cloudwatch.MetricOptions) => cloudwatch.Metric]>([
    ['SpotSavings', 'Minimum', (given, options) => given.metricSavings(options)],
    ['RunSavings', 'Minimum', (given, options) => given.metricRunSavings(options)],
    ['SpotInterruptions', 'Maximum', (given, options) => given.metricInterruptions(options)],
    ['DeadlineMissedBy', 'Maximum', (given, options) => given.metricLateness(options)],
  ])('%s: of runs at the same time the worst', (metricName, statistic, metric) => {
    expect(metric(cluster())).toMatchObject({
      namespace: 'Slipway/Training',
      metricName,
      dimensions: { Cluster: 'churn' },
      statistic,
      period: Duration.minutes(1),
    });
    const others = { statistic: 'p90', period: Duration.hours(1) };
    expect(metric(cluster(), others)).toMatchObject({ metricName, ...others });
  });
});

describe('TrainingAlarms', () => {
  const alarm = (spec: (given: GpuTrainingCluster, job: ITrainingJob) => AlarmSpec) => {
    const stack = testStack();
    const here = new Surroundings(stack, 'Here');
    const given = here.cluster();
    const job = here.job(given);
    new CloudWatchAlarms(stack, 'Alarms', { specs: [spec(given, job)] });
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

  it('runSavings: goes off when a run has saved too little', () => {
    expect(alarm((given) => TrainingAlarms.runSavings(given, 30))).toMatchObject({
      MetricName: 'RunSavings',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 30,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  it('failed: goes off when a run has failed', () => {
    expect(alarm((_, job) => TrainingAlarms.failed(job))).toMatchObject({
      Namespace: 'AWS/States',
      MetricName: 'ExecutionsFailed',
      Statistic: 'Sum',
      Period: 60,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      EvaluationPeriods: 1,
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

  it.each([0, 100, -1, NaN])('savings and runSavings fail when the percentage is %d', (percentage) => {
    expect(() => TrainingAlarms.runSavings(cluster(), percentage)).toThrow(
      new Error(`TrainingAlarms.runSavings: percentage is ${percentage}, allowed are numbers above 0 and below 100`),
    );
    expect(() => TrainingAlarms.savings(cluster(), { percentage, breachDuration: Duration.minutes(5) })).toThrow(
      new Error(`TrainingAlarms.savings: percentage is ${percentage}, allowed are numbers above 0 and below 100`),
    );
  });
});
