import { aws_iam as iam, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { integrationArn, trainingJobArn } from './sagemaker-arns';
import { serviceTask } from './service-task';

export interface StopTrainingJobProps {
  readonly jobPrefix: string;
  /** JSONPath to the job's name. */
  readonly jobNamePath: string;
}

/** A state that asks a training job to stop. SageMaker tells the container, which has two minutes to save. */
export function stopTrainingJob(
  scope: Construct,
  id: string,
  { jobPrefix, jobNamePath }: StopTrainingJobProps,
): sfn.TaskStateBase {
  return serviceTask(scope, id, {
    resource: integrationArn(scope, 'stopTrainingJob'),
    parameters: { 'TrainingJobName.$': jobNamePath },
    statements: [
      new iam.PolicyStatement({
        actions: ['sagemaker:StopTrainingJob'],
        resources: [trainingJobArn(scope, `${jobPrefix}-*`)],
      }),
    ],
  });
}
