import { aws_iam as iam, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { batchIntegrationArn } from './batch-arns';
import { CLUSTER_TAG } from './batch-permissions';
import { BATCH_ENTRY, TRAINING } from './constants';
import { ADVICE } from './polling-machine';
import { serviceTask } from './service-task';

export interface SubmitJobProps {
  readonly clusterName: string;
  readonly queueArn: string;
  readonly jobDefinitionArn: string;
  /** ARN of every revision of that. */
  readonly jobDefinitions: string;
  /** ARN of every job. */
  readonly jobs: string;
  readonly nodes: number;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A state that submits one job. It does not wait for the job: the machine polls.
 *
 * It is not tried again. Batch makes a job for every request, whatever its name, so the adviser looks first whether the job is
 * there. Where two were made all the same, the first to start takes the checkpoint prefix, and the other ends.
 */
export function submitJob(scope: Construct, id: string, props: SubmitJobProps): sfn.TaskStateBase {
  const { clusterName, queueArn, jobDefinitions, jobs } = props;
  return serviceTask(scope, id, {
    resource: batchIntegrationArn(scope, 'submitJob'),
    parameters: renderParameters(props),
    statements: [
      // The reference lists the job itself beside queue and definition.
      new iam.PolicyStatement({ actions: ['batch:SubmitJob'], resources: [queueArn, jobDefinitions, jobs] }),
      new iam.PolicyStatement({
        actions: ['batch:TagResource'],
        resources: [jobs],
        conditions: { StringEquals: { [`aws:RequestTag/${CLUSTER_TAG}`]: clusterName } },
      }),
    ],
    resultPath: `${ADVICE}.result.batchJob`,
  });
}

function renderParameters({
  clusterName,
  queueArn,
  jobDefinitionArn,
  nodes,
  tags,
}: SubmitJobProps): Record<string, unknown> {
  const overrides = {
    Environment: [
      { Name: 'TRAINING_JOB_NAME', 'Value.$': `${ADVICE}.job.name` },
      { Name: TRAINING.executionVariable, 'Value.$': `${ADVICE}.state.execution` },
      { Name: BATCH_ENTRY.checkpoints, 'Value.$': `${ADVICE}.job.checkpointsUri` },
      { Name: BATCH_ENTRY.attempt, 'Value.$': `States.Format('{}', ${ADVICE}.state.attempt)` },
      { Name: BATCH_ENTRY.hyperparameters, 'Value.$': `States.JsonToString(${ADVICE}.hyperparameters)` },
    ],
  };
  return {
    'JobName.$': `${ADVICE}.job.name`,
    JobQueue: queueArn,
    JobDefinition: jobDefinitionArn,
    Timeout: { 'AttemptDurationSeconds.$': `${ADVICE}.job.maxRuntimeSeconds` },
    ...(nodes === 1
      ? { ContainerOverrides: overrides }
      : { NodeOverrides: { NodePropertyOverrides: [{ TargetNodes: '0:', ContainerOverrides: overrides }] } }),
    PropagateTags: true,
    Tags: { ...tags, [CLUSTER_TAG]: clusterName },
  };
}
