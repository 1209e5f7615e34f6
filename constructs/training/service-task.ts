import { type aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface ServiceTaskProps {
  /** ARN of the integration. */
  readonly resource: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the machine's role needs for it. */
  readonly statements: iam.PolicyStatement[];
  /** @default - the answer is not kept */
  readonly resultPath?: string;
}

/**
 * A state that makes one call of a service, and what it needs of IAM: a plain custom state grants nothing.
 *
 * Its class is made here, and not for the module: that would load Step Functions for everyone who imports the library.
 */
export function serviceTask(scope: Construct, id: string, props: ServiceTaskProps): sfn.TaskStateBase {
  class ServiceTask extends sfn.TaskStateBase {
    protected readonly taskMetrics: sfn.TaskMetricsConfig | undefined;
    protected readonly taskPolicies = props.statements;

    /** @internal */
    protected _renderTask(): unknown {
      return { Resource: props.resource, Parameters: props.parameters };
    }
  }

  return new ServiceTask(scope, id, { resultPath: props.resultPath ?? sfn.JsonPath.DISCARD });
}
