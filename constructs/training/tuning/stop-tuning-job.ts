import { aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { integrationArn, tuningJobArn } from '../sagemaker-arns';

export interface StopHyperParameterTuningJobProps {
  readonly jobPrefix: string;
  /** JSONPath to the tuning job's name. */
  readonly jobNamePath: string;
}

/** A state that asks a tuning job to stop. SageMaker stops its training jobs, which have two minutes to save. */
export class StopHyperParameterTuningJob extends sfn.TaskStateBase {
  protected readonly taskMetrics: sfn.TaskMetricsConfig | undefined;
  protected readonly taskPolicies: iam.PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: StopHyperParameterTuningJobProps,
  ) {
    super(scope, id, { resultPath: sfn.JsonPath.DISCARD });
    this.taskPolicies = [
      new iam.PolicyStatement({
        actions: ['sagemaker:StopHyperParameterTuningJob'],
        resources: [tuningJobArn(this, `${props.jobPrefix}-*`)],
      }),
    ];
  }

  /** @internal */
  protected _renderTask(): unknown {
    return {
      Resource: integrationArn(this, 'stopHyperParameterTuningJob'),
      Parameters: { 'HyperParameterTuningJobName.$': this.props.jobNamePath },
    };
  }
}
