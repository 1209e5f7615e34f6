import { aws_iam as iam, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { batchIntegrationArn } from './batch-arns';
import { CLUSTER_TAG } from './batch-permissions';
import { serviceTask } from './service-task';

export interface TerminateJobProps {
  readonly clusterName: string;
  /** ARN of every job. */
  readonly jobs: string;
  /** JSONPath to the job's id. */
  readonly jobIdPath: string;
}

/** A state that asks a job to stop: one that waits is cancelled, and the container of one that runs is told. */
export function terminateJob(
  scope: Construct,
  id: string,
  { clusterName, jobs, jobIdPath }: TerminateJobProps,
): sfn.TaskStateBase {
  return serviceTask(scope, id, {
    resource: batchIntegrationArn(scope, 'terminateJob'),
    parameters: { 'JobId.$': jobIdPath, Reason: 'The run goes on elsewhere, or has come to its limit' },
    statements: [
      new iam.PolicyStatement({
        actions: ['batch:TerminateJob'],
        resources: [jobs],
        conditions: { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterName } },
      }),
    ],
  });
}
