import { ArnFormat, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TRAINING } from './constants';
import type { DataChannel } from './data-channel';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import { trainingJobArn } from './task-arns';
import {
  ANY,
  type AttachedNetwork,
  attachToVpc,
  encryptVolumes,
  type Permission,
  useThroughS3,
} from '../private/permissions';

/*
 * What SageMaker needs to run training jobs of one cluster, and no more.
 * Source: Amazon SageMaker AI developer guide (November 2026), "How to use SageMaker AI execution roles", section
 * "CreateTrainingJob API: Execution Role Permissions".
 */

/** Of the role of jobs, whatever they train on. */
export function trainingPermissions(
  scope: Construct,
  clusterName: string,
  { checkpoints, output, encryptionKey }: GpuTrainingClusterProps,
  network: AttachedNetwork | undefined,
): Permission[] {
  const keys = `${checkpoints.prefix}/${clusterName}/*`;
  const kept = checkpoints.bucket.arnForObjects(keys);
  const models = output.arnForObjects('models/*');
  return [
    ...telemetry(scope),
    {
      statement: new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [kept] }),
      wildcards: [
        { resource: kept, reason: 'Trainers name their checkpoints, below the prefix of this cluster alone.' },
      ],
    },
    list(checkpoints.bucket.bucketArn, keys),
    {
      statement: new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [models] }),
      wildcards: [
        { resource: models, reason: 'SageMaker names models after their jobs, which differ from run to run.' },
      ],
    },
    ...useThroughS3(checkpoints.bucket.encryptionKey, ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...useThroughS3(output.encryptionKey, ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...(encryptionKey ? encryptVolumes(encryptionKey) : []),
    ...useThroughS3(encryptionKey, ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...(network ? attachToVpc(scope, network) : []),
  ];
}

/** Of the role of jobs, for what a channel brings. */
export function readChannel({ bucket, options }: DataChannel): Permission[] {
  if (!bucket) return [];
  const objects = bucket.arnForObjects(`${options.prefix ?? ''}*`);
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }),
      wildcards: [
        { resource: objects, reason: 'A channel is all objects below its prefix, whatever their names are.' },
      ],
    },
    list(bucket.bucketArn, `${options.prefix ?? ''}*`),
    ...useThroughS3(bucket.encryptionKey, ['kms:Decrypt']),
  ];
}

/** Of the function that advises runs: it looks, and publishes metrics. */
export function advicePermissions(scope: Construct, clusterName: string, props: GpuTrainingClusterProps): Permission[] {
  const { bucket, prefix } = props.checkpoints;
  const jobs = trainingJobArn(scope, `${clusterName}-*`);
  const progress = bucket.arnForObjects(`${prefix}/${clusterName}/*/${TRAINING.progressFile}`);
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs] }),
      wildcards: [
        { resource: jobs, reason: 'Each run makes jobs of its own, whose names begin with the name of this cluster.' },
      ],
    },
    {
      statement: new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [progress] }),
      wildcards: [
        { resource: progress, reason: 'Each run has a folder of its own, with one file that tells its progress.' },
      ],
    },
    // Without it S3 answers AccessDenied for a file that is not there yet.
    list(bucket.bucketArn, `${prefix}/${clusterName}/*`),
    ...useThroughS3(bucket.encryptionKey, ['kms:Decrypt']),
    {
      statement: new iam.PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': TRAINING.namespace } },
      }),
      wildcards: ANY,
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

function list(bucketArn: string, keys: string): Permission {
  return {
    statement: new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': keys } },
    }),
  };
}
