import { App, aws_iam as iam, Fn, Stack, Token } from 'aws-cdk-lib';
import { acknowledge, acknowledgeWildcards } from '../../../constructs/private/acknowledge';
import { ENV, findings, testStack } from '../../helpers';

const REASON = 'Nothing of value can be reached through this wildcard.';

const roleWith = (stack: Stack, resource: string) => {
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] }));
  return role;
};

/** Each form in which a template may have a resource. */
const RESOURCES: [string, (stack: Stack) => string][] = [
  ['a literal', () => 'arn:aws:s3:::data/*'],
  ['any', () => '*'],
  ['a reference', () => `arn:aws:s3:::${Token.asString({ Ref: 'Bucket' })}/*`],
  ['an attribute', () => `${Token.asString({ 'Fn::GetAtt': ['Bucket', 'Arn'] })}/*`],
  ['an import', () => `arn:aws:s3:::${Fn.importValue('Bucket')}/*`],
  ['a pseudo parameter', (stack) => `arn:${stack.partition}:s3:::data-${stack.account}/*`],
  ['a substitution', () => Fn.sub('arn:aws:s3:::${Bucket}/*')],
  ['a selection', () => `arn:aws:s3:::${Fn.select(0, Fn.split('/', Fn.importValue('Path')))}/*`],
];

describe('acknowledgeWildcards', () => {
  it.each(RESOURCES)('accepts %s', (_, resource) => {
    const stack = testStack();
    acknowledgeWildcards(roleWith(stack, resource(stack)), [{ resource: resource(stack), reason: REASON }]);
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it.each(RESOURCES)('accepts %s, in a stack without an account and region', (_, resource) => {
    const stack = testStack({ env: {} });
    acknowledgeWildcards(roleWith(stack, resource(stack)), [{ resource: resource(stack), reason: REASON }]);
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it.each(RESOURCES)('is needed for %s', (_, resource) => {
    const stack = testStack();
    roleWith(stack, resource(stack));
    expect(findings(stack).unacknowledged).toEqual([
      expect.stringMatching(/^AwsSolutions-IAM5\[Resource::.*\*\] at Test\/Role\/DefaultPolicy\/Resource$/),
    ]);
  });

  it('accepts a resource of another stack', () => {
    const stack = testStack();
    const other = new Stack(stack.node.root, 'Other', { env: ENV });
    const { roleArn } = new iam.Role(other, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    acknowledgeWildcards(roleWith(stack, `${roleArn}/*`), [{ resource: `${roleArn}/*`, reason: REASON }]);
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('accepts no other resource', () => {
    const stack = testStack();
    acknowledgeWildcards(roleWith(stack, 'arn:aws:s3:::data/*'), [
      { resource: 'arn:aws:s3:::data/churn/*', reason: REASON },
    ]);
    expect(findings(stack)).toEqual({
      unacknowledged: ['AwsSolutions-IAM5[Resource::arn:aws:s3:::data/*] at Test/Role/DefaultPolicy/Resource'],
      unused: ['AwsSolutions-IAM5[Resource::arn:aws:s3:::data/churn/*] at Test/Role'],
    });
  });
});

describe('acknowledge', () => {
  const finding = 'AwsSolutions-IAM5[Resource::arn:aws:s3:::data/*]';

  it('accepts a finding at the construct and below, and nowhere else', () => {
    const stack = testStack();
    acknowledge(roleWith(stack, 'arn:aws:s3:::data/*'), finding, REASON);
    const other = new iam.Policy(stack, 'Other', {
      statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::data/*'] })],
    });
    other.attachToRole(iam.Role.fromRoleArn(stack, 'Given', `arn:aws:iam::${ENV.account}:role/given`));
    expect(findings(stack)).toEqual({ unacknowledged: [`${finding} at Test/Other/Resource`], unused: [] });
  });

  it.each(['', 'Fine.', 'nothing of value can be reached through this wildcard.', REASON.slice(0, -1)])(
    'fails when the reason is "%s"',
    (reason) => {
      const stack = new Stack(new App(), 'Test');
      expect(() => {
        acknowledge(stack, 'AwsSolutions-S1', reason);
      }).toThrow(
        new Error(`Test: the reason for acknowledging AwsSolutions-S1 is "${reason}", allowed is a full sentence`),
      );
    },
  );
});
