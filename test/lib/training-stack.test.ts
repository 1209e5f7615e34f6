import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { environment, type EnvironmentName, environmentNames } from '../../config';
import { release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';

const stackOf = (name: EnvironmentName, id: string) => {
  const stage = new SlipwayStage(slipwayApp(), name, { environment: environment(name), release: release(name) });
  return Template.fromStack(stage.node.findChild(id) as Stack);
};

describe('dev', () => {
  const template = stackOf('dev', 'training');
  const { instanceTypes = [] } = environment('dev').training ?? {};

  it('has GPUs of AWS Batch on Spot, of several types and in every zone', () => {
    expect(instanceTypes.length).toBeGreaterThan(1);
    template.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      Type: 'MANAGED',
      ComputeResources: Match.objectLike({
        Type: 'SPOT',
        AllocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED',
        InstanceTypes: instanceTypes,
        Subnets: environment('dev').availabilityZones.map(() => Match.anyValue()),
      }),
    });
  });

  it('has on-demand instances in a queue of their own', () => {
    const environments = template.findResources('AWS::Batch::ComputeEnvironment', {
      Properties: { ComputeResources: { Type: 'EC2' } },
    });
    template.hasResourceProperties('AWS::Batch::JobQueue', {
      ComputeEnvironmentOrder: [
        { Order: 1, ComputeEnvironment: { 'Fn::GetAtt': [Object.keys(environments)[0], 'ComputeEnvironmentArn'] } },
      ],
    });
    template.resourceCountIs('AWS::Batch::JobQueue', 2);
  });
});

it.each([
  ['local', undefined],
  ['dev', { TORCH: 'cuda' }],
  ['prod', { TORCH: 'cuda' }],
] as const)('%s trains with the build of torch that its hosts have GPUs for', (name, dockerBuildArgs) => {
  const stage = new SlipwayStage(slipwayApp(), name, { environment: environment(name), release: release(name) });
  const { directory, artifacts } = stage.synth();
  const { id = '' } = artifacts.find((artifact) => /training\w+\.assets$/.test(artifact.id)) ?? {};
  const manifest = JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8')) as {
    dockerImages: Record<string, { source: { dockerBuildArgs?: object } }>;
  };
  expect(Object.values(manifest.dockerImages).map(({ source }) => source.dockerBuildArgs)).toEqual([dockerBuildArgs]);
});

it('SageMaker trains in local and prod', () => {
  for (const name of ['local', 'prod'] as const) {
    stackOf(name, 'training').resourceCountIs('AWS::Batch::ComputeEnvironment', 0);
  }
});

it.each(environmentNames)(
  '%s has ways to what nodes of Batch call where there are any, and else to SageMaker alone',
  (name) => {
    const endpoints = Object.values(
      stackOf(name, 'network').findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } }),
    ).map(({ Properties }) => Properties as { ServiceName: string; SubnetIds: object[] });
    const services = endpoints.map(({ ServiceName }) => ServiceName.replace(/^com\.amazonaws\.[^.]+\./, ''));
    const ofBatch = ['ecr.api', 'ecr.dkr', 'ecs', 'ecs-agent', 'ecs-telemetry', 'logs'];
    expect(services.sort()).toEqual([
      ...(environment(name).training?.engine === 'batch' ? ofBatch : []),
      'sagemaker.runtime',
    ]);
    const zones = environment(name).availabilityZones.length;
    expect(endpoints.map(({ ServiceName, SubnetIds }) => [ServiceName, SubnetIds.length])).toEqual(
      endpoints.map(({ ServiceName }) => [ServiceName, ServiceName.endsWith('.runtime') ? zones : 1]),
    );
  },
);
