import fc from 'fast-check';
import type { Mutation } from '../../harness';
import { these } from '../../wrong';
import type { ChannelPlan, ClusterPlan, JobPlan } from '../plan';
import { drawn, job } from './breaking';

const records = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`NAME_${i}`, '1']));
const channel = (name: string): ChannelPlan => ({ from: 'file', name, encrypted: false });
const named = (count: number) => Array.from({ length: count }, (_, i) => channel(`channel-${i}`));
const LUSTRE: ChannelPlan = { from: 'lustre', name: 'large', directoryPath: '/fsx' };
const IN_ONE_ZONE: Partial<ClusterPlan> = { network: { vpc: 'isolated', subnets: 3 } };

/** Breaks one field of the first job in one way. */
const one = (when: string, change: Partial<JobPlan>, given: string, allowed: string) =>
  job(when, fc.constant(change), (value) => ({ change: value, given, allowed }));
const tooMany = (field: 'hyperparameters' | 'environment', most: number) =>
  job(`there are too many ${field}`, fc.integer({ min: most + 1, max: most + 20 }), (count) => ({
    change: { [field]: records(count) },
    given: `${field} has ${count} entries`,
    allowed: `allowed are up to ${most}`,
  }));
const metric = (when: string, name: string, regex: string, given: string, allowed: string) =>
  one(when, { metrics: [{ name, regex }] }, `metrics has ${given}`, allowed);

/** Ways to break a job, in the order of its rules. */
export const JOB_MUTATIONS: Mutation<ClusterPlan>[] = [
  job('there are too many channels', fc.integer({ min: 21, max: 30 }), (count) => ({
    change: { channels: named(count) },
    given: `channels has ${count} entries`,
    allowed: 'allowed are up to 20',
  })),
  job('two channels have one name', fc.integer({ min: 1, max: 19 }), (count) => ({
    change: { channels: [...named(count), channel('channel-0')] },
    given: 'channels has "channel-0" twice',
    allowed: 'allowed are unique names',
  })),
  job('a file system is read without a network', fc.constant(LUSTRE), (value) => ({
    change: { channels: [value] },
    beside: { network: undefined },
    given: 'channel "large" is a file system',
    allowed: "allowed with network: it is reached through the cluster's security groups",
  })),
  job('a file system stands in another zone', fc.constantFrom('eu-west-1b', 'eu-west-1c'), (zone) => ({
    change: { channels: [{ ...LUSTRE, zone }] },
    beside: IN_ONE_ZONE,
    given: `channel "large" is a file system in ${zone}`,
    allowed:
      'allowed are network.vpcSubnets of that zone alone, and they have one in eu-west-1a: a job in another zone would not reach it',
  })),
  ...(['fastFile', 'file'] as const).flatMap((from) => [
    job(`a channel of ${from} has no name`, drawn(these('', 'a b', 'a/b', 'é', 'x'.repeat(65))), (name) => ({
      change: { channels: [{ from, name, encrypted: false }] },
      where: `DataChannel.${from}`,
      given: `name is "${name}"`,
      allowed: 'allowed are 1 to 64 letters, digits and . - _',
    })),
    job(`a channel of ${from} has no prefix`, drawn(these('', '/', '/a', 'a//b', 'a/b//')), (prefix) => ({
      change: { channels: [{ from, name: 'train', encrypted: false, prefix }] },
      where: `DataChannel.${from}`,
      given: `prefix is "${prefix}"`,
      allowed: 'allowed are keys without a slash at the start and without doubled ones',
    })),
  ]),
  job('a file system has no path', drawn(these('', '/', 'fsx', '/fsx/', '//fsx', '/fsx/a b')), (directoryPath) => ({
    change: { channels: [{ ...LUSTRE, directoryPath }] },
    beside: IN_ONE_ZONE,
    where: 'DataChannel.lustre',
    given: `directoryPath is "${directoryPath}"`,
    allowed: 'allowed is /<mount name>, and folders below it: SageMaker mounts nothing else',
  })),
  job(
    'the tag of its image moves, or is none',
    drawn(these('latest', '', '-x', 'a b', 'x'.repeat(129))),
    (tagOrDigest) => ({
      change: { image: { tagOrDigest } },
      where: 'TrainingImage.fromEcrRepository',
      given: `tagOrDigest is "${tagOrDigest}"`,
      allowed:
        'allowed is a tag that is never moved, or a digest: what "latest" means changes without a deployment, and cannot be rolled back',
    }),
  ),

  tooMany('hyperparameters', 100),
  ...[0, 257].map((length) =>
    one(
      `the name of a hyperparameter has ${length} characters`,
      { hyperparameters: { ['n'.repeat(length)]: '1' } },
      `hyperparameters has a name of ${length} characters`,
      'allowed are 1 to 256',
    ),
  ),
  one(
    'a hyperparameter is long',
    { hyperparameters: { good: '1', long: 'v'.repeat(2501) } },
    'hyperparameters has 2501 characters in "long"',
    'allowed are up to 2500: put what is longer into a channel',
  ),
  one(
    'a variable looks like a parameter',
    { environment: { MODE: '${mode}' } },
    'environment has "${mode}"',
    'allowed are texts without ${...}: CloudFormation takes it for a parameter',
  ),
  ...['a\nb', 'a\r', '\n'].map((value) =>
    one(
      `a hyperparameter is ${JSON.stringify(value)}`,
      { hyperparameters: { config: value } },
      'hyperparameters has a line break in "config"',
      'allowed are texts of one line',
    ),
  ),
  one(
    'the hyperparameters are large together',
    { hyperparameters: Object.fromEntries(Object.keys(records(20)).map((name) => [name, '漢'.repeat(1000)])) },
    'hyperparameters has 60251 bytes as JSON',
    'allowed are up to 49152: a run carries them from state to state. Put what is longer into a channel',
  ),

  tooMany('environment', 95),
  ...['', '1ST', 'MY-NAME', 'A B', 'É', 'N'.repeat(513)].map((name) =>
    one(
      `an environment variable is named "${name.slice(0, 10)}"`,
      { environment: { GOOD: '1', [name]: '1' } },
      `environment has "${name}"`,
      'allowed are names of 1 to 512 letters, digits and underscores, not a digit first',
    ),
  ),
  one(
    'an environment variable is long',
    { environment: { NAME: 'v'.repeat(513) } },
    'environment has 513 characters in NAME',
    'allowed are up to 512: put what is longer into a channel',
  ),

  job('there are too many metrics', fc.integer({ min: 41, max: 60 }), (count) => ({
    change: { metrics: Array.from({ length: count }, (_, i) => ({ name: `m${i}`, regex: '(.*)' })) },
    given: `metrics has ${count} entries`,
    allowed: 'allowed are up to 40',
  })),
  ...['', 'n'.repeat(256)].map((name) =>
    metric(
      `the name of a metric has ${name.length} characters`,
      name,
      '(.*)',
      `the name "${name}"`,
      'allowed are 1 to 255 characters',
    ),
  ),
  ...['', `(${'x'.repeat(499)})`].map((regex) =>
    metric(
      `a regex has ${regex.length} characters`,
      'loss',
      regex,
      `a regex of ${regex.length} characters for "loss"`,
      'allowed are 1 to 500',
    ),
  ),
  ...['loss=.*', '(?:loss)', String.raw`loss=\(.*`].map((regex) =>
    metric(
      `a regex is ${regex}`,
      'loss',
      regex,
      `the regex "${regex}" for "loss"`,
      'allowed are those with a group: it is the number',
    ),
  ),
];
