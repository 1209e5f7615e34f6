import type { Mutation } from '../../harness';
import type { ClusterPlan } from '../plan';
import { BATCH_MUTATIONS } from './batch';
import { CLUSTER_MUTATIONS } from './cluster';
import { JOB_MUTATIONS } from './job';

/**
 * The ways to break what a GpuTrainingCluster on SageMaker is asked for, each one rule and no other. What SageMaker takes: API
 * reference of CreateTrainingJob (November 2026).
 */
export const MUTATIONS: Mutation<ClusterPlan>[] = [...CLUSTER_MUTATIONS, ...JOB_MUTATIONS];

export { BATCH_MUTATIONS };
