import { brokenIsRefused, REPEAT, RUNS } from '../../arbitrary/harness';
import { buildCluster } from '../../arbitrary/training-cluster/build';
import { MUTATIONS } from '../../arbitrary/training-cluster/mutations';
import { clusterPlans } from '../../arbitrary/training-cluster/plans.arbitrary';

const EACH = Math.ceil(RUNS / MUTATIONS.length);

describe(`GpuTrainingCluster: a random input (${REPEAT})`, () => {
  it.each(MUTATIONS.map((mutation) => [mutation.when, mutation] as const))('fails when %s', (_, mutation) => {
    brokenIsRefused(clusterPlans, mutation, buildCluster, EACH);
  });
});
