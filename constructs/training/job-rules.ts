import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { validateBatchJob } from './batch-rules';
import { MAX_HYPERPARAMETER_BYTES, TRAINING } from './constants';
import type { DataChannel } from './data-channel';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import type { TrainingJobOptions } from './training-job';
import type { TrainingNetwork } from './training-network';
import { fail } from '../private/fail';
import type { AttachedNetwork } from '../private/permissions';

/* Limits: API CreateTrainingJob (November 2026). */

type Refuse = (message: string) => never;

export function validateJob(
  scope: IConstruct,
  id: string,
  { network, engine }: GpuTrainingClusterProps,
  attached: AttachedNetwork | undefined,
  job: TrainingJobOptions,
): void {
  const refuse: Refuse = (message) => fail(scope, `job "${id}": ${message}`);
  const channels = job.channels ?? [];
  count(refuse, 'channels', channels.length, 20);
  count(refuse, 'hyperparameters', Object.keys(job.hyperparameters ?? {}).length, 100);
  count(refuse, 'metrics', job.metrics?.length ?? 0, 40);
  // The cluster sets up to five of its own.
  count(refuse, 'environment', Object.keys(job.environment ?? {}).length, 95);

  const names = channels.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) refuse(`channels has "${twice}" twice, allowed are unique names`);
  for (const channel of channels) validateLustre(refuse, channel, network, attached);
  validatePlaceholders(refuse, job);
  validateHyperparameters(refuse, job);
  validateMetrics(refuse, job);
  validateEnvironment(refuse, job);
  if (engine?.batchOptions) validateBatchJob(scope, id, job);
}

function validateLustre(
  refuse: Refuse,
  { name, lustreSource }: DataChannel,
  network: TrainingNetwork | undefined,
  attached: AttachedNetwork | undefined,
): void {
  if (!lustreSource) return;
  if (!network || !attached) {
    refuse(
      `channel "${name}" is a file system, allowed with network: it is reached through the cluster's security groups`,
    );
  }
  const { subnet } = lustreSource;
  const { vpc, vpcSubnets } = network;
  const known = [...vpc.isolatedSubnets, ...vpc.privateSubnets, ...vpc.publicSubnets, ...(vpcSubnets?.subnets ?? [])];
  const zones = new Map(known.map((one) => [one.subnetId, one.availabilityZone]));
  const elsewhere = attached.subnetIds.find((subnetId) => zones.get(subnetId) !== subnet.availabilityZone);
  if (elsewhere !== undefined) {
    refuse(
      `channel "${name}" is a file system in ${subnet.availabilityZone}, allowed are network.vpcSubnets of that zone alone, and they ` +
        `have one in ${zones.get(elsewhere) ?? 'another'}: a job in another zone would not reach it`,
    );
  }
}

/** CloudFormation's rules take what looks like one for a parameter that is missing. */
function validatePlaceholders(
  refuse: Refuse,
  { hyperparameters, environment, metrics = [] }: TrainingJobOptions,
): void {
  const texts = {
    hyperparameters: Object.entries(hyperparameters ?? {}).flat(),
    environment: Object.values(environment ?? {}),
    metrics: metrics.flatMap(({ name, regex }) => [name, regex]),
  };
  for (const [field, all] of Object.entries(texts)) {
    const found = all.find((text) => !Token.isUnresolved(text) && /\$\{[^}]*\}/.test(text));
    if (found !== undefined) {
      refuse(`${field} has "${found}", allowed are texts without \${...}: CloudFormation takes it for a parameter`);
    }
  }
}

function validateHyperparameters(refuse: Refuse, { hyperparameters = {} }: TrainingJobOptions): void {
  for (const [name, value] of Object.entries(hyperparameters)) {
    if (Token.isUnresolved(name) || Token.isUnresolved(value)) continue;
    if (name.length < 1 || name.length > 256) {
      refuse(`hyperparameters has a name of ${name.length} characters, allowed are 1 to 256`);
    }
    if (value.length > 2500) {
      refuse(
        `hyperparameters has ${value.length} characters in "${name}", allowed are up to 2500: put what is longer into a channel`,
      );
    }
    if (/[\r\n]/.test(name + value)) {
      refuse(`hyperparameters has a line break in "${name}", allowed are texts of one line`);
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(hyperparameters));
  if (bytes > MAX_HYPERPARAMETER_BYTES) {
    refuse(
      `hyperparameters has ${bytes} bytes as JSON, allowed are up to ${MAX_HYPERPARAMETER_BYTES}: a run carries them from state to ` +
        'state. Put what is longer into a channel',
    );
  }
}

function validateMetrics(refuse: Refuse, { metrics = [] }: TrainingJobOptions): void {
  for (const { name, regex } of metrics) {
    if (!/^.{1,255}$/.test(name)) refuse(`metrics has the name "${name}", allowed are 1 to 255 characters`);
    if (regex.length < 1 || regex.length > 500) {
      refuse(`metrics has a regex of ${regex.length} characters for "${name}", allowed are 1 to 500`);
    }
    if (!/\((?!\?)/.test(regex.replace(/\\./g, '')))
      refuse(`metrics has the regex "${regex}" for "${name}", allowed are those with a group: it is the number`);
  }
}

/** API TrainingEnvironmentMap: names and values of up to 512 characters. */
function validateEnvironment(refuse: Refuse, { environment = {} }: TrainingJobOptions): void {
  if (TRAINING.executionVariable in environment)
    refuse(`environment has ${TRAINING.executionVariable}, allowed are other names: each run sets it`);
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_]\w{0,511}$/.test(name)) {
      refuse(
        `environment has "${name}", allowed are names of 1 to 512 letters, digits and underscores, not a digit first`,
      );
    }
    if (!Token.isUnresolved(value) && value.length > 512) {
      refuse(
        `environment has ${value.length} characters in ${name}, allowed are up to 512: put what is longer into a channel`,
      );
    }
  }
}

function count(refuse: Refuse, field: string, given: number, most: number): void {
  if (given > most) refuse(`${field} has ${given} entries, allowed are up to ${most}`);
}
