import fc from 'fast-check';
import { acceptedRenderClean, REPEAT, RUNS } from '../arbitrary/harness';
import { batchPlans } from '../arbitrary/training-cluster/batch-plans.arbitrary';
import { buildCluster } from '../arbitrary/training-cluster/build';
import { clusterPlans } from '../arbitrary/training-cluster/plans.arbitrary';

it(`GpuTrainingCluster: what ${RUNS} random inputs, on SageMaker and on Batch, become has no finding (${REPEAT})`, async () => {
  await acceptedRenderClean(fc.oneof(clusterPlans, batchPlans), buildCluster);
}, 1_800_000);
