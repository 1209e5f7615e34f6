import type { App, Stack } from 'aws-cdk-lib';
import { CfnParameter, CfnResource } from 'aws-cdk-lib';
import { type AlarmFacts, recordAlarm, recordQuotas } from '../../../constructs/private/assembly-facts';
import { testStack } from '../../helpers';

const FACTS: AlarmFacts = {
  id: 'Slow',
  summary: 'Customers wait',
  threshold: 'above 2 ms',
  breachSeconds: 300,
  severity: 'critical',
  missingData: 'ignore',
  publisher: 'AWS (SageMaker)',
  runbook: 'docs/runbook.md#slow',
};

function written(facts: (stack: Stack) => AlarmFacts | undefined) {
  const stack = testStack();
  const alarm = new CfnResource(stack, 'Alarm', { type: 'AWS::CloudWatch::Alarm' });
  const given = facts(stack);
  if (given) recordAlarm(alarm, given);
  const artifact = (stack.node.root as App).synth().getStackArtifact('Test');
  return { metadata: artifact.findMetadataByType('cdk-slipway:alarm'), template: artifact.template as object };
}

describe('recordAlarm', () => {
  it('writes the facts into the assembly, beside the construct’s path, and nothing that tells where or when', () => {
    expect(written(() => FACTS).metadata).toEqual([{ path: '/Test/Alarm', type: 'cdk-slipway:alarm', data: FACTS }]);
  });

  it('resolves tokens as templates have them', () => {
    const token = (stack: Stack) => ({ ...FACTS, summary: new CfnParameter(stack, 'City').valueAsString });
    expect(written(token).metadata[0]?.data).toEqual({ ...FACTS, summary: { Ref: 'City' } });
  });

  it('leaves the template as it is', () => {
    expect(written(() => FACTS).template).toEqual(written(() => undefined).template);
  });
});

it('recordQuotas writes the needs into the assembly, beside the construct’s path', () => {
  const stack = testStack();
  const needs = [{ service: 'sagemaker', name: 'ml.g5.xlarge for training job usage', needed: 2 }];
  recordQuotas(new CfnResource(stack, 'Cluster', { type: 'AWS::SageMaker::Cluster' }), needs);
  const artifact = (stack.node.root as App).synth().getStackArtifact('Test');
  expect(artifact.findMetadataByType('cdk-slipway:quotas')).toEqual([
    { path: '/Test/Cluster', type: 'cdk-slipway:quotas', data: needs },
  ]);
});
