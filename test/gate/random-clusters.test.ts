import { acceptedRenderClean, REPEAT, RUNS } from '../arbitrary/harness';
import { buildCluster } from '../arbitrary/training-cluster/build';
import { clusterPlans } from '../arbitrary/training-cluster/plans.arbitrary';

it(`GpuTrainingCluster: what ${RUNS} random inputs become has no finding (${REPEAT})`, async () => {
  await acceptedRenderClean(clusterPlans, buildCluster);
}, 1_800_000);
