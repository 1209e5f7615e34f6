import { aws_ec2 as ec2, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  DataChannel,
  type GpuTrainingCluster,
  SpotPolicy,
  type TrainingNetwork,
  TuningCheckpoints,
  TuningObjective,
  TuningRange,
} from '../../../constructs/training';
import { testStack, theOne } from '../../helpers';
import { created } from './rendered';
import { Surroundings } from './surroundings';

const build = (network: (here: Surroundings) => TrainingNetwork = ({ vpc }) => ({ vpc })) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  const cluster = here.cluster({ nodes: 2, network: network(here) });
  return { stack, here, cluster };
};
const synth = (network?: Parameters<typeof build>[0]) => {
  const { stack, here, cluster } = build(network);
  here.job(cluster);
  return Template.fromStack(stack);
};
const attached = (template: Template) => created(template).onSpot['VpcConfig'];

describe('A cluster in a network', () => {
  it('attaches its nodes to isolated subnets, with a group in which they reach each other, and HTTPS', () => {
    const template = synth();
    const group = theOne(template, 'AWS::EC2::SecurityGroup');
    const id = { 'Fn::GetAtt': [group.id, 'GroupId'] };
    expect(attached(template)).toEqual({
      Subnets: ['subnet-isolated-a', 'subnet-isolated-b'],
      SecurityGroupIds: [`<${group.id}.GroupId>`],
    });
    expect(group['Properties']).toEqual({
      GroupDescription: 'Nodes of a training cluster',
      VpcId: 'vpc-1',
      SecurityGroupEgress: [
        {
          CidrIp: '0.0.0.0/0',
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          Description: 'Data and checkpoints, through the endpoint for S3',
        },
      ],
    });
    const all = { IpProtocol: '-1', Description: 'Nodes of a gang talk to each other' };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: id,
      SourceSecurityGroupId: id,
      ...all,
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: id,
      DestinationSecurityGroupId: id,
      ...all,
    });
  });

  it('takes private subnets where none is isolated', () => {
    const template = synth((here) => ({
      vpc: ec2.Vpc.fromVpcAttributes(here, 'Private', {
        vpcId: 'vpc-2',
        availabilityZones: ['eu-west-1a'],
        privateSubnetIds: ['subnet-private-a'],
        privateSubnetRouteTableIds: ['rtb-private'],
      }),
    }));
    expect(attached(template)).toMatchObject({ Subnets: ['subnet-private-a'] });
  });

  it('takes the subnets and groups that it is given, and makes none', () => {
    const template = synth((here) => ({
      vpc: here.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [here.group('sg-1'), here.group('sg-2')],
    }));
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(attached(template)).toEqual({
      Subnets: ['subnet-private-a', 'subnet-private-b'],
      SecurityGroupIds: ['sg-1', 'sg-2'],
    });
  });

  it('is one that others let in', () => {
    const { cluster } = build((here) => ({ vpc: here.vpc, securityGroups: [here.group('sg-1')] }));
    expect(cluster.connections.securityGroups.map(({ securityGroupId }) => securityGroupId)).toEqual(['sg-1']);
  });

  it.each<[string, (here: Surroundings, cluster: GpuTrainingCluster, channels: DataChannel[]) => void]>([
    ['job', (here, cluster, channels) => void here.job(cluster, { channels })],
    [
      'tuning',
      (here, cluster, channels) =>
        void cluster.tuning('Search', {
          job: { image: here.image, channels },
          spotPolicy: SpotPolicy.onDemandOnly(),
          objective: TuningObjective.minimize({ name: 'loss', regex: 'loss=([0-9.]+)' }),
          ranges: [TuningRange.continuous('rate', 0.1, 1)],
          limits: { maxJobs: 4, maxParallelJobs: 2, maxRuntime: Duration.hours(20) },
          checkpoints: TuningCheckpoints.BY_JOB_NAME,
        }),
    ],
  ])('reaches the file systems of the channels of a %s', (_, use) => {
    const { stack, here, cluster } = build((given) => ({
      vpc: given.vpc,
      vpcSubnets: { subnets: [given.subnet('a')] },
    }));
    const subnet = here.subnet('lustre');
    use(here, cluster, [DataChannel.lustre('data', here.lustre, { directoryPath: '/fsx', subnet })]);
    const template = Template.fromStack(stack);
    const id = { 'Fn::GetAtt': [theOne(template, 'AWS::EC2::SecurityGroup').id, 'GroupId'] };
    const ports = { IpProtocol: 'tcp', FromPort: 988, ToPort: 1023 };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-lustre',
      SourceSecurityGroupId: id,
      ...ports,
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: id,
      DestinationSecurityGroupId: 'sg-lustre',
      ...ports,
    });
  });

  it.each<[string, (here: Surroundings) => TrainingNetwork, string]>([
    [
      'it has no subnet',
      ({ vpc }) => ({ vpc, vpcSubnets: { subnets: [] } }),
      'network.vpcSubnets has 0 subnets, allowed are 1 to 16',
    ],
    [
      'it has seventeen subnets',
      (here) => ({ vpc: here.vpc, vpcSubnets: { subnets: many(17, (id) => here.subnet(`subnet-${id}`)) } }),
      'network.vpcSubnets has 17 subnets, allowed are 1 to 16',
    ],
    [
      'it has no security group',
      ({ vpc }) => ({ vpc, securityGroups: [] }),
      'network.securityGroups has 0 entries, allowed are 1 to 5',
    ],
    [
      'it has six security groups',
      (here) => ({ vpc: here.vpc, securityGroups: many(6, (id) => here.group(`sg-${id}`)) }),
      'network.securityGroups has 6 entries, allowed are 1 to 5',
    ],
  ])('fails when %s', (_, network, message) => {
    expect(() => build(network)).toThrow(new Error(`Test/Cluster: ${message}`));
  });

  it('takes sixteen subnets and five groups', () => {
    expect(() =>
      build((here) => ({
        vpc: here.vpc,
        vpcSubnets: { subnets: many(16, (id) => here.subnet(`subnet-${id}`)) },
        securityGroups: many(5, (id) => here.group(`sg-${id}`)),
      })),
    ).not.toThrow();
  });
});

function many<T>(count: number, make: (id: number) => T): T[] {
  return Array.from({ length: count }, (_, id) => make(id));
}
