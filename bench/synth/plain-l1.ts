import {
  aws_applicationautoscaling as appscaling,
  aws_iam as iam,
  aws_sagemaker as sagemaker,
  Aws,
  type Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GIVEN, type Wanted } from './wanted';

const { account, region } = GIVEN.env;

/** The same resources as ours, property by property, by CloudFormation's own classes: the least that the CDK can do. */
export function definer(stack: Stack): (wanted: Wanted) => void {
  return (wanted) => {
    const scope = new Construct(stack, wanted.endpointName);
    const role = new iam.CfnRole(scope, 'Role', {
      assumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }],
        Version: '2012-10-17',
      },
      description: `SageMaker runs endpoint ${wanted.endpointName} as this role`,
    });
    const policy = createPolicy(scope, role, wanted);
    const model = createModel(scope, role, wanted);
    model.addResourceDependency(role);
    model.addResourceDependency(policy);
    const endpoint = createEndpoint(scope, createConfig(scope, model, wanted), wanted);
    endpoint.addResourceDependency(role);
    endpoint.addResourceDependency(policy);
    scale(scope, endpoint, wanted);
  };
}

function createPolicy(scope: Construct, role: iam.CfnRole, { endpointName, archiveSha256 }: Wanted): iam.CfnPolicy {
  const logs = `arn:aws:logs:${region}:${account}:log-group:/aws/sagemaker/Endpoints/${endpointName}:*`;
  return new iam.CfnPolicy(scope, 'Policy', {
    policyName: 'endpoint',
    roles: [role.ref],
    policyDocument: {
      Statement: [
        {
          Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          Effect: 'Allow',
          Resource: logs,
        },
        {
          Action: 'cloudwatch:PutMetricData',
          Condition: { StringEquals: { 'cloudwatch:namespace': ['AWS/SageMaker', '/aws/sagemaker/Endpoints'] } },
          Effect: 'Allow',
          Resource: '*',
        },
        { Action: 'ecr:GetAuthorizationToken', Effect: 'Allow', Resource: '*' },
        {
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Effect: 'Allow',
          Resource: `arn:aws:ecr:${region}:${account}:repository/${GIVEN.repository}`,
        },
        {
          Action: 's3:GetObject',
          Effect: 'Allow',
          Resource: `arn:aws:s3:::${GIVEN.artifacts}/${archiveSha256}/model.tar.gz`,
        },
        {
          Action: 's3:PutObject',
          Effect: 'Allow',
          Resource: `arn:aws:s3:::${GIVEN.captured}/data-capture/${endpointName}/*`,
        },
      ],
      Version: '2012-10-17',
    },
  });
}

function createModel(scope: Construct, role: iam.CfnRole, { archiveSha256 }: Wanted): sagemaker.CfnModel {
  return new sagemaker.CfnModel(scope, 'Model', {
    executionRoleArn: role.attrArn,
    enableNetworkIsolation: true,
    primaryContainer: {
      image: `${account}.dkr.ecr.${region}.${Aws.URL_SUFFIX}/${GIVEN.repository}:${GIVEN.tag}`,
      modelDataUrl: `s3://${GIVEN.artifacts}/${archiveSha256}/model.tar.gz`,
    },
  });
}

function createConfig(
  scope: Construct,
  model: sagemaker.CfnModel,
  { instanceType, instances, capturePercent }: Wanted,
): sagemaker.CfnEndpointConfig {
  return new sagemaker.CfnEndpointConfig(scope, 'Config', {
    productionVariants: [
      {
        variantName: GIVEN.variantName,
        modelName: model.attrModelName,
        instanceType,
        initialInstanceCount: instances,
        initialVariantWeight: 1,
        routingConfig: { routingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      },
    ],
    dataCaptureConfig: {
      enableCapture: true,
      initialSamplingPercentage: capturePercent,
      destinationS3Uri: `s3://${GIVEN.captured}/data-capture`,
      captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
      captureContentTypeHeader: { jsonContentTypes: ['application/json'], csvContentTypes: ['text/csv'] },
    },
    metricsConfig: {
      metricPublishFrequencyInSeconds: 60,
      enableEnhancedMetrics: false,
      enableDetailedObservability: false,
    },
  });
}

function createEndpoint(
  scope: Construct,
  config: sagemaker.CfnEndpointConfig,
  { endpointName }: Wanted,
): sagemaker.CfnEndpoint {
  return new sagemaker.CfnEndpoint(scope, 'Endpoint', {
    endpointName,
    endpointConfigName: config.attrEndpointConfigName,
    retainAllVariantProperties: true,
  });
}

function scale(scope: Construct, endpoint: sagemaker.CfnEndpoint, wanted: Wanted): void {
  const target = new appscaling.CfnScalableTarget(scope, 'Target', {
    serviceNamespace: 'sagemaker',
    resourceId: `endpoint/${wanted.endpointName}/variant/${GIVEN.variantName}`,
    scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    minCapacity: wanted.instances,
    maxCapacity: wanted.maxInstances,
    roleArn: `arn:aws:iam::${account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`,
  });
  const policy = new appscaling.CfnScalingPolicy(scope, 'Tracking', {
    policyName: `${wanted.endpointName}-tracking`,
    policyType: 'TargetTrackingScaling',
    scalingTargetId: target.ref,
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: {
        predefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
      },
      scaleInCooldown: 300,
      scaleOutCooldown: 300,
      targetValue: GIVEN.concurrentRequestsPerInstance,
    },
  });
  for (const resource of [target, policy]) resource.addResourceDependency(endpoint);
}
