import { ArnFormat, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { trainingJobArn } from './sagemaker-arns';
import {
  ANY,
  type AttachedNetwork,
  attachToVpc,
  encryptVolumes,
  type Permission,
  useThroughS3,
} from '../private/permissions';
import { MODEL_KEY_ACTIONS } from './training-permissions';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';

/*
 * What SageMaker needs to run training jobs of one cluster, beside data, checkpoints and models, and no more.
 * Source: Amazon SageMaker AI developer guide (November 2026), "How to use SageMaker AI execution roles", section
 * "CreateTrainingJob API: Execution Role Permissions".
 */

/** Of the role of jobs. */
export function sageMakerRolePermissions(
  scope: Construct,
  { encryptionKey }: GpuTrainingClusterProps,
  network: AttachedNetwork | undefined,
): Permission[] {
  return [
    ...telemetry(scope),
    ...(encryptionKey ? encryptVolumes(encryptionKey) : []),
    ...useThroughS3(encryptionKey, MODEL_KEY_ACTIONS),
    ...(network ? attachToVpc(scope, network) : []),
  ];
}

/** Of the function that advises runs. */
export function describeTrainingJobs(scope: Construct, clusterName: string): Permission[] {
  const jobs = trainingJobArn(scope, `${clusterName}-*`);
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] }),
      wildcards: [
        { resource: jobs, reason: 'Each run makes jobs of its own, whose names begin with the name of this cluster.' },
      ],
    },
  ];
}

function telemetry(scope: Construct): Permission[] {
  const logGroup = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '/aws/sagemaker/TrainingJobs:*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    {
      statement: new iam.PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [logGroup],
      }),
      wildcards: [{ resource: logGroup, reason: 'SageMaker names a log stream for each node of each job.' }],
    },
    {
      statement: new iam.PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': ['AWS/SageMaker', '/aws/sagemaker/TrainingJobs'] } },
      }),
      wildcards: ANY,
    },
  ];
}
