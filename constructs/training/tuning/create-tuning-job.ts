import { aws_iam as iam, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TuningSpec } from './spec';
import { passRole, renderDefinition, renderTags } from '../sagemaker-create-job';
import { ADVICE } from '../polling-machine';
import { serviceTask } from '../service-task';
import { integrationArn, tuningJobArn } from '../sagemaker-arns';

/** A state that makes one tuning job: aws-cdk-lib has none. It does not wait for the tuning job: the machine polls. */
export function createHyperParameterTuningJob(scope: Construct, id: string, spec: TuningSpec): sfn.TaskStateBase {
  return serviceTask(scope, id, {
    resource: integrationArn(scope, 'createHyperParameterTuningJob'),
    parameters: {
      'HyperParameterTuningJobName.$': `${ADVICE}.state.name`,
      HyperParameterTuningJobConfig: spec.config,
      TrainingJobDefinition: {
        'StaticHyperParameters.$': `${ADVICE}.hyperparameters`,
        StoppingCondition: spec.stoppingCondition,
        EnableManagedSpotTraining: spec.spot,
        ...(spec.keepsCheckpoints ? { CheckpointConfig: { 'S3Uri.$': `${ADVICE}.checkpointsUri` } } : {}),
        ...renderDefinition(spec.training),
      },
      ...(spec.warmStartType === undefined
        ? {}
        : {
            WarmStartConfig: {
              WarmStartType: spec.warmStartType,
              'ParentHyperParameterTuningJobs.$': `${ADVICE}.parents`,
            },
          }),
      Tags: renderTags(spec.training),
    },
    statements: [
      new iam.PolicyStatement({
        actions: ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:AddTags'],
        resources: [tuningJobArn(scope, `${spec.training.jobPrefix}-*`)],
      }),
      passRole(spec.training.role),
    ],
  });
}
