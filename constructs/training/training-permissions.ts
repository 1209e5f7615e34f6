import { aws_iam as iam } from 'aws-cdk-lib';
import { BATCH_ENTRY, TRAINING } from './constants';
import type { DataChannel } from './data-channel';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import { ANY, type Permission, useThroughS3 } from '../private/permissions';

/* What training needs of data, checkpoints and models, whatever the engine, and no more. */

/** What models take of their key (API CreateTrainingJob, OutputDataConfig, November 2026: "must include permissions to call kms:Encrypt"). */
export const MODEL_KEY_ACTIONS = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** Of the role of jobs, whatever they train on. */
export function storagePermissions(
  clusterName: string,
  { checkpoints, output }: GpuTrainingClusterProps,
): Permission[] {
  const keys = `${checkpoints.prefix}/${clusterName}/*`;
  const kept = checkpoints.bucket.arnForObjects(keys);
  const models = output.arnForObjects('models/*');
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [kept] }),
      wildcards: [
        { resource: kept, reason: 'Trainers name their checkpoints, below the prefix of this cluster alone.' },
      ],
    },
    list(checkpoints.bucket.bucketArn, keys),
    {
      statement: new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [models] }),
      wildcards: [{ resource: models, reason: 'Models are named after their jobs, which differ from run to run.' }],
    },
    ...useThroughS3(checkpoints.bucket.encryptionKey, ['kms:Decrypt', 'kms:GenerateDataKey']),
    ...useThroughS3(output.encryptionKey, MODEL_KEY_ACTIONS),
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

/** Of the function that advises runs, beside what the engine asks for: it looks, and publishes metrics. */
export function advicePermissions(
  clusterName: string,
  { checkpoints: { bucket, prefix }, engine }: GpuTrainingClusterProps,
): Permission[] {
  const files = [TRAINING.progressFile, ...(engine?.batchOptions ? [BATCH_ENTRY.ownerFile] : [])];
  const read = files.map((file) => bucket.arnForObjects(`${prefix}/${clusterName}/*/${file}`));
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: read }),
      wildcards: read.map((resource) => ({
        resource,
        reason: 'Each run has a folder of its own, with this one file to read.',
      })),
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

function list(bucketArn: string, keys: string): Permission {
  return {
    statement: new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': keys } },
    }),
  };
}
