import type { aws_cloudwatch as cloudwatch, Stack } from 'aws-cdk-lib';
import { aws_iam as iam, Duration, Fn } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type EndpointAttributes, type IModelEndpoint, ModelEndpoint } from '../../../constructs/serving';
import { findings, permissions, testStack } from '../../helpers';
import { Surroundings } from './surroundings';

const imported = (stack: Stack, attributes: Partial<EndpointAttributes> = {}) =>
  ModelEndpoint.fromEndpointAttributes(stack, 'Endpoint', { endpointName: 'Churn', ...attributes });
const defined = (stack: Stack) => new Surroundings(stack, 'Here').endpoint({ endpointName: 'Churn' });

/** What SageMaker publishes: namespace, name, and the statistic that means something. */
const METRICS: [keyof IModelEndpoint & `metric${string}`, string, string, string][] = [
  ['metricInvocations', 'AWS/SageMaker', 'Invocations', 'Sum'],
  ['metricInvocationsPerInstance', 'AWS/SageMaker', 'InvocationsPerInstance', 'Sum'],
  ['metricClientErrors', 'AWS/SageMaker', 'Invocation4XXErrors', 'Average'],
  ['metricServerErrors', 'AWS/SageMaker', 'Invocation5XXErrors', 'Average'],
  ['metricModelLatency', 'AWS/SageMaker', 'ModelLatency', 'p95'],
  ['metricOverheadLatency', 'AWS/SageMaker', 'OverheadLatency', 'Average'],
  ['metricConcurrentRequests', 'AWS/SageMaker', 'ConcurrentRequestsPerModel', 'Maximum'],
  ['metricCpuUtilization', '/aws/sagemaker/Endpoints', 'CPUUtilization', 'Average'],
  ['metricMemoryUtilization', '/aws/sagemaker/Endpoints', 'MemoryUtilization', 'Maximum'],
  ['metricDiskUtilization', '/aws/sagemaker/Endpoints', 'DiskUtilization', 'Maximum'],
  ['metricGpuUtilization', '/aws/sagemaker/Endpoints', 'GPUUtilization', 'Average'],
  ['metricGpuMemoryUtilization', '/aws/sagemaker/Endpoints', 'GPUMemoryUtilization', 'Maximum'],
];

describe.each<[string, (stack: Stack) => IModelEndpoint]>([
  ['defined', defined],
  ['imported', imported],
])('An endpoint, %s', (_, make) => {
  const endpoint = () => make(testStack());

  it.each(METRICS)('%s', (method, namespace, metricName, statistic) => {
    expect(endpoint()[method]('primary').toMetricConfig().metricStat).toEqual({
      namespace,
      metricName,
      statistic,
      dimensions: [
        { name: 'EndpointName', value: 'Churn' },
        { name: 'VariantName', value: 'primary' },
      ],
      period: Duration.minutes(1),
      account: undefined,
      region: undefined,
      unitFilter: undefined,
    });
  });

  it.each(METRICS)('%s, as the caller wants it', (method) => {
    const options: cloudwatch.MetricOptions = { statistic: 'Minimum', period: Duration.minutes(5) };
    expect(endpoint()[method]('primary', options)).toMatchObject({ statistic: 'Minimum', period: Duration.minutes(5) });
  });

  it('lets a principal send requests, and nothing else', () => {
    const stack = testStack();
    const caller = new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() });
    expect(make(stack).grantInvoke(caller).success).toBe(true);
    expect(permissions(Template.fromStack(stack), 'Caller')).toEqual([
      'sagemaker:InvokeEndpoint on arn:aws:sagemaker:eu-west-1:111122223333:endpoint/churn',
    ]);
  });
});

describe('ModelEndpoint.fromEndpointAttributes', () => {
  it.each<[string, Partial<EndpointAttributes>, string]>([
    ['of this stack', {}, 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/churn'],
    ['of another account', { account: '444455556666' }, 'arn:aws:sagemaker:eu-west-1:444455556666:endpoint/churn'],
    ['of another region', { region: 'us-east-1' }, 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/churn'],
  ])('gives an endpoint %s its ARN, with the name in lower case', (_, attributes, arn) => {
    const stack = testStack();
    const endpoint = imported(stack, attributes);
    expect(endpoint.endpointName).toBe('Churn');
    expect(stack.resolve(endpoint.endpointArn)).toBe(arn);
    expect(stack.resolve(endpoint.endpointRef.endpointArn)).toBe(arn);
  });

  it('passes a name on that only the deployment knows', () => {
    const stack = testStack();
    const { endpointArn } = imported(stack, { endpointName: Fn.importValue('EndpointName') });
    expect(stack.resolve(endpointArn)).toEqual({
      'Fn::Join': ['', ['arn:aws:sagemaker:eu-west-1:111122223333:endpoint/', { 'Fn::ImportValue': 'EndpointName' }]],
    });
  });

  it('defines nothing and has no finding', () => {
    const stack = testStack();
    imported(stack);
    expect(Template.fromStack(stack).toJSON()).not.toHaveProperty('Resources');
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });
});
