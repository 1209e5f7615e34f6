import { ROWS } from './instance-types.generated';

/*
 * What instance types have, as far as a rule depends on it. The table is generated: docs/instance-types.md says from what,
 * and how to add a type.
 */

/** Facts of one type. Undefined is a fact that no source has. */
export interface InstanceTypeFacts {
  /** Of its processors: images must be built for it. */
  readonly architecture: 'x86_64' | 'arm64' | undefined;

  /** GPUs, as the operating system sees them: a part of one counts as one. */
  readonly gpus: number | undefined;

  /** Memory of each GPU, MiB. */
  readonly gpuMemoryMib: number | undefined;

  /** Local NVMe storage, all disks together, GB. Such types encrypt it themselves: SageMaker refuses a KMS key for their volume. */
  readonly nvmeGb: number | undefined;

  /** Elastic Fabric Adapter interfaces, at most. */
  readonly efaInterfaces: number | undefined;

  /** Whether it earns CPU credits. Application Auto Scaling does not support such types on endpoints. */
  readonly burstable: boolean | undefined;

  /** Virtual processors. */
  readonly vcpus: number | undefined;

  /** Main memory, MiB. */
  readonly memoryMib: number | undefined;

  /** Whether SageMaker hosts endpoints on it. */
  readonly hosting: boolean;

  /** Whether SageMaker trains on it. */
  readonly training: boolean;
}

/** A line of the generated table: the type's name without `ml.`, and its facts in the order above. */
export type Row = readonly [
  type: string,
  architecture: InstanceTypeFacts['architecture'],
  gpus: InstanceTypeFacts['gpus'],
  gpuMemoryMib: InstanceTypeFacts['gpuMemoryMib'],
  nvmeGb: InstanceTypeFacts['nvmeGb'],
  efaInterfaces: InstanceTypeFacts['efaInterfaces'],
  burstable: InstanceTypeFacts['burstable'],
  vcpus: InstanceTypeFacts['vcpus'],
  memoryMib: InstanceTypeFacts['memoryMib'],
  hosting: boolean,
  training: boolean,
];

const LABELS: Record<keyof InstanceTypeFacts, string> = {
  architecture: 'processor architecture',
  gpus: 'number of GPUs',
  gpuMemoryMib: 'GPU memory',
  nvmeGb: 'local NVMe storage',
  efaInterfaces: 'number of EFA interfaces',
  burstable: 'use of CPU credits',
  vcpus: 'number of processors',
  memoryMib: 'memory',
  hosting: 'support for endpoints',
  training: 'support for training jobs',
};

let table: Map<string, InstanceTypeFacts> | undefined;

/** Whether a value is written as SageMaker writes instance types: `ml.<family>.<size>`. It need not be in the table. */
export function isInstanceType(value: string): boolean {
  return /^ml\.[a-z0-9-]+\.[a-z0-9-]+$/.test(value);
}

/**
 * The facts of a type; undefined for one that is not in the table, because it is newer, or no GPU type and not of SageMaker.
 *
 * @param instanceType with `ml.` or without
 */
export function factsOf(instanceType: string): InstanceTypeFacts | undefined {
  table ??= new Map(ROWS.map(([type, ...facts]) => [type, factsIn(facts)]));
  return table.get(instanceType.replace(/^ml\./, ''));
}

/** Families whose accelerators are not NVIDIA's (dl1), are parts of a GPU (g6f, gr6f), or are too old for the AMI. */
const NOT_ON_BATCH = /^(ml\.)?(dl1|g3s?|g6f|gr6f|p2|p3|p3dn)\./;

/**
 * Whether AWS Batch runs jobs on the GPUs of a type: the AMI ECS_AL2023_NVIDIA supports it, a job can be sized for it, and ECS counts
 * its GPUs as whole ones. Sources: API Ec2Configuration, imageType, of AWS Batch; Amazon ECS developer guide, "Specifying GPUs in an
 * Amazon ECS task definition" (November 2026).
 */
export function runsOnBatch(instanceType: string): boolean {
  const { architecture, gpus, vcpus, memoryMib } = factsOf(instanceType) ?? {};
  return architecture === 'x86_64' && Boolean(gpus && vcpus && memoryMib) && !NOT_ON_BATCH.test(instanceType);
}

/**
 * One fact of a type, for a rule that cannot do without it.
 *
 * @param neededBy the property that makes the rule apply, and can be left out
 * @param refuse stops with the message: the fact is not known
 */
export function knownFact<Name extends keyof InstanceTypeFacts>(
  instanceType: string,
  name: Name,
  neededBy: string,
  refuse: (message: string) => never,
): NonNullable<InstanceTypeFacts[Name]> {
  const facts = factsOf(instanceType);
  return (
    facts?.[name] ??
    refuse(
      `instanceType is ${instanceType}, allowed with ${neededBy} are types whose ${LABELS[name]} is known: ` +
        `${facts ? 'no source tells' : 'it is not in the table of this version'}. ` +
        `Leave ${neededBy} out, or see docs/instance-types.md`,
    )
  );
}

type Facts = Row extends readonly [string, ...infer Rest] ? Rest : never;

function factsIn([
  architecture,
  gpus,
  gpuMemoryMib,
  nvmeGb,
  efaInterfaces,
  burstable,
  vcpus,
  memoryMib,
  hosting,
  training,
]: Facts): InstanceTypeFacts {
  return { architecture, gpus, gpuMemoryMib, nvmeGb, efaInterfaces, burstable, vcpus, memoryMib, hosting, training };
}
