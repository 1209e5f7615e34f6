import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Step Functions' integration with an action of Batch, whose errors have the names that the API gives them. */
export function batchIntegrationArn(scope: IConstruct, action: string): string {
  return `arn:${Stack.of(scope).partition}:states:::aws-sdk:batch:${action}`;
}
