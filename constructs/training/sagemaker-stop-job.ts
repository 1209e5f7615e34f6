import { aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { integrationArn, trainingJobArn } from './sagemaker-arns';

export interface StopTrainingJobProps {
  readonly jobPrefix: string;
  /** JSONPath to the job's name. */
  readonly jobNamePath: string;
}

/** A state that asks a training job to stop. SageMaker tells the container, which has two minutes to save. */
export class StopTrainingJob extends sfn.TaskStateBase {
  protected readonly taskMetrics: sfn.TaskMetricsConfig | undefined;
  protected readonly taskPolicies: iam.PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: StopTrainingJobProps,
  ) {
    super(scope, id, { resultPath: sfn.JsonPath.DISCARD });
    this.taskPolicies = [
      new iam.PolicyStatement({
        actions: ['sagemaker:StopTrainingJob'],
        resources: [trainingJobArn(this, `${props.jobPrefix}-*`)],
      }),
    ];
  }

  /** @internal */
  protected _renderTask(): unknown {
    return {
      Resource: integrationArn(this, 'stopTrainingJob'),
      Parameters: { 'TrainingJobName.$': this.props.jobNamePath },
    };
  }
}
