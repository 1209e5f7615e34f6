import type { Stack } from 'aws-cdk-lib';
import {
  aws_ec2 as ec2,
  aws_iam as iam,
  aws_kms as kms,
  aws_lambda as lambda,
  aws_s3 as s3,
  aws_sso as sso,
  CfnResource,
  Fn,
} from 'aws-cdk-lib';
import { compared } from './assemblies';

const role = (stack: Stack) =>
  new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
const allowing =
  (...statements: iam.PolicyStatementProps[]) =>
  (stack: Stack) => {
    const found = role(stack);
    // One policy, whatever it says.
    new iam.Policy(stack, 'Policy', {
      roles: [found],
      statements: statements.map((one) => new iam.PolicyStatement(one)),
    });
  };
const may = (actions: string[], resources = ['*'], more: iam.PolicyStatementProps = {}): iam.PolicyStatementProps => ({
  actions,
  resources,
  ...more,
});
const DENY = { effect: iam.Effect.DENY };

/** A line for each permission: who may what on what, and if what. */
async function lines(before: (stack: Stack) => unknown, after: (stack: Stack) => unknown): Promise<string[]> {
  const { broadened } = await compared(before, after);
  return broadened.map(
    ({ one }) => `${one.who} may ${one.may} on ${one.on.join(' and ')}${one.when && ` if ${one.when}`}`,
  );
}

describe('permissions broadened', () => {
  it('are actions and resources that come, and no others', async () => {
    const before = allowing(may(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::a', 'arn:aws:s3:::b']));
    const after = allowing(
      may(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::a', 'arn:aws:s3:::b', 'arn:aws:s3:::c']),
    );
    expect(await lines(before, after)).toEqual([
      '${Shop/Role} may s3:GetObject, s3:PutObject on arn:aws:s3:::c',
      '${Shop/Role} may s3:PutObject on arn:aws:s3:::a and arn:aws:s3:::b',
    ]);
  });

  it('are not what becomes narrower, moves to another statement, or gets another name', async () => {
    const before = allowing(may(['s3:GetObject', 's3:PutObject', 's3:ListBucket'], ['arn:aws:s3:::a']));
    const after = allowing(
      may(['s3:GetObject'], ['arn:aws:s3:::a'], { sid: 'Read' }),
      may(['s3:PutObject'], ['arn:aws:s3:::a'], { sid: 'Write' }),
    );
    expect(await lines(before, after)).toEqual([]);
  });

  it('are denials that go, and not those that come', async () => {
    const denied = allowing(may(['s3:DeleteObject'], ['*'], DENY), may(['s3:*']));
    const free = allowing(may(['s3:*']));
    expect(await lines(denied, free)).toEqual(['${Shop/Role} may s3:DeleteObject (denied before) on *']);
    expect(await lines(free, denied)).toEqual([]);
  });

  it('are what a condition no longer holds back, and say the condition that is left', async () => {
    const from = (address: string) =>
      allowing(may(['s3:*'], ['*'], { conditions: { IpAddress: { 'aws:SourceIp': address } } }));
    expect(await lines(from('10.0.0.1'), from('10.0.0.0/8'))).toEqual([
      '${Shop/Role} may s3:* on * if "IpAddress": { "aws:SourceIp": "10.0.0.0/8" }',
    ]);
  });

  it('are all but what is named, where a statement says so', async () => {
    const but = (...notActions: string[]) => allowing({ notActions, resources: ['*'] });
    expect(await lines(but('iam:*', 'kms:*'), but('iam:*'))).toEqual(['${Shop/Role} may all but iam:* on *']);
  });

  it('are managed policies', async () => {
    const attach = (stack: Stack) =>
      role(stack).addManagedPolicy(
        iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Admin', 'arn:aws:iam::aws:policy/AdministratorAccess'),
      );
    expect(await lines(role, attach)).toEqual([
      '${Shop/Role} may what arn:aws:iam::aws:policy/AdministratorAccess allows on ',
    ]);
  });

  it('are rules of security groups, in and out', async () => {
    const group = (open: boolean) => (stack: Stack) => {
      const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
      const found = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
      if (!open) return;
      found.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));
      found.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.allTcp());
    };
    expect(await lines(group(false), group(true))).toEqual([
      'Everyone (IPv4) may connect: TCP 22 on ${Shop/Group.GroupId}',
      '${Shop/Group.GroupId} may connect: TCP 0-65535 on Everyone (IPv4)',
    ]);
  });

  it('are those of resources: buckets, keys, functions', async () => {
    const resources = (shared: boolean) => (stack: Stack) => {
      const bucket = new s3.Bucket(stack, 'Bucket');
      const key = new kms.Key(stack, 'Key');
      const fn = new lambda.CfnFunction(stack, 'Function', { code: {}, role: 'r' });
      if (!shared) return;
      bucket.grantRead(new iam.AccountPrincipal('111122223333'));
      key.grantDecrypt(new iam.AccountPrincipal('111122223333'));
      new lambda.CfnPermission(stack, 'Permission', {
        action: 'lambda:InvokeFunction',
        functionName: fn.ref,
        principal: '*',
      });
    };
    const found = await lines(resources(false), resources(true));
    expect(found).toEqual([
      'arn:${AWS::Partition}:iam::111122223333:root may kms:Decrypt on ${Shop/Key.Arn}',
      'arn:${AWS::Partition}:iam::111122223333:root may s3:GetBucket*, s3:GetObject*, s3:List* on ' +
        '${Shop/Bucket.Arn} and ${Shop/Bucket.Arn}/*',
      '* may lambda:InvokeFunction on ${Shop/Function}',
    ]);
  });

  it('are assignments and permission sets of Identity Center', async () => {
    const center = (stack: Stack) => {
      const set = new sso.CfnPermissionSet(stack, 'Set', { instanceArn: 'arn:aws:sso:::instance/i', name: 'Admins' });
      new sso.CfnAssignment(stack, 'Assignment', {
        instanceArn: 'arn:aws:sso:::instance/i',
        permissionSetArn: set.attrPermissionSetArn,
        principalId: 'everyone',
        principalType: 'GROUP',
        targetId: '111122223333',
        targetType: 'AWS_ACCOUNT',
      });
    };
    expect(await lines(() => undefined, center)).toEqual([
      'GROUP everyone may what permission set ${Shop/Set.PermissionSetArn} allows on 111122223333',
      'permission set Admins may what its definition allows on ',
    ]);
  });

  it('are told of a statement that is a function as a whole', async () => {
    const policy =
      (...statement: unknown[]) =>
      (stack: Stack) =>
        new CfnResource(stack, 'Policy', {
          type: 'AWS::IAM::Policy',
          properties: {
            PolicyName: 'p',
            Roles: ['r'],
            PolicyDocument: { Version: '2012-10-17', Statement: statement },
          },
        });
    const conditional = Fn.conditionIf('C', { Effect: 'Allow', Action: '*', Resource: '*' }, { Ref: 'AWS::NoValue' });
    const [line] = await lines(policy(), policy(conditional));
    expect(line).toMatch(/^r may what this gives on \{"Fn::If":/);
  });
});
