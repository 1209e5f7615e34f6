import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { brokenIsRefused, REPEAT, RUNS, SEED } from '../../arbitrary/harness';
import { batchPlans } from '../../arbitrary/training-cluster/batch-plans.arbitrary';
import { buildCluster } from '../../arbitrary/training-cluster/build';
import { BATCH_MUTATIONS, MUTATIONS } from '../../arbitrary/training-cluster/mutations';
import { clusterPlans } from '../../arbitrary/training-cluster/plans.arbitrary';
import { testStack } from '../../helpers';

const EACH = Math.ceil(RUNS / (MUTATIONS.length + BATCH_MUTATIONS.length));

describe(`GpuTrainingCluster: a random input (${REPEAT})`, () => {
  it.each(MUTATIONS.map((mutation) => [mutation.when, mutation] as const))('fails when %s', (_, mutation) => {
    brokenIsRefused(clusterPlans, mutation, buildCluster, EACH);
  });
});

describe(`GpuTrainingCluster on Batch: a random input (${REPEAT})`, () => {
  it.each(BATCH_MUTATIONS.map((mutation) => [mutation.when, mutation] as const))('fails when %s', (_, mutation) => {
    brokenIsRefused(batchPlans, mutation, buildCluster, EACH);
  });

  it('has one environment in each queue, which cancels and never terminates, and the types that were given', () => {
    fc.assert(
      fc.property(batchPlans, (plan) => {
        const stack = testStack();
        buildCluster(stack, plan);
        const template = Template.fromStack(stack);
        const queues = propertiesIn<Queue>(template, 'AWS::Batch::JobQueue');
        expect(queues.map(({ ComputeEnvironmentOrder }) => ComputeEnvironmentOrder.length)).toEqual(
          queues.map(() => 1),
        );
        const actions = queues.flatMap(({ JobStateTimeLimitActions }) => JobStateTimeLimitActions);
        expect(new Set(actions.map(({ Action }) => Action))).toEqual(new Set(['CANCEL']));
        for (const { ComputeResources } of propertiesIn<Environment>(template, 'AWS::Batch::ComputeEnvironment')) {
          expect(ComputeResources.InstanceTypes).toEqual(plan.instanceTypes);
        }
      }),
      { seed: SEED, numRuns: 30 },
    );
  });
});

interface Queue {
  readonly ComputeEnvironmentOrder: object[];
  readonly JobStateTimeLimitActions: { readonly Action: string }[];
}

interface Environment {
  readonly ComputeResources: { readonly InstanceTypes: string[] };
}

function propertiesIn<T>(template: Template, type: string): T[] {
  return Object.values(template.findResources(type)).map((resource) => (resource as { Properties: T }).Properties);
}
