import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type AlarmSpec, CloudWatchAlarms } from '../../../constructs/observability';
import { QualityAlarms } from '../../../constructs/quality';
import { testStack, theOne } from '../../helpers';

const drift = QualityAlarms.drift('churn', { limit: 0.3, breachDuration: Duration.minutes(10) });
const accuracy = QualityAlarms.accuracy('churn', { limit: 0.85, breachDuration: Duration.minutes(15) });

const alarm = (spec: AlarmSpec) => {
  const stack = testStack();
  new CloudWatchAlarms(stack, 'Alarms', { specs: [spec] });
  return theOne(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')['Properties'];
};

const ALIKE = {
  Namespace: 'Slipway/Quality',
  Dimensions: [{ Name: 'EndpointName', Value: 'churn' }],
  Period: 300,
  TreatMissingData: 'ignore',
};

describe('QualityAlarms', () => {
  it('drift: the largest score above the limit in every period', () => {
    expect(alarm(drift)).toEqual({
      ...ALIKE,
      MetricName: 'DataDriftScore',
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0.3,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      AlarmDescription:
        'Data sent to churn has drifted from the training data: Maximum of DataDriftScore above 0.3 for 10 minutes. ' +
        'Published by outside, by docs/metrics.md. Runbook: docs/runbook.md#data-drift',
    });
  });

  it('accuracy: the average below the limit in every period', () => {
    expect(alarm(accuracy)).toEqual({
      ...ALIKE,
      MetricName: 'ModelAccuracy',
      Statistic: 'Average',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 0.85,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      AlarmDescription:
        'Answers of churn are wrong too often: Average of ModelAccuracy below 0.85 for 15 minutes. ' +
        'Published by outside, by docs/metrics.md. Runbook: docs/runbook.md#model-accuracy',
    });
  });

  it.each([
    ['drift', drift],
    ['accuracy', accuracy],
  ])('%s: somebody looks within the day', (_, spec) => {
    expect(spec.severity).toBe('warning');
  });

  it('can stand in one set', () => {
    expect(() => new CloudWatchAlarms(testStack(), 'Alarms', { specs: [drift, accuracy] })).not.toThrow();
  });

  it('fail when breachDuration is no multiple of five minutes', () => {
    const spec = QualityAlarms.drift('churn', { limit: 0.3, breachDuration: Duration.minutes(12) });
    expect(() => alarm(spec)).toThrow(
      new Error(
        "Test/Alarms: alarm DataDrift: breachDuration is 720 s, allowed are multiples of the metric's period of 300 s",
      ),
    );
  });
});

it.each([0, 85, Number.NaN])('fails when the accuracy to keep is %d', (limit) => {
  expect(() => QualityAlarms.accuracy('churn', { limit, breachDuration: Duration.minutes(15) })).toThrow(
    new Error(`QualityAlarms.accuracy: limit is ${limit}, allowed is above 0, up to 1: accuracy is a share`),
  );
});
