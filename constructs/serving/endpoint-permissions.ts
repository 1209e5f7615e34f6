import { ArnFormat, type aws_ecr as ecr, aws_iam as iam, type aws_kms as kms, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IModelArchive } from '../data';
import type { DataCapture } from './data-capture';
import type { IExecutionRole } from './endpoint-role';
import type { VariantNetwork } from './variant-resources';
import { acknowledgeWildcards, type Wildcard } from '../private/acknowledge';

/*
 * What SageMaker needs to run one endpoint, and no more.
 * Source: Amazon SageMaker AI developer guide (November 2026), "How to use SageMaker AI execution roles", section
 * "CreateModel API: Execution Role Permissions"; s3:PutObject: model-monitor-data-capture; cloudwatch:DescribeAlarms:
 * deployment-guardrails-configuration. Functions name what they have from elsewhere.
 */

/** A statement, and for each of its resources with a wildcard the reason why it can't be narrower. */
export interface Permission {
  readonly statement: iam.PolicyStatement;
  readonly wildcards?: readonly Wildcard[];
}

export function grantToRole(role: IExecutionRole, permissions: Permission[]): void {
  for (const { statement } of permissions) role.addToPrincipalPolicy(statement);
  acknowledgeWildcards(
    role,
    permissions.flatMap(({ wildcards }) => wildcards ?? []),
  );
}

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

export function pullImage(repository: ecr.IRepository): Permission[] {
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
      wildcards: ANY,
    },
    {
      statement: new iam.PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [repository.repositoryArn],
      }),
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

/**
 * SageMaker makes a grant on the key for the volumes of its instances, and for nothing else.
 *
 * Source: Amazon SageMaker API reference, RecommendationJobInputConfig, VolumeKmsKeyId, on the volumes of endpoints. No
 * page asks for kms:DescribeKey here; it is assumed, as the page on execution roles pairs the two for CreateDomain.
 */
export function encryptVolumes({ keyArn }: kms.IKey): Permission[] {
  return [
    {
      statement: new iam.PolicyStatement({
        actions: ['kms:CreateGrant'],
        resources: [keyArn],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
    },
    { statement: new iam.PolicyStatement({ actions: ['kms:DescribeKey'], resources: [keyArn] }) },
  ];
}

export function attachToVpc(scope: Construct, { subnetIds, securityGroups }: VariantNetwork): Permission[] {
  const ec2Arn = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName });
  const interfaces = ec2Arn('network-interface', '*');
  const subnets = subnetIds.map((id) => ec2Arn('subnet', id));
  const groups = securityGroups.map((group) => ec2Arn('security-group', group.securityGroupId));
  return [
    {
      statement: new iam.PolicyStatement({
        actions: ['ec2:CreateNetworkInterface'],
        resources: [interfaces, ...subnets, ...groups],
      }),
      wildcards: [
        { resource: interfaces, reason: 'EC2 names network interfaces; they can be made in these subnets only.' },
      ],
    },
    {
      statement: new iam.PolicyStatement({
        actions: [
          'ec2:CreateNetworkInterfacePermission',
          'ec2:DeleteNetworkInterface',
          'ec2:DeleteNetworkInterfacePermission',
        ],
        resources: [interfaces],
        conditions: { StringEquals: { 'ec2:Subnet': subnets } },
      }),
    },
    {
      statement: new iam.PolicyStatement({
        actions: [
          'ec2:DescribeDhcpOptions',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
        ],
        resources: ['*'],
      }),
      wildcards: ANY,
    },
  ];
}

export function readAlarms(): Permission[] {
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
      wildcards: ANY,
    },
  ];
}

function useThroughS3(key: kms.IKey | undefined, actions: string[]): Permission[] {
  if (!key) return [];
  const { region, urlSuffix } = Stack.of(key);
  return [
    {
      statement: new iam.PolicyStatement({
        actions,
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.${urlSuffix}` } },
      }),
    },
  ];
}

const ANY = [
  { resource: '*', reason: 'These actions take no resource: they describe, log in or put metrics of SageMaker.' },
];
