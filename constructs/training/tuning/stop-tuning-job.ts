import { aws_iam as iam, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { integrationArn, tuningJobArn } from '../sagemaker-arns';
import { serviceTask } from '../service-task';

export interface StopHyperParameterTuningJobProps {
  readonly jobPrefix: string;
  /** JSONPath to the tuning job's name. */
  readonly jobNamePath: string;
}

/** A state that asks a tuning job to stop. SageMaker stops its training jobs, which have two minutes to save. */
export function stopHyperParameterTuningJob(
  scope: Construct,
  id: string,
  { jobPrefix, jobNamePath }: StopHyperParameterTuningJobProps,
): sfn.TaskStateBase {
  return serviceTask(scope, id, {
    resource: integrationArn(scope, 'stopHyperParameterTuningJob'),
    parameters: { 'HyperParameterTuningJobName.$': jobNamePath },
    statements: [
      new iam.PolicyStatement({
        actions: ['sagemaker:StopHyperParameterTuningJob'],
        resources: [tuningJobArn(scope, `${jobPrefix}-*`)],
      }),
    ],
  });
}
