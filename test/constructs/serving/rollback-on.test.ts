import { aws_cloudwatch as cloudwatch, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { ModelEndpoint } from '../../../constructs/serving';
import { findings, testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

const build = () => {
  const stack = testStack();
  const endpoint = new Surroundings(stack, 'Here').endpoint();
  return { stack, endpoint };
};
const alarm = (scope: Stack, id: string, metric: cloudwatch.IMetric, evaluationPeriods = 5) =>
  new cloudwatch.Alarm(scope, id, { metric, threshold: 1, evaluationPeriods });
const latency = (endpoint: ModelEndpoint, period = Duration.minutes(1)) =>
  endpoint.metricModelLatency('primary', { period });
const ratio = (endpoint: ModelEndpoint, period: Duration) =>
  new cloudwatch.MathExpression({
    expression: 'failed / all',
    usingMetrics: {
      failed: endpoint.metricServerErrors('primary', { period }),
      all: endpoint.metricInvocations('primary', { period }),
    },
    period,
  });

describe('ModelEndpoint.rollbackOn', () => {
  it('moves all traffic at once, watches ten minutes, and goes back on these alarms', () => {
    const { stack, endpoint } = build();
    const slow = alarm(stack, 'Slow', latency(endpoint));
    endpoint.rollbackOn(slow);
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
          TerminationWaitInSeconds: 600,
          MaximumExecutionTimeoutInSeconds: 7200,
        },
        AutoRollbackConfiguration: { Alarms: [{ AlarmName: stack.resolve(slow.alarmName) as unknown }] },
        RollingUpdatePolicy: Match.absent(),
      },
    });
  });

  it('adds to the alarms of earlier calls', () => {
    const { stack, endpoint } = build();
    for (const id of ['One', 'Two']) endpoint.rollbackOn(alarm(stack, id, latency(endpoint)));
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [Match.anyValue(), Match.anyValue()] } },
    });
  });

  it.each(['AWS::SageMaker::Model', 'AWS::SageMaker::EndpointConfig'])(
    'keeps each %s that an update replaces, and deletes the last one with the stack',
    (type) => {
      const { stack, endpoint } = build();
      endpoint.rollbackOn(alarm(stack, 'Slow', latency(endpoint)));
      const template = Template.fromStack(stack);
      expect(theOne(template, type)).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' });
      expect(theOne(Template.fromStack(build().stack), type)['UpdateReplacePolicy']).toBeUndefined();
    },
  );

  it('changes nothing when it is given no alarm', () => {
    const { stack, endpoint } = build();
    endpoint.rollbackOn();
    expect(Template.fromStack(stack).toJSON()).toEqual(Template.fromStack(build().stack).toJSON());
  });

  it('takes alarms of another stack, which may be made before or after the endpoint', () => {
    const { stack, endpoint } = build();
    const other = new Stack(stack.node.root, 'Other', { env: { account: stack.account, region: stack.region } });
    endpoint.rollbackOn(alarm(other, 'Slow', latency(endpoint)));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it.each<[string, (endpoint: ModelEndpoint) => [cloudwatch.IMetric, number]]>([
    ['exactly eight minutes', (endpoint) => [latency(endpoint), 8]],
    ['eight minutes of a ratio', (endpoint) => [ratio(endpoint, Duration.minutes(4)), 2]],
  ])('takes an alarm that looks back %s', (_, watched) => {
    const { stack, endpoint } = build();
    endpoint.rollbackOn(alarm(stack, 'Slow', ...watched(endpoint)));
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: Match.objectLike({ AutoRollbackConfiguration: { Alarms: [Match.anyValue()] } }),
    });
  });

  it('takes an imported alarm, of which only AWS knows how far it looks back', () => {
    const { stack, endpoint } = build();
    endpoint.rollbackOn(
      cloudwatch.Alarm.fromAlarmArn(stack, 'Known', `arn:aws:cloudwatch:${stack.region}:${stack.account}:alarm:Known`),
    );
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'Known' }] } },
    });
  });

  it('takes ten alarms', () => {
    const { stack, endpoint } = build();
    const ten = Array.from({ length: 10 }, (_, i) => alarm(stack, `Alarm${i}`, latency(endpoint)));
    expect(() => {
      endpoint.rollbackOn(...ten);
    }).not.toThrow();
  });

  it('has no unacknowledged finding', () => {
    const { stack, endpoint } = build();
    endpoint.rollbackOn(alarm(stack, 'Slow', latency(endpoint)));
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });
});

const TOO_SLOW = 'allowed are up to 480 s: the old fleet is gone after 600 s, and datapoints are up to 120 s late';

describe('ModelEndpoint.rollbackOn fails when', () => {
  it.each<[string, (endpoint: ModelEndpoint, stack: Stack) => cloudwatch.IAlarm[], string]>([
    [
      'there are more than ten alarms',
      (endpoint, stack) => Array.from({ length: 11 }, (_, i) => alarm(stack, `Alarm${i}`, latency(endpoint))),
      'rollbackOn has 11 alarms, allowed are 10',
    ],
    [
      'an alarm is given twice',
      (endpoint, stack) => Array<cloudwatch.IAlarm>(2).fill(alarm(stack, 'Slow', latency(endpoint))),
      'rollbackOn has Test/Slow twice, allowed is each alarm once',
    ],
    [
      'an alarm is in another region',
      (_, stack) => [
        cloudwatch.Alarm.fromAlarmArn(stack, 'Far', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:Far'),
      ],
      'rollbackOn has Test/Far of region us-east-1, allowed is eu-west-1: SageMaker looks for it there',
    ],
    [
      'an alarm is a query',
      (_, stack) => [
        new cloudwatch.PromQLAlarm(stack, 'Query', { query: 'up == 0', evaluationInterval: Duration.minutes(1) }),
      ],
      'rollbackOn has Test/Query, a query alarm, allowed are metric alarms',
    ],
    [
      'an alarm is a composite one',
      (endpoint, stack) => [
        new cloudwatch.CompositeAlarm(stack, 'Any', {
          alarmRule: cloudwatch.AlarmRule.anyOf(alarm(stack, 'Slow', latency(endpoint))),
        }),
      ],
      'rollbackOn has Test/Any, a composite alarm, allowed are metric alarms: give those it is made of',
    ],
    [
      'an alarm looks back nine minutes',
      (endpoint, stack) => [alarm(stack, 'Slow', latency(endpoint), 9)],
      `rollbackOn has Test/Slow, which looks back 540 s, ${TOO_SLOW}`,
    ],
    [
      'an alarm on a ratio looks back fifteen minutes',
      (endpoint, stack) => [alarm(stack, 'Failing', ratio(endpoint, Duration.minutes(5)), 3)],
      `rollbackOn has Test/Failing, which looks back 900 s, ${TOO_SLOW}`,
    ],
  ])('%s', (_, alarms, message) => {
    const { stack, endpoint } = build();
    const given = alarms(endpoint, stack);
    expect(() => {
      endpoint.rollbackOn(...given);
    }).toThrow(new Error(`Test/Endpoint: ${message}`));
  });
});
