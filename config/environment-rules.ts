import { check, type Rule } from './check';
import { type Environment, schema } from './environment';
import { zonesOf } from './regions';
import { factsOf, runsOnBatch } from '../constructs/private/instance-types';

/** What fields of one environment must be to each other. `name` is that of its file. */
const rules = (name: string): readonly Rule<Environment>[] => [
  {
    path: 'name',
    reads: [],
    allowed: (environment) => (environment.name === name ? undefined : `allowed is "${name}": the name of its file`),
  },
  {
    path: 'availabilityZones',
    reads: ['region'],
    allowed: ({ region, availabilityZones }) => {
      const zones = zonesOf(region);
      if (availabilityZones.every((zone) => zones.includes(zone))) return undefined;
      return `allowed are ${zones.join(', ')}: the zones of ${region} in config/zones.generated.ts`;
    },
  },
  {
    path: 'data.deletionConfirmed',
    reads: ['data.removalPolicy'],
    allowed: ({ data: { removalPolicy, deletionConfirmed } }) => {
      const destroys = removalPolicy === 'destroy';
      if (destroys === deletionConfirmed) return undefined;
      return `allowed is ${destroys}: data.removalPolicy is "${removalPolicy}", and deleting data takes both keys, or neither is set`;
    },
  },
  {
    path: 'endpoint.instanceType',
    reads: ['endpoint.variant.scaling'],
    allowed: ({ endpoint: { instanceType, variant } }) =>
      variant.scaling && factsOf(instanceType)?.burstable
        ? 'allowed are types that are not burstable: endpoint.variant.scaling is set, and SageMaker does not scale burstable ones'
        : undefined,
  },
  {
    path: 'endpoint.instanceType',
    reads: [],
    allowed: ({ endpoint: { instanceType } }) => {
      const architecture = factsOf(instanceType)?.architecture;
      if (architecture === 'x86_64') return undefined;
      const given = architecture
        ? `this one has ${architecture}`
        : 'those of this one are not known, see docs/instance-types.md';
      return `allowed are types with x86_64 processors: images are built for linux/amd64, and ${given}`;
    },
  },
  {
    path: 'endpoint.variant.instanceCount',
    reads: ['endpoint.variant.scaling'],
    allowed: ({ endpoint: { variant } }) => {
      if (!variant.scaling) return undefined;
      const { minInstances: min, maxInstances: max } = variant.scaling;
      if (min > max || (min <= variant.instanceCount && variant.instanceCount <= max)) return undefined;
      return `allowed are ${min} to ${max}: minInstances and maxInstances of endpoint.variant.scaling`;
    },
  },
  {
    path: 'endpoint.variant.scaling.minInstances',
    reads: ['endpoint.variant.scaling.maxInstances'],
    allowed: ({ endpoint: { variant } }) => {
      if (!variant.scaling || variant.scaling.minInstances <= variant.scaling.maxInstances) return undefined;
      return `allowed are 1 to ${variant.scaling.maxInstances}: no more than endpoint.variant.scaling.maxInstances`;
    },
  },
  {
    path: 'training.deadlineHours',
    reads: ['training.maxRuntimeHours'],
    allowed: ({ training }) =>
      !training || training.deadlineHours > training.maxRuntimeHours
        ? undefined
        : `allowed are from ${training.maxRuntimeHours + 1} up: training.maxRuntimeHours and a start have to fit into it`,
  },
  {
    path: 'training.maxCostUsd',
    reads: ['training.nodes', 'training.onDemandUsdPerHour'],
    allowed: ({ training }) => {
      if (!training) return undefined;
      const hour = training.nodes * training.onDemandUsdPerHour;
      return training.maxCostUsd >= hour
        ? undefined
        : `allowed are numbers from ${hour} up: an hour of all nodes on demand`;
    },
  },
  {
    path: 'training.engine',
    reads: [],
    allowed: ({ training }) =>
      training?.engine === 'batch' && name === 'local'
        ? 'allowed is "sagemaker": the local cloud has no AWS Batch'
        : undefined,
  },
  {
    path: 'training.nodes',
    reads: ['training.engine'],
    allowed: ({ training }) =>
      training?.engine === 'batch' && training.nodes > 1
        ? 'allowed with training.engine "batch" is 1: runs begin on Spot, where Batch lets several nodes wait for ever'
        : undefined,
  },
  {
    path: 'training.instanceTypes',
    reads: ['training.engine'],
    allowed: ({ training }) => {
      if (!training || (training.engine === 'batch' ? fitBatch : fitSageMaker)(training.instanceTypes))
        return undefined;
      const types =
        training.engine === 'batch'
          ? 'are types of EC2 (without ml.) with x86_64 processors and one number of GPUs, none older than the g4dn family'
          : 'is one type (with ml.) with a GPU and x86_64 processors that SageMaker trains on';
      return `allowed with training.engine "${training.engine}" ${types}: see docs/instance-types.md`;
    },
  },
];

function fitSageMaker([type = '', ...others]: readonly string[]): boolean {
  const facts = factsOf(type);
  const trains = facts?.training === true && facts.architecture === 'x86_64' && facts.gpus !== 0;
  return others.length === 0 && type.startsWith('ml.') && trains;
}

function fitBatch(types: readonly string[]): boolean {
  const gpus = new Set(types.map((type) => factsOf(type)?.gpus));
  return gpus.size === 1 && types.every((type) => !type.startsWith('ml.') && runsOnBatch(type));
}

/**
 * The environment of `config/<name>.ts`, checked and frozen.
 *
 * @throws Error with one line for each problem: file, field path, what was given, what is allowed, why where not plain.
 */
export const checkEnvironment = (name: string, value: unknown): Environment =>
  check(`config/${name}.ts`, schema, value, rules(name));
