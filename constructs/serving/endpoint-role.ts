import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IExecutionRole } from '../private/permissions';

export interface EndpointRoleProps {
  readonly description: string;
}

/**
 * A role that SageMaker acts as, with one policy, by CloudFormation's own classes: `iam.Role` costs as much at synth as
 * the rest of an endpoint (docs/decisions/0023).
 */
export class EndpointRole extends Construct implements IExecutionRole {
  public readonly roleArn: string;

  private readonly resource: iam.CfnRole;
  private readonly document = new iam.PolicyDocument({ minimize: false });
  private role?: iam.IRole;

  constructor(scope: Construct, id: string, { description }: EndpointRoleProps) {
    super(scope, id);
    this.resource = new iam.CfnRole(this, 'Resource', { description, assumeRolePolicyDocument: SAGEMAKER_ASSUMES });
    this.roleArn = this.resource.attrArn;
    new RolePolicy(this, 'DefaultPolicy', { roleName: this.resource.ref, document: this.document });
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): void {
    this.document.addStatements(statement);
  }

  /** The role as the rest of aws-cdk-lib knows roles. What is granted to it is a policy of its own, below this construct. */
  public asRole(): iam.IRole {
    return (this.role ??= iam.Role.fromRoleName(this, 'Granted', this.resource.ref));
  }
}

const SAGEMAKER_ASSUMES = {
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }],
  Version: '2012-10-17',
};

interface RolePolicyProps {
  readonly roleName: string;
  readonly document: iam.PolicyDocument;
}

class RolePolicy extends Construct {
  constructor(scope: Construct, id: string, { roleName, document }: RolePolicyProps) {
    super(scope, id);
    const policy = new iam.CfnPolicy(this, 'Resource', {
      policyName: id,
      policyDocument: document,
      roles: [roleName],
    });
    // As iam.Role names it. IAM takes 128 characters.
    policy.policyName = Stack.of(this).getLogicalId(policy).slice(-128);
  }
}
