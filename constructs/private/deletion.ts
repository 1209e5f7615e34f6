import { RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './fail';

/** The second key: without this context flag, set to true, no construct of the library lets CloudFormation delete data. */
export const DELETION_CONTEXT = 'cdk-slipway:allowDataDeletion';

/** The removal policy of a resource that holds data: DESTROY is refused unless the context flag is set too. */
export function dataRemovalPolicy(scope: IConstruct, given: RemovalPolicy = RemovalPolicy.RETAIN): RemovalPolicy {
  if (given === RemovalPolicy.DESTROY && String(scope.node.tryGetContext(DELETION_CONTEXT)) !== 'true') {
    fail(
      scope,
      `removalPolicy is DESTROY, but context ${DELETION_CONTEXT} is not true: deleting data takes both keys. ` +
        'Set the context flag as well, or keep RETAIN',
    );
  }
  return given;
}
