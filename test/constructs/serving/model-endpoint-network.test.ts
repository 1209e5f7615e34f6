import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { ModelEndpointProps } from '../../../constructs/serving';
import { testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

const build = (props: (here: Surroundings) => Partial<ModelEndpointProps> = () => ({})) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  return { stack, endpoint: here.endpoint(props(here)) };
};
const synth = (props?: Parameters<typeof build>[0]) => Template.fromStack(build(props).stack);

describe('ModelEndpoint, in a network', () => {
  it('vpc: attaches the containers to isolated subnets, with a group that lets HTTPS out and nothing in', () => {
    const template = synth((here) => ({ vpc: here.vpc }));
    const group = theOne(template, 'AWS::EC2::SecurityGroup');
    template.hasResourceProperties('AWS::SageMaker::Model', {
      VpcConfig: {
        Subnets: ['subnet-isolated-a', 'subnet-isolated-b'],
        SecurityGroupIds: [{ 'Fn::GetAtt': [group.id, 'GroupId'] }],
      },
    });
    expect(group['Properties']).toEqual({
      GroupDescription: 'Containers of endpoint churn',
      VpcId: 'vpc-1',
      SecurityGroupEgress: [
        {
          CidrIp: '0.0.0.0/0',
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          Description: 'Archives and captured traffic, through the endpoint for S3',
        },
      ],
    });
  });

  it('vpc: takes private subnets where none is isolated', () => {
    const stack = testStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-2',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-private-a', 'subnet-private-b'],
      privateSubnetRouteTableIds: ['rtb-private', 'rtb-private'],
    });
    new Surroundings(stack, 'Here').endpoint({ vpc });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Model', {
      VpcConfig: { Subnets: ['subnet-private-a', 'subnet-private-b'] },
    });
  });

  it('vpcSubnets: chooses the subnets', () => {
    synth((here) => ({
      vpc: here.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    })).hasResourceProperties('AWS::SageMaker::Model', {
      VpcConfig: { Subnets: ['subnet-private-a', 'subnet-private-b'] },
    });
  });

  it('securityGroups: takes the place of the new one', () => {
    const template = synth((here) => ({
      vpc: here.vpc,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(here, 'Given', 'sg-given')],
    }));
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    template.hasResourceProperties('AWS::SageMaker::Model', { VpcConfig: { SecurityGroupIds: ['sg-given'] } });
  });

  it('takes connections', () => {
    const { stack, endpoint } = build((here) => ({ vpc: here.vpc }));
    endpoint.connections.allowTo(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(6379));
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: Match.arrayWith([Match.objectLike({ CidrIp: '10.0.0.0/8', FromPort: 6379 })]),
    });
  });

  it.each([0, 6])('fails when it is given %d security groups', (count) => {
    const groups = (here: Surroundings) =>
      Array.from({ length: count }, (_, i) => ec2.SecurityGroup.fromSecurityGroupId(here, `Given${i}`, `sg-${i}`));
    expect(() => build((here) => ({ vpc: here.vpc, securityGroups: groups(here) }))).toThrow(
      new Error(`Test/Endpoint: securityGroups has ${count} entries, allowed are 1 to 5`),
    );
  });

  it('fails when it is in no network and connections are asked for', () => {
    expect(() => build().endpoint.connections).toThrow(
      new Error('Test/Endpoint: the endpoint is in no network, so it has no connections: set vpc'),
    );
  });
});
