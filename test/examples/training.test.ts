import type { Template } from 'aws-cdk-lib/assertions';
import { context } from '../../examples/training/cdk.json';
import { describeExample } from './example';

describeExample('training', context, (stack) => {
  it('trains a gang on SageMaker, on Spot and on demand', () => {
    const machine = definitionIn(stack('churn'));
    expect(machine).toContain('"InstanceType":"ml.g5.12xlarge","InstanceCount":2');
    expect(machine).toContain('"EnableManagedSpotTraining":true');
    expect(machine).toContain('"EnableManagedSpotTraining":false');
  });

  it('trains single nodes on Batch, with Spot and on-demand instances in queues of their own', () => {
    const template = stack('churn-on-batch');
    for (const Type of ['SPOT', 'EC2']) {
      template.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
        ComputeResources: { Type, InstanceTypes: ['g5.2xlarge', 'g6.2xlarge', 'g6e.xlarge'] },
      });
    }
    template.resourceCountIs('AWS::Batch::JobQueue', 2);
  });
});

/** The definition of the one state machine, without what only a deployment tells. */
function definitionIn(template: Template): string {
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const { DefinitionString } = (machine as { Properties: { DefinitionString: { 'Fn::Join': [string, unknown[]] } } })
    .Properties;
  return DefinitionString['Fn::Join'][1].filter((part) => typeof part === 'string').join('');
}
