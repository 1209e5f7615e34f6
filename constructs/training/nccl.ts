import { factsOf } from '../private/instance-types';

/**
 * Environment of the container that lets NCCL use what the nodes have: EFA between nodes that have it, and the faster copy between
 * GPUs of g5 and g6 nodes, which have no NVLink. The network interface's name comes from `resourceconfig.json`.
 *
 * RDMA is left to libfabric: it uses it where the device has it, and ends the process where it is told to and the device has not.
 *
 * Source: awsome-distributed-training, `1.architectures/efa-cheatsheet.md` (2026-02).
 */
export function ncclEnvironment(instanceType: string, nodes: number): Record<string, string> {
  const efa = nodes > 1 && (factsOf(instanceType)?.efaInterfaces ?? 0) > 0;
  return {
    ...(efa ? { FI_PROVIDER: 'efa' } : {}),
    ...(/^(ml\.)?g[56]e?\./.test(instanceType) ? { NCCL_SHM_USE_CUDA_MEMCPY: '1' } : {}),
  };
}
