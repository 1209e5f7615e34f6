import { aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TuningSpec } from './spec';
import { passRole, renderDefinition, renderTags } from '../sagemaker-create-job';
import { integrationArn, tuningJobArn } from '../sagemaker-arns';

export interface CreateHyperParameterTuningJobProps {
  readonly spec: TuningSpec;
  /** JSONPath to the handler's advice. */
  readonly advicePath: string;
}

/**
 * A state that makes one tuning job, and what it needs of IAM: aws-cdk-lib has no task for it. It does not wait for the tuning job:
 * the machine polls.
 */
export class CreateHyperParameterTuningJob extends sfn.TaskStateBase {
  protected readonly taskMetrics: sfn.TaskMetricsConfig | undefined;
  protected readonly taskPolicies: iam.PolicyStatement[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CreateHyperParameterTuningJobProps,
  ) {
    super(scope, id, { resultPath: sfn.JsonPath.DISCARD });
    this.taskPolicies = this.renderPolicies();
  }

  /** @internal */
  protected _renderTask(): unknown {
    return { Resource: integrationArn(this, 'createHyperParameterTuningJob'), Parameters: this.renderParameters() };
  }

  private renderParameters(): Record<string, unknown> {
    const { spec, advicePath } = this.props;
    return {
      'HyperParameterTuningJobName.$': `${advicePath}.state.name`,
      HyperParameterTuningJobConfig: spec.config,
      TrainingJobDefinition: {
        'StaticHyperParameters.$': `${advicePath}.hyperparameters`,
        StoppingCondition: spec.stoppingCondition,
        EnableManagedSpotTraining: spec.spot,
        ...(spec.keepsCheckpoints ? { CheckpointConfig: { 'S3Uri.$': `${advicePath}.checkpointsUri` } } : {}),
        ...renderDefinition(spec.training),
      },
      ...(spec.warmStartType === undefined
        ? {}
        : {
            WarmStartConfig: {
              WarmStartType: spec.warmStartType,
              'ParentHyperParameterTuningJobs.$': `${advicePath}.parents`,
            },
          }),
      Tags: renderTags(spec.training),
    };
  }

  private renderPolicies(): iam.PolicyStatement[] {
    const { jobPrefix, role } = this.props.spec.training;
    return [
      new iam.PolicyStatement({
        actions: ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:AddTags'],
        resources: [tuningJobArn(this, `${jobPrefix}-*`)],
      }),
      passRole(role),
    ];
  }
}
