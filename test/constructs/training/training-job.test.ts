import { aws_iam as iam, aws_stepfunctions as sfn, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  DataChannel,
  DataDistribution,
  type GpuTrainingClusterProps,
  type TrainingJobOptions,
} from '../../../constructs/training';
import { permissions, policyTable, testStack, theOne } from '../../helpers';
import { created, terms } from './rendered';
import { Surroundings } from './surroundings';

type Job = (here: Surroundings) => Partial<TrainingJobOptions>;
type Props = (here: Surroundings) => Partial<GpuTrainingClusterProps>;

const build = (job: Job, props: Props = () => ({})) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  const cluster = here.cluster(props(here));
  return { stack, here, cluster, job: here.job(cluster, job(here)) };
};
const synth = (job: Job = () => ({}), props?: Props) => Template.fromStack(build(job, props).stack);
const request = (job?: Job, props?: Props) => created(synth(job, props)).onDemand;

const inZone: Props = ({ vpc }) => ({ network: { vpc, vpcSubnets: { availabilityZones: ['eu-west-1b'] } } });
const lustre = (here: Surroundings, zone = 'eu-west-1b') => ({
  channels: [
    DataChannel.lustre('large', here.lustre, {
      directoryPath: '/fsx/train',
      subnet: here.subnet('subnet-lustre', zone),
    }),
  ],
});

describe('A job, by option:', () => {
  it('image: is what runs', () => {
    expect(request()['AlgorithmSpecification']).toEqual({
      TrainingImage: '111122223333.dkr.ecr.eu-west-1.<AWS::URLSuffix>/trainer:1.0',
      TrainingInputMode: 'File',
      MetricDefinitions: [],
    });
  });

  it('channels: by default none', () => {
    expect(request()).not.toHaveProperty('InputDataConfig');
  });

  it.each<[string, Job, Props, unknown]>([
    [
      'a whole bucket',
      (here) => ({ channels: [DataChannel.file('train', here.bucket)] }),
      () => ({}),
      {
        ChannelName: 'train',
        InputMode: 'File',
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: 's3://data/',
            S3DataDistributionType: 'FullyReplicated',
          },
        },
      },
    ],
    [
      'a part of a bucket, shared out',
      (here) => ({
        channels: [
          DataChannel.fastFile('train', here.bucket, {
            prefix: 'run-1/',
            distribution: DataDistribution.SHARDED_BY_S3_KEY,
            contentType: 'application/x-parquet',
          }),
        ],
      }),
      () => ({}),
      {
        ChannelName: 'train',
        InputMode: 'FastFile',
        ContentType: 'application/x-parquet',
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: 's3://data/run-1/',
            S3DataDistributionType: 'ShardedByS3Key',
          },
        },
      },
    ],
    [
      'a file system',
      lustre,
      inZone,
      {
        ChannelName: 'large',
        InputMode: 'File',
        DataSource: {
          FileSystemDataSource: {
            FileSystemType: 'FSxLustre',
            FileSystemId: 'fs-0123456789abcdef0',
            DirectoryPath: '/fsx/train',
            FileSystemAccessMode: 'ro',
          },
        },
      },
    ],
  ])('channels: %s', (_, job, props, expected) => {
    expect(request(job, props)['InputDataConfig']).toEqual([expected]);
  });

  it('hyperparameters: are those of every run, unless its input has others', () => {
    const template = synth(() => ({ hyperparameters: { epochs: '3' } }));
    expect(terms(template)).toMatchObject({ hyperparameters: { epochs: '3' } });
    expect(created(template).onSpot['HyperParameters.$']).toBe('$.data.hyperparameters');
  });

  it("environment: stands beside the cluster's own, and before it", () => {
    const environment = { MODE: 'fast', CHECKPOINT_INTERVAL_SECONDS: '60' };
    expect(request(() => ({ environment }))['Environment']).toEqual({
      NCCL_SHM_USE_CUDA_MEMCPY: '1',
      ...environment,
      'TRAINING_EXECUTION.$': '$.data.state.execution',
    });
  });

  it('metrics: are read from what the trainer prints', () => {
    const metrics = [{ name: 'train:loss', regex: 'loss=([0-9.]+)' }];
    expect(request(() => ({ metrics }))['AlgorithmSpecification']).toMatchObject({
      MetricDefinitions: [{ Name: 'train:loss', Regex: 'loss=([0-9.]+)' }],
    });
  });
});

describe('A job', () => {
  const MACHINE = (template: Template) => theOne(template, 'AWS::StepFunctions::StateMachine').id;

  it('is a state of another machine, which waits for the end of its run', () => {
    const { stack, job } = build(() => ({}));
    new sfn.StateMachine(stack, 'Weekly', {
      definitionBody: sfn.DefinitionBody.fromChainable(
        job.createTask(stack, 'Retrain', sfn.TaskInput.fromObject({ hyperparameters: { epochs: '5' } })),
      ),
    });
    const template = Template.fromStack(stack);
    const { definition } = created(template, 'Weekly');
    expect(definition.States['Retrain']).toMatchObject({
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { Input: { hyperparameters: { epochs: '5' } } },
      OutputPath: '$.Output',
    });
    expect(permissions(template, 'WeeklyRole')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^states:StartExecution on <ClusterTrain/)]),
    );
  });

  it('is a state that starts a run with nothing but its defaults', () => {
    const { stack, job } = build(() => ({}));
    const task = job.createTask(stack, 'Retrain');
    expect(task.toStateJson()).toMatchObject({ Parameters: { Input: {} } });
  });

  it.each<[string, (built: ReturnType<typeof build>, grantee: iam.IGrantable) => iam.Grant]>([
    ['by itself', ({ job }, grantee) => job.grantStart(grantee)],
    ['with the cluster', ({ cluster }, grantee) => cluster.grantStartTraining(grantee)],
  ])('can be started by others, %s, who may look at its runs', (_, grant) => {
    const built = build(() => ({}));
    grant(built, new iam.User(built.stack, 'User')).assertSuccess();
    const template = Template.fromStack(built.stack);
    const machine = `<${MACHINE(template)}>`;
    const executions = `arn:aws:states:eu-west-1:111122223333:execution:${nameIn(machine)}:*`;
    expect(permissions(template, 'User')).toEqual(
      [
        `states:StartExecution on ${machine}`,
        `states:ListExecutions on ${machine}`,
        `states:DescribeExecution on ${executions}`,
        `states:GetExecutionHistory on ${executions}`,
      ].sort(),
    );
  });

  it('is started with the others of its cluster', () => {
    const { stack, here, cluster } = build(() => ({}));
    here.job(cluster, {}, 'Other');
    cluster.grantStartTraining(new iam.User(stack, 'User'));
    const started = permissions(Template.fromStack(stack), 'User').filter((line) => line.includes('StartExecution'));
    expect(started).toHaveLength(2);
  });

  it('goes on in another execution of its own', () => {
    const template = synth();
    const machine = MACHINE(template);
    const { Properties } = theOne(template, 'AWS::IAM::ManagedPolicy');
    const { PolicyDocument, Roles } = Properties as { PolicyDocument: unknown; Roles: unknown };
    expect(Roles).toEqual([{ Ref: expect.stringMatching(/^ClusterTrainRole/) as string }]);
    const executions = `arn:aws:states:eu-west-1:111122223333:execution:<${machine}.Name>:*`;
    expect(policyTable(PolicyDocument)).toEqual(
      [
        `states:StartExecution on <${machine}>`,
        `states:DescribeExecution on ${executions}`,
        `states:StopExecution on ${executions}`,
      ].sort(),
    );
  });

  it('counts its runs that failed', () => {
    const { stack, job } = build(() => ({}));
    expect(stack.resolve(job.metricFailed({ period: undefined }).toMetricConfig().metricStat)).toMatchObject({
      namespace: 'AWS/States',
      metricName: 'ExecutionsFailed',
      dimensions: [{ name: 'StateMachineArn', value: { Ref: expect.stringMatching(/^ClusterTrain/) as string } }],
    });
  });
});

/** As the CDK takes the name of a machine from its ARN. */
function nameIn(machine: string): string {
  return `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${machine.slice(1, -1)}"}]}]}`;
}

const records = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`NAME_${i}`, '']));
const channels = (here: Surroundings, count: number) =>
  Array.from({ length: count }, (_, i) => DataChannel.file(`channel-${i}`, here.bucket));
const metrics = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `m${i}`, regex: '(.*)' }));

const plain: Props = () => ({});

describe('A job accepts', () => {
  it.each<[string, Job, Props]>([
    [
      'the most of everything',
      (here) => ({
        channels: channels(here, 20),
        hyperparameters: records(100),
        environment: records(95),
        metrics: metrics(40),
      }),
      plain,
    ],
    [
      'the longest texts',
      () => ({
        hyperparameters: { ['n'.repeat(256)]: 'v'.repeat(2500) },
        environment: { ['N'.repeat(512)]: 'v'.repeat(512) },
        metrics: [{ name: 'n'.repeat(255), regex: `(${'x'.repeat(498)})` }],
      }),
      plain,
    ],
    [
      'tokens',
      () => ({
        hyperparameters: { rate: Token.asString({ Ref: 'Rate' }) },
        environment: { RATE: Token.asString({ Ref: 'Rate' }) },
      }),
      plain,
    ],
    ['a file system in the zone of the subnets', lustre, inZone],
    [
      'a file system in the zone of subnets that are no part of the VPC as it is known',
      lustre,
      (here) => ({
        network: { vpc: here.vpc, vpcSubnets: { subnets: [here.subnet('subnet-other', 'eu-west-1b')] } },
      }),
    ],
  ])('%s', (_, job, props) => {
    expect(() => build(job, props)).not.toThrow();
  });
});

describe('A job fails when', () => {
  it.each<[string, Job, string]>([
    [
      'it has 21 channels',
      (here) => ({ channels: channels(here, 21) }),
      'channels has 21 entries, allowed are up to 20',
    ],
    [
      'two channels have one name',
      (here) => ({ channels: [...channels(here, 2), ...channels(here, 1)] }),
      'channels has "channel-0" twice, allowed are unique names',
    ],
    [
      'it has 101 hyperparameters',
      () => ({ hyperparameters: records(101) }),
      'hyperparameters has 101 entries, allowed are up to 100',
    ],
    [
      'a hyperparameter has no name',
      () => ({ hyperparameters: { '': '1' } }),
      'hyperparameters has a name of 0 characters, allowed are 1 to 256',
    ],
    [
      'a hyperparameter has a long name',
      () => ({ hyperparameters: { ['n'.repeat(257)]: '1' } }),
      'hyperparameters has a name of 257 characters, allowed are 1 to 256',
    ],
    [
      'a hyperparameter has a long value',
      () => ({ hyperparameters: { classes: 'v'.repeat(2501) } }),
      'hyperparameters has 2501 characters in "classes", allowed are up to 2500: put what is longer into a channel',
    ],
    [
      'a hyperparameter looks like a parameter',
      () => ({ hyperparameters: { config: 'a${b}' } }),
      'hyperparameters has "a${b}", allowed are texts without ${...}: CloudFormation takes it for a parameter',
    ],
    [
      'a hyperparameter has two lines',
      () => ({ hyperparameters: { config: 'a: 1\nb: 2' } }),
      'hyperparameters has a line break in "config", allowed are texts of one line',
    ],
    [
      'the hyperparameters are large together',
      () => ({ hyperparameters: Object.fromEntries(Object.keys(records(20)).map((name) => [name, 'é'.repeat(1300)])) }),
      'hyperparameters has 52251 bytes as JSON, allowed are up to 49152: a run carries them from state to state. Put what is longer into a channel',
    ],
    [
      'it has 96 environment variables',
      () => ({ environment: records(96) }),
      'environment has 96 entries, allowed are up to 95',
    ],
    ...['', '1ST', 'MY-NAME', 'É', 'N'.repeat(513)].map((name): [string, Job, string] => [
      `an environment variable is named "${name.slice(0, 10)}"`,
      () => ({ environment: { [name]: '1' } }),
      `environment has "${name}", allowed are names of 1 to 512 letters, digits and underscores, not a digit first`,
    ]),
    [
      "an environment variable is the run's own",
      () => ({ environment: { TRAINING_EXECUTION: '1' } }),
      'environment has TRAINING_EXECUTION, allowed are other names: each run sets it',
    ],
    [
      'an environment variable is long',
      () => ({ environment: { CLASSES: 'v'.repeat(513) } }),
      'environment has 513 characters in CLASSES, allowed are up to 512: put what is longer into a channel',
    ],
    ['it has 41 metrics', () => ({ metrics: metrics(41) }), 'metrics has 41 entries, allowed are up to 40'],
    ...['', 'n'.repeat(256), 'a\nb'].map((name): [string, Job, string] => [
      `a metric is named ${JSON.stringify(name.slice(0, 10))}`,
      () => ({ metrics: [{ name, regex: '(.*)' }] }),
      `metrics has the name "${name}", allowed are 1 to 255 characters`,
    ]),
    [
      'a regex is empty',
      () => ({ metrics: [{ name: 'loss', regex: '' }] }),
      'metrics has a regex of 0 characters for "loss", allowed are 1 to 500',
    ],
    [
      'a regex is long',
      () => ({ metrics: [{ name: 'loss', regex: `(${'x'.repeat(499)})` }] }),
      'metrics has a regex of 501 characters for "loss", allowed are 1 to 500',
    ],
    ...['loss=.*', '(?:loss)', 'loss=\\(.*'].map((regex): [string, Job, string] => [
      `the regex is ${regex}`,
      () => ({ metrics: [{ name: 'loss', regex }] }),
      `metrics has the regex "${regex}" for "loss", allowed are those with a group: it is the number`,
    ]),
  ])('%s', (_, job, message) => {
    expect(() => build(job)).toThrow(new Error(`Test/Cluster: job "Train": ${message}`));
  });

  it.each<[string, Job, string, Props]>([
    [
      'a file system is read without a network',
      lustre,
      'channel "large" is a file system, allowed with network: it is reached through the cluster\'s security groups',
      plain,
    ],
    [
      'a file system stands in another zone than the subnets',
      (here) => lustre(here, 'eu-west-1a'),
      'channel "large" is a file system in eu-west-1a, allowed are network.vpcSubnets of that zone alone, and they have one in eu-west-1b: a job in another zone would not reach it',
      inZone,
    ],
    [
      'there are subnets in other zones than that of the file system',
      lustre,
      'channel "large" is a file system in eu-west-1b, allowed are network.vpcSubnets of that zone alone, and they have one in eu-west-1a: a job in another zone would not reach it',
      ({ vpc }) => ({ network: { vpc } }),
    ],
  ])('%s', (_, job, message, props) => {
    expect(() => build(job, props)).toThrow(new Error(`Test/Cluster: job "Train": ${message}`));
  });
});
