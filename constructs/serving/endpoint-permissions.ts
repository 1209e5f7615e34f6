import { ArnFormat, type aws_cloudwatch as cloudwatch, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IModelArchive } from '../data';
import type { DataCapture } from './data-capture';
import { ANY, type Permission, useThroughS3 } from '../private/permissions';

/*
 * What SageMaker needs to run one endpoint, and no more.
 * Source: Amazon SageMaker AI developer guide (November 2026), "How to use SageMaker AI execution roles", section
 * "CreateModel API: Execution Role Permissions"; s3:PutObject: model-monitor-data-capture; cloudwatch:DescribeAlarms:
 * deployment-guardrails-configuration. Functions name what they have from elsewhere.
 */

export function telemetry(scope: Construct, endpointName: string): Permission[] {
  // With `:*` at its end, which holds the streams too: so policies name a group for all actions but those on tags. The
  // service authorization reference prints its ARN without; granted alone, that has been refused in public. Source:
  // CloudWatch Logs user guide, "Overview of managing access permissions to your CloudWatch Logs resources".
  const logGroup = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `/aws/sagemaker/Endpoints/${endpointName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    {
      statement: new iam.PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [logGroup],
      }),
      wildcards: [{ resource: logGroup, reason: 'SageMaker names a log stream for each variant and instance.' }],
    },
    {
      statement: new iam.PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': ['AWS/SageMaker', '/aws/sagemaker/Endpoints'] } },
      }),
      wildcards: ANY,
    },
  ];
}

export function readArchive({ bucket, objectKey }: IModelArchive): Permission[] {
  return [
    {
      statement: new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(objectKey)],
      }),
    },
    ...useThroughS3(bucket.encryptionKey, ['kms:Decrypt']),
  ];
}

export function writeCapture({ bucket, prefix }: DataCapture, endpointName: string): Permission[] {
  const captured = bucket.arnForObjects(`${prefix}/${endpointName}/*`);
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [captured] }),
      wildcards: [
        { resource: captured, reason: 'SageMaker names captured objects, below the prefix of this endpoint alone.' },
      ],
    },
    ...useThroughS3(bucket.encryptionKey, ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
}

export function readAlarm({ alarmArn }: cloudwatch.IAlarm): Permission {
  return { statement: new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: [alarmArn] }) };
}
