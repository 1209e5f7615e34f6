import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { environment } from '../../config';
import { release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';

/** The brief, as a table: what was asked for, and where CloudFormation has it. */
const BRIEF = [
  ['the endpoint is production-ml-endpoint', 'Endpoint', { EndpointName: 'production-ml-endpoint' }],
  [
    'two ml.m5.xlarge serve variant primary with weight 1',
    'EndpointConfig',
    {
      ProductionVariants: [
        Match.objectLike({
          VariantName: 'primary',
          InstanceType: 'ml.m5.xlarge',
          InitialInstanceCount: 2,
          InitialVariantWeight: 1,
        }),
      ],
    },
  ],
  [
    '10 % of input and output are captured',
    'EndpointConfig',
    {
      DataCaptureConfig: Match.objectLike({
        EnableCapture: true,
        InitialSamplingPercentage: 10,
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
      }),
    },
  ],
  [
    'under data-capture',
    'EndpointConfig',
    {
      DataCaptureConfig: Match.objectLike({
        DestinationS3Uri: { 'Fn::Join': ['', ['s3://', Match.anyValue(), '/data-capture']] },
      }),
    },
  ],
  [
    'it carries tags Environment and Team',
    'Endpoint',
    {
      Tags: [
        { Key: 'Environment', Value: 'prod' },
        { Key: 'Team', Value: 'ml-platform' },
      ],
    },
  ],
  [
    'p95 latency above 50 ms for 5 minutes is an alarm',
    'Alarm',
    {
      Namespace: 'AWS/SageMaker',
      MetricName: 'ModelLatency',
      Dimensions: [
        { Name: 'EndpointName', Value: 'production-ml-endpoint' },
        { Name: 'VariantName', Value: 'primary' },
      ],
      ExtendedStatistic: 'p95',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 50_000,
      Period: 60,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      TreatMissingData: 'notBreaching',
    },
  ],
  [
    'drift above 0.3 for 10 minutes is an alarm',
    'Alarm',
    {
      Namespace: 'Slipway/Quality',
      MetricName: 'DataDriftScore',
      Dimensions: [{ Name: 'EndpointName', Value: 'production-ml-endpoint' }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0.3,
      Period: 300,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      TreatMissingData: 'ignore',
    },
  ],
  [
    'accuracy below 0.85 for 15 minutes is an alarm',
    'Alarm',
    {
      Namespace: 'Slipway/Quality',
      MetricName: 'ModelAccuracy',
      Dimensions: [{ Name: 'EndpointName', Value: 'production-ml-endpoint' }],
      Statistic: 'Average',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 0.85,
      Period: 300,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'ignore',
    },
  ],
  [
    'more than 1 % of requests failing with 5xx is an alarm',
    'Alarm',
    {
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      Statistic: 'Average',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0.01,
      Period: 60,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
    },
  ],
] as const;

const stage = new SlipwayStage(slipwayApp(), 'prod', { environment: environment('prod'), release: release('prod') });
const serving = Template.fromStack(stage.node.findChild('serving') as Stack);

describe('prod', () => {
  it.each(BRIEF)('%s', (_, type, properties) => {
    const service = type === 'Alarm' ? 'CloudWatch' : 'SageMaker';
    serving.hasResourceProperties(`AWS::${service}::${type}`, properties);
  });

  it('has one endpoint, and one alarm for each number of the brief and for 5xx', () => {
    serving.resourceCountIs('AWS::SageMaker::Endpoint', 1);
    serving.resourceCountIs('AWS::CloudWatch::Alarm', 4);
  });

  it('rolls an update back on what callers notice, and on nothing slower', () => {
    const alarms = serving.findResources('AWS::CloudWatch::Alarm', { Properties: { Namespace: 'AWS/SageMaker' } });
    serving.hasResourceProperties('AWS::SageMaker::Endpoint', {
      DeploymentConfig: Match.objectLike({
        AutoRollbackConfiguration: { Alarms: Object.keys(alarms).map((id) => ({ AlarmName: { Ref: id } })) },
      }),
    });
  });

  it('tells people of critical alarms and of warnings on different topics', () => {
    const actions = Object.values(serving.findResources('AWS::CloudWatch::Alarm')).map((alarm) => {
      const { MetricName, AlarmActions } = (alarm as { Properties: { MetricName: string; AlarmActions: object[] } })
        .Properties;
      return [MetricName, /Topics(Critical|Warning)/.exec(JSON.stringify(AlarmActions))?.[1]];
    });
    expect(Object.fromEntries(actions)).toEqual({
      ModelLatency: 'Critical',
      Invocation5XXErrors: 'Critical',
      DataDriftScore: 'Warning',
      ModelAccuracy: 'Warning',
    });
  });
});
