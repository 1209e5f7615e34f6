import { aws_iam as iam, type aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TRAINING } from './constants';
import { ADVICE } from './polling-machine';
import { retryShortly } from './retry-shortly';
import { integrationArn, reservedCapacityArn, trainingJobArn } from './sagemaker-arns';
import { serviceTask } from './service-task';

/** A training job as the machine asks for it. What differs from run to run comes from the handler's advice. */
export interface TrainingJobSpec {
  readonly jobPrefix: string;
  readonly imageUri: string;
  readonly role: iam.IRole;
  readonly instanceType: string;
  readonly nodes: number;
  readonly outputUri: string;
  /** Of the key that encrypts models. */
  readonly outputKeyArn?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Fields of CreateTrainingJob that are the same for every run, as the API names them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Fields of its ResourceConfig beside type and count. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** Of a plan whose instances are used: whoever makes the job must be allowed to. */
  readonly trainingPlanArn?: string;
  readonly algorithm: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CreateTrainingJobProps {
  readonly spec: TrainingJobSpec;
  readonly spot: boolean;
}

/**
 * A state that makes one training job: aws-cdk-lib's own has no fields for Spot, checkpoints and waiting. It does not wait for the
 * job: the machine polls.
 */
export function createTrainingJob(
  scope: Construct,
  id: string,
  { spec, spot }: CreateTrainingJobProps,
): sfn.TaskStateBase {
  const task = serviceTask(scope, id, {
    resource: integrationArn(scope, 'createTrainingJob'),
    parameters: {
      'TrainingJobName.$': `${ADVICE}.job.name`,
      'HyperParameters.$': `${ADVICE}.hyperparameters`,
      StoppingCondition: {
        'MaxRuntimeInSeconds.$': `${ADVICE}.job.maxRuntimeSeconds`,
        ...(spot ? { 'MaxWaitTimeInSeconds.$': `${ADVICE}.job.maxWaitSeconds` } : {}),
      },
      EnableManagedSpotTraining: spot,
      CheckpointConfig: { 'S3Uri.$': `${ADVICE}.job.checkpointsUri` },
      ...renderDefinition(spec),
      Environment: { ...spec.environment, [`${TRAINING.executionVariable}.$`]: `${ADVICE}.state.execution` },
      Tags: renderTags(spec),
    },
    statements: createStatements(scope, spec),
  });
  task.addRetry({
    errors: ['SageMaker.ResourceInUseException', 'SageMaker.ResourceLimitExceededException'],
    maxAttempts: 0,
  });
  // Its name is unique: asked for again, it is the same job.
  retryShortly(task);
  return task;
}

function createStatements(
  scope: Construct,
  { jobPrefix, role, trainingPlanArn }: TrainingJobSpec,
): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['sagemaker:CreateTrainingJob', 'sagemaker:AddTags'],
      resources: [trainingJobArn(scope, `${jobPrefix}-*`)],
    }),
    ...(trainingPlanArn === undefined
      ? []
      : [
          new iam.PolicyStatement({
            actions: ['sagemaker:CreateTrainingJob'],
            resources: [trainingPlanArn, reservedCapacityArn(scope)],
          }),
        ]),
    passRole(role),
  ];
}

/** What a training job is made of, whoever starts it. */
export function renderDefinition(spec: TrainingJobSpec): Record<string, unknown> {
  return {
    RoleArn: spec.role.roleArn,
    AlgorithmSpecification: { TrainingImage: spec.imageUri, TrainingInputMode: 'File', ...spec.algorithm },
    OutputDataConfig: {
      S3OutputPath: spec.outputUri,
      ...(spec.outputKeyArn === undefined ? {} : { KmsKeyId: spec.outputKeyArn }),
    },
    ResourceConfig: {
      InstanceType: spec.instanceType,
      InstanceCount: spec.nodes,
      ...spec.resources,
      ...(spec.trainingPlanArn === undefined ? {} : { TrainingPlanArn: spec.trainingPlanArn }),
    },
    Environment: spec.environment,
    ...spec.fields,
  };
}

export function renderTags({ tags }: TrainingJobSpec): unknown {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Lets a machine give SageMaker the role of jobs. */
export function passRole({ roleArn }: iam.IRole): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  });
}
