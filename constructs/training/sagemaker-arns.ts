import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Step Functions' integration with an action of SageMaker, whose errors have the names that the API gives them. */
export function integrationArn(scope: IConstruct, action: string): string {
  return `arn:${Stack.of(scope).partition}:states:::aws-sdk:sagemaker:${action}`;
}

export function trainingJobArn(scope: IConstruct, name: string): string {
  return sagemakerArn(scope, 'training-job', name);
}

export function tuningJobArn(scope: IConstruct, name: string): string {
  return sagemakerArn(scope, 'hyper-parameter-tuning-job', name);
}

function sagemakerArn(scope: IConstruct, resource: string, resourceName: string): string {
  const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource, resourceName, arnFormat });
}

/** Of training plans, each of which is made of some that SageMaker names. Source: service authorization reference, CreateTrainingJob. */
export function reservedCapacityArn(scope: IConstruct): string {
  return Stack.of(scope).formatArn({ service: 'sagemaker', resource: 'reserved-capacity', resourceName: '*' });
}
