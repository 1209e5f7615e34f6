import { aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { batchIntegrationArn } from './batch-arns';
import { CLUSTER_TAG } from './batch-permissions';

export interface TerminateJobProps {
  readonly clusterName: string;
  /** ARN of every job. */
  readonly jobs: string;
  /** JSONPath to the job's id. */
  readonly jobIdPath: string;
}

/** A state that asks a job to stop: one that waits is cancelled, and the container of one that runs is told. */
export class TerminateJob extends sfn.TaskStateBase {
  protected readonly taskMetrics: sfn.TaskMetricsConfig | undefined;
  protected readonly taskPolicies: iam.PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TerminateJobProps,
  ) {
    super(scope, id, { resultPath: sfn.JsonPath.DISCARD });
    this.taskPolicies = [
      new iam.PolicyStatement({
        actions: ['batch:TerminateJob'],
        resources: [props.jobs],
        conditions: { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: props.clusterName } },
      }),
    ];
  }

  /** @internal */
  protected _renderTask(): unknown {
    return {
      Resource: batchIntegrationArn(this, 'terminateJob'),
      Parameters: { 'JobId.$': this.props.jobIdPath, Reason: 'The run goes on elsewhere, or has come to its limit' },
    };
  }
}
