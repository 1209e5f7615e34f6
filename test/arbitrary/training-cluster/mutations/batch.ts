import fc from 'fast-check';
import { factsOf, runsOnBatch } from '../../../../constructs/private/instance-types';
import { ROWS } from '../../../../constructs/private/instance-types.generated';
import type { Mutation } from '../../harness';
import { above, below, not } from '../../wrong';
import { mostEfa } from '../batch-plans.arbitrary';
import type { ChannelPlan, ClusterPlan, NetworkPlan, PolicyPlan } from '../plan';
import { cluster, drawn, job } from './breaking';

const ON_DEMAND: PolicyPlan = { by: 'on-demand' };
const ONE_ZONE: NetworkPlan = { vpc: 'isolated', subnets: 2 };
const DAYS_28 = 2_419_200;
const severalNodes = fc.integer({ min: 2, max: 64 });
const LUSTRE: ChannelPlan = { from: 'lustre', name: 'large', directoryPath: '/fsx' };

const types = ROWS.map(([type]) => type);
const withoutGpu = types.filter(
  (type) => factsOf(type)?.gpus === 0 && factsOf(type)?.vcpus && factsOf(type)?.memoryMib,
);
const unsupported = types.filter((type) => /^(dl1|g5g|g6f|gr6f|p2|p3|p3dn)\./.test(type));
const withEfa = types.filter((type) => runsOnBatch(type) && mostEfa(type) > 0);

/** Breaks the types of one node. */
const wrongTypes = (when: string, values: fc.Arbitrary<string[]>, broken: (given: string[]) => [string, string]) =>
  cluster(when, values, (instanceTypes) => {
    const [given, allowed] = broken(instanceTypes);
    return { change: { instanceTypes, nodes: 1, batch: {} }, given: `instanceTypes has ${given}`, allowed };
  });
const wrongType = (when: string, values: fc.Arbitrary<string>, broken: (given: string) => [string, string]) =>
  wrongTypes(
    when,
    values.map((type) => [type]),
    ([type = '']) => broken(type),
  );

/** Breaks a gang that is right in all else. */
const gang = <T>(
  when: string,
  values: fc.Arbitrary<T>,
  broken: (value: T) => { change: Partial<ClusterPlan>; given: string; allowed: string },
) =>
  cluster(when, fc.tuple(severalNodes, values), ([nodes, value]) => {
    const { change, given, allowed } = broken(value);
    const right: Partial<ClusterPlan> = {
      nodes,
      instanceTypes: ['p4d.24xlarge'],
      spotPolicy: ON_DEMAND,
      network: ONE_ZONE,
      batch: {},
    };
    const told = (text: string) => text.replace('<nodes>', String(nodes));
    return { change: { ...right, ...change }, given: told(given), allowed: told(allowed) };
  });

const option = (
  field: 'volumeGibibytes' | 'maxRuns' | 'efaInterfaces',
  name: string,
  unit: string,
  [least, most]: [number, number],
) =>
  cluster(
    `${name} is too small or too large`,
    drawn(
      not(
        [least - 1, least + 0.5, most + 1],
        below(least).filter((value) => value >= 0 || !unit),
        above(most),
      ),
    ),
    (value) => ({
      change: { batch: { [field]: value } },
      where: 'TrainingEngine.batch',
      given: `${name} is ${value}${unit}`,
      allowed: `allowed are ${least} to ${most}, whole`,
    }),
  );

/** Ways to break what a cluster on Batch is made of, in the order of its rules. What Batch takes: its user guide (November 2026). */
export const BATCH_MUTATIONS: Mutation<ClusterPlan>[] = [
  option('volumeGibibytes', 'volumeSize', ' GiB', [30, 16_384]),
  option('maxRuns', 'maxRuns', '', [1, 1000]),
  option('efaInterfaces', 'efaInterfaces', '', [0, 32]),

  wrongTypes('there is no type', fc.constant([]), () => ['0 entries', 'allowed is 1 or more']),
  wrongType(
    'the type is not one of EC2',
    fc.constantFrom('', 'g5', 'ml.g5.xlarge', 'G5.XLARGE', 'optimal', 'g5.xlarge ', 'g5.xlarge.2'),
    (type) => [
      `"${type}"`,
      'allowed with Batch is a literal name of EC2, <family>.<size> without ml.: what it can do is checked at synth',
    ],
  ),
  wrongType(
    'nothing is known of the type',
    fc.constantFrom('p99.xlarge', 'g5.3xlarge', 'p6e-gb200.36xlarge'),
    (type) => [type, 'allowed are types in the table of this version: see docs/instance-types.md'],
  ),
  wrongType('the type has no GPU', fc.constantFrom(...withoutGpu), (type) => [
    `${type}, which has no GPU`,
    'allowed are types with one: this is a cluster for GPU training',
  ]),
  wrongType('the AMI does not support the type', fc.constantFrom(...unsupported), (type) => [
    type,
    'allowed with Batch are types with whole GPUs of NVIDIA that the AMI ECS_AL2023_NVIDIA supports: it runs on no Graviton types, ' +
      'nor on those with GPUs older than the g4dn family',
  ]),
  wrongTypes('a type is there twice', fc.constant(['g5.xlarge', 'g6.xlarge', 'g5.xlarge']), () => [
    'g5.xlarge twice',
    'allowed are unique types',
  ]),
  wrongTypes('types have two architectures', fc.constant(['g5.xlarge', 'g5g.xlarge']), () => [
    'g5.xlarge with x86_64 processors and g5g.xlarge with arm64',
    'allowed is one architecture: one image and one AMI serve them all',
  ]),
  wrongTypes(
    'types have other numbers of GPUs',
    fc.constantFrom(['g5.xlarge', 'g5.12xlarge'], ['g6e.4xlarge', 'g6e.24xlarge']),
    ([one = '', other = '']) => [
      `${one} with 1 GPUs and ${other} with 4`,
      'allowed is one number of GPUs: a job asks for so many, and would pay for others that it does not use',
    ],
  ),

  cluster('it has a key of its own', fc.constant(true), (encryptionKey) => ({
    change: { encryptionKey },
    given: 'encryptionKey is given with Batch',
    allowed:
      "allowed is without: disks are encrypted with the account's default key for EBS, and models with the key of their bucket",
  })),
  cluster('it is in no network', fc.constant(undefined), (network) => ({
    change: { network },
    given: 'network is not given',
    allowed: 'allowed with Batch is with one: it starts instances in a VPC of yours',
  })),
  cluster('its subnets are public', fc.constant<NetworkPlan>({ vpc: 'public' }), (network) => ({
    change: { network },
    given: 'network.vpcSubnets has a public subnet',
    allowed: 'allowed are private and isolated ones: nodes are no hosts of the internet',
  })),
  cluster('there are too many tags', fc.integer({ min: 49, max: 60 }), (count) => ({
    change: { jobTags: Object.fromEntries(Array.from({ length: count }, (_, at) => [`tag-${at}`, ''])) },
    given: `jobTags has ${count} entries`,
    allowed: 'allowed with Batch are up to 48: jobs and instances get others besides',
  })),
  cluster("a tag is the cluster's own", fc.constant('slipway:cluster'), (name) => ({
    change: { jobTags: { [name]: 'mine' } },
    given: `jobTags has "${name}"`,
    allowed: 'allowed are other names: the cluster knows its jobs by it',
  })),

  cluster('one node has EFA', fc.integer({ min: 1, max: 32 }), (efaInterfaces) => ({
    change: { nodes: 1, instanceTypes: ['p4d.24xlarge'], batch: { efaInterfaces } },
    given: `engine.efaInterfaces is ${efaInterfaces} with one node`,
    allowed: 'allowed is 0: EFA is for traffic between nodes',
  })),
  ...(['deadline', 'wait'] as const).map((by) =>
    gang(`several nodes are on Spot with a ${by}`, fc.constant(DAYS_28), (seconds) => ({
      change: { spotPolicy: { by, seconds } },
      given: 'nodes is <nodes> with Spot',
      allowed:
        'allowed with Batch is 1, or SpotPolicy.onDemandOnly(): Batch runs no multi-node parallel jobs on Spot, accepts them all the ' +
        'same, and lets them wait for ever. TrainingEngine.sageMaker() runs gangs on Spot',
    })),
  ),
  gang(
    'the nodes of a gang are of two types',
    fc.constant<string[]>(['p4d.24xlarge', 'p4de.24xlarge']),
    (instanceTypes) => ({
      change: { instanceTypes },
      given: 'instanceTypes has 2 entries with <nodes> nodes',
      allowed: 'allowed is 1: the nodes of a gang are alike, or the fastest wait for the slowest',
    }),
  ),
  gang(
    'a gang is in two zones',
    fc.constantFrom<NetworkPlan[]>({ vpc: 'isolated' }, { vpc: 'private' }),
    (network) => ({
      change: { network },
      given: 'network.vpcSubnets has zones eu-west-1a, eu-west-1b with <nodes> nodes',
      allowed: 'allowed is one zone: the nodes of a gang stand in one placement group, which is in one zone',
    }),
  ),
  gang(
    'nodes have more EFA than their type',
    fc
      .constantFrom(...withEfa)
      .filter((type) => mostEfa(type) < 32)
      .chain((type) => fc.integer({ min: mostEfa(type) + 1, max: 32 }).map((count) => ({ type, count }))),
    ({ type, count }) => ({
      change: { instanceTypes: [type], batch: { efaInterfaces: count } },
      given: `engine.efaInterfaces is ${count}`,
      allowed: `allowed with ${type} are up to ${mostEfa(type)}: it has no more`,
    }),
  ),
  gang('EFA would be on a card that takes none', fc.integer({ min: 1, max: 16 }), (efaInterfaces) => ({
    change: { instanceTypes: ['p6-b300.48xlarge'], batch: { efaInterfaces } },
    given: `engine.efaInterfaces is ${efaInterfaces} with p6-b300.48xlarge`,
    allowed: 'allowed is 0: its first network card takes none, which is not provided for',
  })),

  ...(
    [
      ['streamed', { from: 'fastFile', name: 'large', encrypted: false }],
      ['a file system', LUSTRE],
    ] as const
  ).map(([what, channel]) =>
    job(`a channel is ${what}`, fc.constant(channel), (value) => ({
      change: { channels: [value] },
      beside: { network: ONE_ZONE },
      given: `channel "large" is ${what}`,
      allowed: 'allowed with Batch is DataChannel.file: our entry point downloads data, and mounts nothing',
    })),
  ),
  job('numbers are to be read', fc.constant({ name: 'loss', regex: 'loss=(.*)' }), (metric) => ({
    change: { metrics: [metric] },
    given: 'metrics is given',
    allowed: 'allowed with Batch is none: it reads no numbers from what a container prints',
  })),
  job('hyperparameters do not fit into a request', fc.integer({ min: 1989, max: 2500 }), (length) => ({
    change: { hyperparameters: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, 'x'.repeat(length)])) },
    given: `hyperparameters has ${3 * length + 36} characters in a request`,
    allowed: 'allowed with Batch are 6000: ECS takes no more. Put what is longer into a channel',
  })),
  job('variables do not fit into a job definition', fc.integer({ min: 36, max: 90 }), (count) => ({
    change: {
      channels: [],
      environment: Object.fromEntries(Array.from({ length: count }, (_, at) => [`V${10 + at}`, 'x'.repeat(500)])),
    },
    given: `environment and channels have ${count * 526 + 6} bytes as JSON`,
    allowed: 'allowed with Batch are 18000: a job definition takes no more. Put what is longer into a channel',
  })),
  job(
    "a variable is the cluster's own",
    fc.constantFrom('TRAINING_ATTEMPT', 'TRAINING_CHECKPOINTS_URI', 'TRAINING_CHANNELS', 'TRAINING_HYPERPARAMETERS'),
    (name) => ({
      change: { environment: { [name]: '1' } },
      given: `environment has ${name}`,
      allowed: 'allowed are other names: the cluster sets it',
    }),
  ),
];
