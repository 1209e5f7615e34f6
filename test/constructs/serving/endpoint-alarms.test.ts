import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { type AlarmSpec, CloudWatchAlarms } from '../../../constructs/observability';
import { EndpointAlarms, type IModelEndpoint, ModelEndpoint } from '../../../constructs/serving';
import { testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

const MINUTES = Duration.minutes(5);
const endpoints = () => {
  const stack = testStack();
  return { stack, endpoint: ModelEndpoint.fromEndpointAttributes(stack, 'Endpoint', { endpointName: 'churn' }) };
};
const alarm = (spec: (endpoint: IModelEndpoint) => AlarmSpec) => {
  const { stack, endpoint } = endpoints();
  new CloudWatchAlarms(stack, 'Alarms', { specs: [spec(endpoint)] });
  return theOne(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')['Properties'];
};
const latency =
  (variantName = 'primary') =>
  (endpoint: IModelEndpoint) =>
    EndpointAlarms.latency(endpoint, { variantName, p95: Duration.millis(50), breachDuration: MINUTES });
const serverErrors =
  (variantName = 'primary') =>
  (endpoint: IModelEndpoint) =>
    EndpointAlarms.serverErrors(endpoint, { variantName, percentage: 1, breachDuration: MINUTES });

const DIMENSIONS = [
  { Name: 'EndpointName', Value: 'churn' },
  { Name: 'VariantName', Value: 'primary' },
];

describe('EndpointAlarms', () => {
  it('latency: p95 above the limit in every minute, keeping its state where the percentile means nothing', () => {
    expect(alarm(latency())).toEqual({
      Namespace: 'AWS/SageMaker',
      MetricName: 'ModelLatency',
      Dimensions: DIMENSIONS,
      ExtendedStatistic: 'p95',
      Period: 60,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50000,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      TreatMissingData: 'notBreaching',
      EvaluateLowSampleCountPercentile: 'ignore',
      AlarmDescription:
        'Endpoint churn, variant primary, answers slowly: p95 of ModelLatency above 50 ms (50000 microseconds) ' +
        'for 5 minutes. Published by AWS (SageMaker). Runbook: docs/runbook.md#model-latency',
    });
  });

  it('serverErrors: a share of requests above the limit in every minute', () => {
    expect(alarm(serverErrors())).toEqual({
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      Dimensions: DIMENSIONS,
      Statistic: 'Average',
      Period: 60,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0.01,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      TreatMissingData: 'notBreaching',
      AlarmDescription:
        'Endpoint churn, variant primary, fails: Average of Invocation5XXErrors above 1 % of requests ' +
        'for 5 minutes. Published by AWS (SageMaker). Runbook: docs/runbook.md#server-errors',
    });
  });

  it.each([
    ['latency', latency()],
    ['serverErrors', serverErrors()],
  ])('%s: wakes somebody up', (_, spec) => {
    expect(spec(endpoints().endpoint).severity).toBe('critical');
  });

  it('have the variant in their ids', () => {
    const { endpoint } = endpoints();
    for (const spec of [latency('blue-green-2'), serverErrors('blue-green-2')])
      expect(spec(endpoint).alarmId).toContain('BlueGreen2');
  });

  it('have ids that alarms accept, whatever the name of the variant', () => {
    const { stack, endpoint } = endpoints();
    let count = 0;
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9](-{0,2}[a-zA-Z0-9]){0,15}$/), (variantName) => {
        const specs = [latency(variantName)(endpoint), serverErrors(variantName)(endpoint)];
        expect(() => new CloudWatchAlarms(stack, `Alarms${count++}`, { specs })).not.toThrow();
      }),
    );
  });
});

it.each([
  ['latency', latency('green')],
  ['serverErrors', serverErrors('green')],
] as const)('EndpointAlarms.%s fails when the endpoint has no such variant', (factory, spec) => {
  const endpoint = new Surroundings(testStack(), 'Here').endpoint();
  expect(() => spec(endpoint)).toThrow(
    new Error(`EndpointAlarms.${factory}: variantName is "green", allowed are primary, the endpoint's variants`),
  );
});
