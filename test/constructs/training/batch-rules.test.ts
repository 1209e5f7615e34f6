import { aws_ec2 as ec2, aws_kms as kms, aws_s3 as s3, Duration, Lazy, Size, Stack } from 'aws-cdk-lib';
import { training } from '../../../constructs';
import { batchCluster, type BatchClusterOptions } from './batch-cluster';

const { DataChannel, SpotPolicy, TrainingEngine } = training;

const rows = () => s3.Bucket.fromBucketName(new Stack(), 'Rows', 'rows');
const onDemand = SpotPolicy.onDemandOnly();
const gang = (props: BatchClusterOptions['props']): BatchClusterOptions => ({
  props: { instanceTypes: ['p4d.24xlarge'], nodes: 4, spotPolicy: onDemand, ...props },
  zones: ['eu-west-1a'],
});

it.each<[string, BatchClusterOptions, string]>([
  [
    'has several nodes on Spot',
    gang({ spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }) }),
    'nodes is 4 with Spot, allowed with Batch is 1, or SpotPolicy.onDemandOnly(): Batch runs no multi-node parallel jobs ' +
      'on Spot, accepts them all the same, and lets them wait for ever. TrainingEngine.sageMaker() runs gangs on Spot',
  ],
  [
    'has a gang of two types',
    gang({ instanceTypes: ['p4d.24xlarge', 'p4de.24xlarge'] }),
    'instanceTypes has 2 entries with 4 nodes, allowed is 1: the nodes of a gang are alike, or the fastest wait for the slowest',
  ],
  [
    'has a gang in two zones',
    { ...gang({}), zones: ['eu-west-1a', 'eu-west-1b'] },
    'network.vpcSubnets has zones eu-west-1a, eu-west-1b with 4 nodes, allowed is one zone: the nodes of a gang stand in one ' +
      'placement group, which is in one zone',
  ],
  [
    'has more EFA than its type',
    gang({ engine: TrainingEngine.batch({ efaInterfaces: 8 }) }),
    'engine.efaInterfaces is 8, allowed with p4d.24xlarge are up to 4: it has no more',
  ],
  [
    'has EFA on a type whose first card takes none',
    gang({ instanceTypes: ['p6-b300.48xlarge'] }),
    'engine.efaInterfaces is 16 with p6-b300.48xlarge, allowed is 0: its first network card takes none, which is not provided for',
  ],
  [
    'has EFA on one node',
    { props: { engine: TrainingEngine.batch({ efaInterfaces: 1 }) } },
    'engine.efaInterfaces is 1 with one node, allowed is 0: EFA is for traffic between nodes',
  ],
  [
    'is on Spot only, and has reserved capacity',
    {
      props: {
        engine: TrainingEngine.batch({
          capacityReservationGroupArn: 'arn:aws:resource-groups:eu-west-1:111122223333:group/gpus',
        }),
        spotPolicy: SpotPolicy.spotOnly(Duration.hours(20)),
      },
    },
    'engine.capacityReservationGroupArn is given with SpotPolicy.spotOnly, allowed is with on-demand instances: Spot uses none',
  ],
  ['has no type', { props: { instanceTypes: [] } }, 'instanceTypes has 0 entries, allowed is 1 or more'],
  [
    'has a type twice',
    { props: { instanceTypes: ['g5.xlarge', 'g5.xlarge'] } },
    'instanceTypes has g5.xlarge twice, allowed are unique types',
  ],
  [
    'has a type as SageMaker writes it',
    { props: { instanceTypes: ['ml.g5.xlarge'] } },
    'instanceTypes has "ml.g5.xlarge", allowed with Batch is a literal name of EC2, <family>.<size> without ml.: what it can ' +
      'do is checked at synth',
  ],
  [
    'has a type that is not in the table',
    { props: { instanceTypes: ['g99.xlarge'] } },
    'instanceTypes has g99.xlarge, allowed are types in the table of this version: see docs/instance-types.md',
  ],
  [
    'has a type without a GPU',
    { props: { instanceTypes: ['m5.xlarge'] } },
    'instanceTypes has m5.xlarge, which has no GPU, allowed are types with one: this is a cluster for GPU training',
  ],
  [
    'has types of two architectures',
    { props: { instanceTypes: ['g5.xlarge', 'g5g.xlarge'] } },
    'instanceTypes has g5.xlarge with x86_64 processors and g5g.xlarge with arm64, allowed is one architecture: one image and ' +
      'one AMI serve them all',
  ],
  ...['p3.2xlarge', 'g5g.xlarge', 'g6f.xlarge', 'dl1.24xlarge'].map((type): [string, BatchClusterOptions, string] => [
    `has ${type}, which the AMI does not support`,
    { props: { instanceTypes: [type] } },
    `instanceTypes has ${type}, allowed with Batch are types with whole GPUs of NVIDIA that the AMI ECS_AL2023_NVIDIA supports: ` +
      'it runs on no Graviton types, nor on those with GPUs older than the g4dn family',
  ]),
  [
    'has types with other numbers of GPUs',
    { props: { instanceTypes: ['g5.xlarge', 'g5.12xlarge'] } },
    'instanceTypes has g5.xlarge with 1 GPUs and g5.12xlarge with 4, allowed is one number of GPUs: a job asks for so many, and ' +
      'would pay for others that it does not use',
  ],
  [
    'has no network',
    { props: { network: undefined } },
    'network is not given, allowed with Batch is with one: it starts instances in a VPC of yours',
  ],
])('fails when it %s', (_, options, message) => {
  expect(() => batchCluster(options)).toThrow(new Error(`Test/Cluster: ${message}`));
});

it('fails when its subnets are public', () => {
  const vpcSubnets = { subnetType: ec2.SubnetType.PUBLIC };
  expect(() => batchCluster({ network: { vpcSubnets } })).toThrow(
    'Test/Cluster: network.vpcSubnets has a public subnet, allowed are private and isolated ones: nodes are no hosts of the internet',
  );
});

it('fails when it has an encryption key', () => {
  const encryptionKey = kms.Key.fromKeyArn(new Stack(), 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/one');
  expect(() => batchCluster({ props: { encryptionKey } })).toThrow(
    "Test/Cluster: encryptionKey is given with Batch, allowed is without: disks are encrypted with the account's default key for " +
      'EBS, and models with the key of their bucket',
  );
});

it.each<[string, Partial<training.TrainingJobOptions>, string]>([
  [
    'streams data',
    { channels: [DataChannel.fastFile('train', rows())] },
    'channel "train" is streamed, allowed with Batch is DataChannel.file: our entry point downloads data, and mounts nothing',
  ],
  [
    'wants numbers read',
    { metrics: [{ name: 'loss', regex: 'loss=(.*)' }] },
    'metrics is given, allowed with Batch is none: it reads no numbers from what a container prints',
  ],
  [
    'has more hyperparameters than a request takes',
    { hyperparameters: Object.fromEntries(Array.from({ length: 3 }, (_, at) => [`h${at}`, 'x'.repeat(2500)])) },
    'hyperparameters has 7539 characters in a request, allowed with Batch are 6000: ECS takes no more. Put what is longer into a channel',
  ],
  [
    'has more variables than a job definition takes',
    { environment: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`V${at}`, 'x'.repeat(500)])) },
    'environment and channels have 21036 bytes as JSON, allowed with Batch are 18000: a job definition takes no more. Put what is ' +
      'longer into a channel',
  ],
  [
    'sets what the cluster sets',
    { environment: { TRAINING_ATTEMPT: '7' } },
    'environment has TRAINING_ATTEMPT, allowed are other names: the cluster sets it',
  ],
])('fails when a job %s', (_, job, message) => {
  expect(() => batchCluster({ job })).toThrow(new Error(`Test/Cluster: job "Train": ${message}`));
});

it.each<[string, () => unknown, string]>([
  [
    'volumeSize',
    () => TrainingEngine.batch({ volumeSize: Size.gibibytes(20) }),
    'volumeSize is 20 GiB, allowed are 30 to 16384, whole',
  ],
  [
    'capacityReservationGroupArn',
    () => TrainingEngine.batch({ capacityReservationGroupArn: 'cr-1' }),
    'capacityReservationGroupArn is "cr-1", allowed is the ARN of a resource group, arn:aws:resource-groups:<region>:<account>:group/<name>',
  ],
  ['maxRuns', () => TrainingEngine.batch({ maxRuns: 0 }), 'maxRuns is 0, allowed are 1 to 1000, whole'],
  [
    'efaInterfaces',
    () => TrainingEngine.batch({ efaInterfaces: 1.5 }),
    'efaInterfaces is 1.5, allowed are 0 to 32, whole',
  ],
  [
    'maxRuns as a token',
    () => TrainingEngine.batch({ maxRuns: Lazy.number({ produce: () => 1 }) }),
    'maxRuns is a token, allowed are 1 to 1000, whole',
  ],
])('TrainingEngine.batch fails on %s', (_, make, message) => {
  expect(make).toThrow(new Error(`TrainingEngine.batch: ${message}`));
});

it('SageMaker refuses a type as EC2 writes it', () => {
  expect(() => batchCluster({ props: { engine: TrainingEngine.sageMaker(), instanceTypes: ['g5.xlarge'] } })).toThrow(
    'Test/Cluster: instanceTypes has "g5.xlarge", allowed is a literal ml.<family>.<size>: what it can do is checked at synth',
  );
});
