import { aws_iam as iam, aws_s3 as s3, type Environment, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ENV, findings, testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

const build = (env: Environment = ENV) => {
  const stack = testStack({ env });
  return { stack, endpoint: new Surroundings(stack, 'Here').endpoint() };
};

describe('the role of an endpoint', () => {
  it.each([
    ['in a known account', ENV],
    ['in any account', {}],
  ])('gets what is granted to it, %s; model and endpoint wait for that', (_, env) => {
    const { stack, endpoint } = build(env);
    const weights = s3.Bucket.fromBucketName(stack, 'Weights', 'weights');
    weights.grantRead(endpoint.role, 'hub/*');

    const template = Template.fromStack(stack);
    const { id: role } = theOne(template, 'AWS::IAM::Role');
    const granted = Object.entries(
      template.findResources('AWS::IAM::Policy', {
        Properties: {
          Roles: [{ Ref: role }],
          PolicyDocument: {
            Statement: [Match.objectLike({ Action: ['s3:GetObject*', 's3:GetBucket*', 's3:List*'].sort() })],
          },
        },
      }),
    );
    expect(granted).toHaveLength(1);
    for (const type of ['AWS::SageMaker::Model', 'AWS::SageMaker::Endpoint']) {
      expect(theOne(template, type)['DependsOn']).toEqual(expect.arrayContaining([role, granted[0]?.[0]]));
    }
  });

  it('can be named in the policy of something else', () => {
    const { stack, endpoint } = build();
    const bucket = new s3.Bucket(stack, 'Weights');
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ArnPrincipal(endpoint.role.roleArn)],
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects('*')],
      }),
    );
    const template = Template.fromStack(stack);
    const { id: role } = theOne(template, 'AWS::IAM::Role');
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { AWS: { 'Fn::Join': ['', ['arn:aws:iam::111122223333:role/', { Ref: role }]] } },
          }),
        ],
      },
    });
  });

  it('can be granted to from another stack', () => {
    const { stack, endpoint } = build();
    const other = new Stack(stack.node.scope, 'Other', { env: ENV });
    const bucket = new s3.Bucket(other, 'Weights');
    bucket.grantRead(endpoint.role);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 2);
    Template.fromStack(other).resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('defines nothing more when it is only looked at', () => {
    const [{ stack, endpoint }, { stack: untouched }] = [build(), build()];
    expect(endpoint.role).toBe(endpoint.role);
    expect(Template.fromStack(stack).toJSON()).toEqual(Template.fromStack(untouched).toJSON());
  });

  it('takes no managed policy of AWS, and says so', () => {
    const { stack, endpoint } = build();
    endpoint.role.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonS3ReadOnlyAccess'));
    const told = jest.spyOn(console, 'error').mockImplementation();
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('IRoleCantBeUsedWithIManagedPolicy'));
    told.mockRestore();
  });

  it('that is given is the one that users get', () => {
    const stack = testStack();
    const role = new iam.Role(stack, 'Given', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    expect(new Surroundings(stack, 'Here').endpoint({ role }).role).toBe(role);
  });

  it('has a policy whose name IAM takes, however deep the endpoint stands', () => {
    const stack = testStack();
    const here = new Surroundings(stack, 'Here');
    here.endpoint({}, 'E'.repeat(200));
    const { Properties } = theOne(Template.fromStack(stack), 'AWS::IAM::Policy');
    expect((Properties as { PolicyName: string }).PolicyName.length).toBeLessThanOrEqual(128);
  });

  it('has no finding', () => {
    expect(findings(build().stack)).toEqual({ unacknowledged: [], unused: [] });
  });
});
