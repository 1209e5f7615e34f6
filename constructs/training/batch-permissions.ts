import { ArnFormat, aws_iam as iam, type aws_logs as logs, Fn, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Wildcard } from '../private/acknowledge';
import { ANY, type Permission } from '../private/permissions';

/*
 * What Batch and its instances need, and no more. Sources: Service Authorization Reference, "Actions, resources, and condition
 * keys for AWS Batch"; Amazon ECS developer guide, "Amazon ECS container instance IAM role" (November 2026).
 */

/** Tag of every job of a cluster: it tells them from others of the account. */
export const CLUSTER_TAG = 'slipway:cluster';

/** Of the function that advises runs. */
export function lookAtJobs(): Permission[] {
  return [
    {
      statement: new iam.PolicyStatement({ actions: ['batch:DescribeJobs', 'batch:ListJobs'], resources: ['*'] }),
      wildcards: [{ resource: '*', reason: 'Listing and describing jobs take no resource, and nor do metrics.' }],
    },
  ];
}

/** Of instances: the agent of ECS registers them, and asks for tasks. Batch names its ECS clusters. */
export function agentPermissions(scope: IConstruct): Permission[] {
  const ecs = (resource: string) =>
    Stack.of(scope).formatArn({
      service: 'ecs',
      resource,
      resourceName: '*',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  const [cluster, instance] = [ecs('cluster'), ecs('container-instance')];
  const reason = 'Batch makes an ECS cluster for each compute environment, and names it and its instances.';
  return [
    {
      statement: new iam.PolicyStatement({
        actions: [
          'ecs:DeregisterContainerInstance',
          'ecs:RegisterContainerInstance',
          'ecs:SubmitAttachmentStateChanges',
          'ecs:SubmitContainerStateChange',
          'ecs:SubmitTaskStateChange',
        ],
        resources: [cluster],
      }),
      wildcards: [{ resource: cluster, reason }],
    },
    {
      statement: new iam.PolicyStatement({
        actions: ['ecs:Poll', 'ecs:StartTelemetrySession', 'ecs:UpdateContainerInstancesState'],
        resources: [instance],
      }),
      wildcards: [{ resource: instance, reason }],
    },
    {
      statement: new iam.PolicyStatement({ actions: ['ecs:DiscoverPollEndpoint'], resources: ['*'] }),
      wildcards: ANY,
    },
  ];
}

/** Of the role that ECS starts containers with. */
export function writeLogs(logGroup: logs.ILogGroup): Permission[] {
  return [
    {
      statement: new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    },
  ];
}

export function jobArn(scope: IConstruct): string {
  return Stack.of(scope).formatArn({
    service: 'batch',
    resource: 'job',
    resourceName: '*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** Every revision of a job definition: a run that was started before a deployment goes on with the one that it began with. */
export function everyRevision(scope: IConstruct, jobDefinitionArn: string): string {
  const nameAndRevision = Fn.select(1, Fn.split('/', jobDefinitionArn));
  return Stack.of(scope).formatArn({
    service: 'batch',
    resource: 'job-definition',
    resourceName: `${Fn.select(0, Fn.split(':', nameAndRevision))}:*`,
  });
}

/** Of the machine's role. */
export function jobWildcards(jobs: string, definitions: string): Wildcard[] {
  return [
    { resource: jobs, reason: 'Batch names jobs by itself; the tag of this cluster tells its own from others.' },
    { resource: definitions, reason: 'A run goes on with the revision that it began with, across deployments.' },
  ];
}
