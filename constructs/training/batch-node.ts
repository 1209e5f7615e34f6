import { factsOf } from '../private/instance-types';

/** What a node of a cluster on Batch has to offer its job. */
export interface BatchNode {
  readonly gpus: number;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Elastic Fabric Adapters that are attached; none for single nodes. */
  readonly efaInterfaces: number;
  /** Of the largest type. */
  readonly mostVcpus: number;
}

/**
 * Share of a type's memory that a job asks for. What an instance registers is a few percent less than its type has (user guide,
 * "Compute resource memory management"), and a job that asks for more waits for ever.
 */
const MEMORY_SHARE = 0.9;

/** What every one of some types has; they are in the table, with the same number of GPUs. */
export function nodeOf(instanceTypes: readonly string[], nodes: number, efaInterfaces?: number): BatchNode {
  const all = instanceTypes.map((type) => factsOf(type));
  const vcpus = all.map((facts) => facts?.vcpus ?? 0);
  return {
    gpus: all[0]?.gpus ?? 0,
    vcpus: Math.min(...vcpus),
    memoryMib: Math.floor(MEMORY_SHARE * Math.min(...all.map((facts) => facts?.memoryMib ?? 0))),
    efaInterfaces: nodes > 1 ? (efaInterfaces ?? all[0]?.efaInterfaces ?? 0) : 0,
    mostVcpus: Math.max(...vcpus),
  };
}
