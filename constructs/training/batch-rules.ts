import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { BatchEngineOptions } from './batch-options';
import { CLUSTER_TAG } from './batch-permissions';
import { BATCH_ENTRY, MAX_BATCH_HYPERPARAMETERS } from './constants';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import type { TrainingJobOptions } from './training-job';
import { fail } from '../private/fail';
import { factsOf, type InstanceTypeFacts, runsOnBatch } from '../private/instance-types';
import { selectedSubnets } from '../private/subnets';

/*
 * What Batch refuses when a run starts, or worse, accepts and never runs. Source, where a rule names no other: AWS Batch user
 * guide and API reference (November 2026).
 */

type Refuse = (message: string) => never;

export function validateBatch(scope: IConstruct, props: GpuTrainingClusterProps, options: BatchEngineOptions): void {
  const refuse: Refuse = (message) => fail(scope, message);
  const facts = props.instanceTypes.map((type) => factsOfType(refuse, type));
  validateTypes(refuse, props.instanceTypes, facts);
  if (props.encryptionKey) {
    refuse(
      "encryptionKey is given with Batch, allowed is without: disks are encrypted with the account's default key for EBS, and " +
        'models with the key of their bucket',
    );
  }
  validateNetwork(refuse, props);
  if (options.capacityReservationGroupArn !== undefined && props.spotPolicy.maxWait) {
    refuse(
      'engine.capacityReservationGroupArn is given with SpotPolicy.spotOnly, allowed is with on-demand instances: Spot uses none',
    );
  }
  validateTags(refuse, props);
  if ((props.nodes ?? 1) > 1) validateGang(refuse, props, options);
  else if ((options.efaInterfaces ?? 0) > 0) {
    refuse(
      `engine.efaInterfaces is ${options.efaInterfaces ?? 0} with one node, allowed is 0: EFA is for traffic between nodes`,
    );
  }
}

function factsOfType(refuse: Refuse, type: string): InstanceTypeFacts {
  if (Token.isUnresolved(type) || !/^(?!ml\.)[a-z0-9-]+\.[a-z0-9-]+$/.test(type)) {
    refuse(
      `instanceTypes has ${Token.isUnresolved(type) ? 'a token' : `"${type}"`}, allowed with Batch is a literal name of EC2, <family>.<size> without ml.: ` +
        'what it can do is checked at synth',
    );
  }
  const facts = factsOf(type);
  if (!facts?.vcpus || !facts.memoryMib)
    refuse(`instanceTypes has ${type}, allowed are types in the table of this version: see docs/instance-types.md`);
  if (!facts.gpus) {
    refuse(
      `instanceTypes has ${type}, which has no GPU, allowed are types with one: this is a cluster for GPU training`,
    );
  }
  return facts;
}

function validateTypes(refuse: Refuse, types: readonly string[], facts: readonly InstanceTypeFacts[]): void {
  const [first, ...others] = facts;
  if (!first) refuse('instanceTypes has 0 entries, allowed is 1 or more');
  const twice = types.find((type, at) => types.indexOf(type) !== at);
  if (twice !== undefined) refuse(`instanceTypes has ${twice} twice, allowed are unique types`);
  const architecture = others.findIndex((other) => other.architecture !== first.architecture);
  if (architecture >= 0) {
    refuse(
      `instanceTypes has ${types[0] ?? ''} with ${first.architecture ?? 'unknown'} processors and ${types[architecture + 1] ?? ''} with ` +
        `${others[architecture]?.architecture ?? 'unknown'}, allowed is one architecture: one image and one AMI serve them all`,
    );
  }
  const unsupported = types.find((type) => !runsOnBatch(type));
  if (unsupported !== undefined) {
    refuse(
      `instanceTypes has ${unsupported}, allowed with Batch are types with whole GPUs of NVIDIA that the AMI ECS_AL2023_NVIDIA ` +
        'supports: it runs on no Graviton types, nor on those with GPUs older than the g4dn family',
    );
  }
  const uneven = others.findIndex(({ gpus }) => gpus !== first.gpus);
  if (uneven >= 0) {
    refuse(
      `instanceTypes has ${types[0] ?? ''} with ${first.gpus ?? 0} GPUs and ${types[uneven + 1] ?? ''} with ${others[uneven]?.gpus ?? 0}, ` +
        'allowed is one number of GPUs: a job asks for so many, and would pay for others that it does not use',
    );
  }
}

function validateNetwork(refuse: Refuse, { network }: GpuTrainingClusterProps): void {
  if (!network) refuse('network is not given, allowed with Batch is with one: it starts instances in a VPC of yours');
  const publicIds = new Set(network.vpc.publicSubnets.map(({ subnetId }) => subnetId));
  const { subnetIds } = selectedSubnets(network.vpc, network.vpcSubnets);
  const found = subnetIds.find((id) => publicIds.has(id));
  if (found !== undefined) {
    refuse(
      'network.vpcSubnets has a public subnet, allowed are private and isolated ones: nodes are no hosts of the internet',
    );
  }
}

/** At most 50 (API SubmitJob, tags; EC2 user guide, "Tag restrictions"): jobs get one more, and instances that of Batch and a name. */
const MOST_TAGS = 48;

function validateTags(refuse: Refuse, { jobTags = {} }: GpuTrainingClusterProps): void {
  const count = Object.keys(jobTags).length;
  if (count > MOST_TAGS) {
    refuse(
      `jobTags has ${count} entries, allowed with Batch are up to ${MOST_TAGS}: jobs and instances get others besides`,
    );
  }
  if (CLUSTER_TAG in jobTags) {
    refuse(`jobTags has "${CLUSTER_TAG}", allowed are other names: the cluster knows its jobs by it`);
  }
}

function validateGang(refuse: Refuse, props: GpuTrainingClusterProps, options: BatchEngineOptions): void {
  const { nodes = 1, spotPolicy, instanceTypes, network } = props;
  if (spotPolicy.usesSpot) {
    refuse(
      `nodes is ${nodes} with Spot, allowed with Batch is 1, or SpotPolicy.onDemandOnly(): Batch runs no multi-node parallel jobs ` +
        'on Spot, accepts them all the same, and lets them wait for ever. TrainingEngine.sageMaker() runs gangs on Spot',
    );
  }
  const [type = ''] = instanceTypes;
  if (instanceTypes.length > 1) {
    refuse(
      `instanceTypes has ${instanceTypes.length} entries with ${nodes} nodes, allowed is 1: the nodes of a gang are alike, or the ` +
        'fastest wait for the slowest',
    );
  }
  const zones = network ? selectedSubnets(network.vpc, network.vpcSubnets).availabilityZones : [];
  if (new Set(zones).size > 1) {
    refuse(
      `network.vpcSubnets has zones ${[...new Set(zones)].join(', ')} with ${nodes} nodes, allowed is one zone: the nodes of a gang ` +
        'stand in one placement group, which is in one zone',
    );
  }
  const available = factsOf(type)?.efaInterfaces ?? 0;
  const { efaInterfaces = available } = options;
  if (efaInterfaces > available) {
    refuse(`engine.efaInterfaces is ${efaInterfaces}, allowed with ${type} are up to ${available}: it has no more`);
  }
  // On every other type each network card takes an EFA (EC2's DescribeInstanceTypes, as moto 5.2.5 has it).
  if (efaInterfaces > 0 && type === 'p6-b300.48xlarge') {
    refuse(
      `engine.efaInterfaces is ${efaInterfaces} with ${type}, allowed is 0: its first network card takes none, which is not provided for`,
    );
  }
}

/** Of variables and channels in a job definition. It may have 24 KiB (user guide, "AWS Batch service quotas"), roles and image included. */
const MOST_BYTES = 18_000;

export function validateBatchJob(scope: IConstruct, id: string, job: TrainingJobOptions): void {
  const refuse: Refuse = (message) => fail(scope, `job "${id}": ${message}`);
  const { channels = [], metrics = [], hyperparameters = {}, environment = {} } = job;
  const other = channels.find(({ inputMode, lustreSource }) => inputMode !== 'File' || lustreSource);
  if (other) {
    refuse(
      `channel "${other.name}" is ${other.lustreSource ? 'a file system' : 'streamed'}, allowed with Batch is DataChannel.file: ` +
        'our entry point downloads data, and mounts nothing',
    );
  }
  if (metrics.length > 0) {
    refuse('metrics is given, allowed with Batch is none: it reads no numbers from what a container prints');
  }
  const characters = JSON.stringify(JSON.stringify(hyperparameters)).length;
  if (characters > MAX_BATCH_HYPERPARAMETERS) {
    refuse(
      `hyperparameters has ${characters} characters in a request, allowed with Batch are ${MAX_BATCH_HYPERPARAMETERS}: ECS takes no ` +
        'more. Put what is longer into a channel',
    );
  }
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const texts = channels.map(({ name, bucket, options }) =>
    JSON.stringify({ name, uri: bucket?.bucketName, ...options }),
  );
  const bytes = Buffer.byteLength(JSON.stringify([variables, texts]));
  if (bytes > MOST_BYTES) {
    refuse(
      `environment and channels have ${bytes} bytes as JSON, allowed with Batch are ${MOST_BYTES}: a job definition takes no more. Put ` +
        'what is longer into a channel',
    );
  }
  const reserved = Object.keys(environment).find((name) => Object.values<string>(BATCH_ENTRY).includes(name));
  if (reserved !== undefined) refuse(`environment has ${reserved}, allowed are other names: the cluster sets it`);
}
