import { context } from '../../examples/tuning/cdk.json';
import { describeExample } from './example';

describeExample('tuning', context, (stack) => {
  it('gives Spot, its longest wait and checkpoints to each training job', () => {
    const [machine] = Object.values(stack('churn-tuning').findResources('AWS::StepFunctions::StateMachine'));
    const definition = JSON.stringify(machine);
    for (const passed of ['EnableManagedSpotTraining', 'MaxWaitTimeInSeconds', 'CheckpointConfig']) {
      expect(definition).toContain(passed);
    }
  });
});
