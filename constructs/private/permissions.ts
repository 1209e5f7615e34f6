import { type aws_ec2 as ec2, type aws_ecr as ecr, aws_iam as iam, type aws_kms as kms, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { acknowledgeWildcards, type Wildcard } from './acknowledge';

/*
 * Statements that roles of several areas need, and how roles get them. Source, where a function names no other: Amazon
 * SageMaker AI developer guide (November 2026), "How to use SageMaker AI execution roles".
 */

/** A role that a service acts as: one of our own, or one that is given. */
export interface IExecutionRole extends IConstruct {
  readonly roleArn: string;
  addToPrincipalPolicy(statement: iam.PolicyStatement): unknown;
}

/** Subnets and security groups that containers are attached to. */
export interface AttachedNetwork {
  readonly subnetIds: string[];
  readonly securityGroups: ec2.ISecurityGroup[];
}

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

export function attachToVpc(scope: Construct, { subnetIds, securityGroups }: AttachedNetwork): Permission[] {
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

/** Of a key, what S3 asks for on behalf of the role, and nothing else. */
export function useThroughS3(key: kms.IKey | undefined, actions: string[]): Permission[] {
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

/** Of statements for all resources, whose actions know no narrower ones. */
export const ANY = [
  { resource: '*', reason: 'These actions take no resource: they describe, log in or put metrics of SageMaker.' },
];
