import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { environment, environmentNames } from '../../config';
import { type Release, release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';

const stageOf = (name: string, pinned: Release = release(name)) =>
  new SlipwayStage(slipwayApp(), name, { environment: environment(name), release: pinned });
const stackOf = (stage: SlipwayStage, id: string) => stage.node.findChild(id) as Stack;

describe.each(environmentNames)('%s', (name) => {
  const stage = stageOf(name);

  it('has the stacks network, data, serving and operations, training where config has it, and nothing depends on operations', () => {
    const training = environment(name).training ? ['training'] : [];
    const stacks = stage.node.children as Stack[];
    expect(stacks.map(({ stackName }) => stackName)).toEqual(
      ['network', 'data', 'serving', ...training, 'operations'].map((id) => `${name}-${id}`),
    );
    stage.synth();
    const depended = stacks.flatMap((stack) => stack.dependencies.map(({ node }) => node.id));
    expect(depended).not.toContain('operations');
  });

  it('holds everything that must outlive a deployment in network and data', () => {
    const stateful = /^AWS::(S3::Bucket|KMS::Key|SNS::Topic|EC2::VPC)$/;
    const stacks = (stage.node.children as Stack[]).filter(({ node }) => !['network', 'data'].includes(node.id));
    for (const stack of stacks) {
      const types = Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>);
      expect(types.filter(({ Type }) => stateful.test(Type))).toEqual([]);
    }
  });

  it('deletes data only where config has both keys', () => {
    const { removalPolicy, deletionConfirmed } = environment(name).data;
    const policy = removalPolicy === 'destroy' && deletionConfirmed ? 'Delete' : 'Retain';
    Template.fromStack(stackOf(stage, 'data')).allResources('AWS::S3::Bucket', { DeletionPolicy: policy });
    expect(stackOf(stage, 'data').terminationProtection).toBe(policy === 'Retain');
  });
});

it('fails when the working tree holds something else than what was released', () => {
  const pinned = release('prod');
  const other = { stable: { ...pinned.stable, archiveSha256: 'a'.repeat(64), instanceType: 'ml.m5.large' } };
  expect(() => stageOf('prod', other)).toThrow(
    'config/releases/prod.json does not match what is to be deployed:\n' +
      `  stable.archiveSha256 is ${'a'.repeat(64)}, the working tree has ${pinned.stable.archiveSha256}\n` +
      '  stable.instanceType is ml.m5.large, the working tree has ml.m5.xlarge\n' +
      'Release it with `npm run release:pin -- prod` and commit the file, or undo the change',
  );
});
