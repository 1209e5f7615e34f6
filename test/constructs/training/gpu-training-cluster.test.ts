import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  Checkpoints,
  DataChannel,
  type GpuTrainingClusterProps,
  SpotPolicy,
  TrainingEngine,
  type TrainingJobOptions,
} from '../../../constructs/training';
import { findings, testStack, type TestStackProps, theOne } from '../../helpers';
import { created, terms } from './rendered';
import { Surroundings } from './surroundings';

type Props = (here: Surroundings) => Partial<GpuTrainingClusterProps>;
type Job = (here: Surroundings) => Partial<TrainingJobOptions>;

const build = (props: Props = () => ({}), job: Job = () => ({}), given: TestStackProps = {}) => {
  const stack = testStack(given);
  const here = new Surroundings(stack, 'Here');
  const cluster = here.cluster(props(here));
  return { stack, here, cluster, job: here.job(cluster, job(here)) };
};
const synth = (props?: Props, job?: Job) => Template.fromStack(build(props, job).stack);

/** Every property that can stand beside the others. */
const full: Props = (here) => ({
  nodes: 2,
  engine: TrainingEngine.sageMaker({ retryAttempts: 5, networkIsolation: false, interNodeEncryption: false }),
  limits: {
    maxRuntime: Duration.hours(2),
    expectedRuntime: Duration.hours(1),
    startupTime: Duration.minutes(5),
    maxCostUsd: 50,
  },
  hourlyPrices: { onDemandUsd: 7, spotUsd: 3 },
  checkpoints: Checkpoints.inBucket(here.encrypted, { prefix: 'a/b' }),
  output: here.encrypted,
  network: { vpc: here.vpc, vpcSubnets: { subnets: [here.subnet('subnet-chosen')] } },
  jobTags: { team: 'churn' },
});
const everyChannel: Job = (here) => ({
  channels: [
    DataChannel.fastFile('train', here.encrypted, { prefix: 'train/' }),
    DataChannel.file('test', here.bucket),
    DataChannel.lustre('large', here.lustre, { directoryPath: '/fsx', subnet: here.subnet('subnet-lustre') }),
  ],
});
/** The rest: properties that Spot, or a type with local storage, forbid. */
const onDemand: Props = (here) => ({
  instanceTypes: ['ml.p3.16xlarge'],
  spotPolicy: SpotPolicy.onDemandOnly(),
  engine: TrainingEngine.sageMaker({
    keepAlive: Duration.minutes(10),
    trainingPlanArn: 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/spring',
  }),
  encryptionKey: here.key,
});

describe('GpuTrainingCluster', () => {
  it('defines a role for jobs and a function that advises runs, and with a job a state machine', () => {
    const types = Object.values(synth().toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    expect(types.sort()).toEqual([
      'AWS::IAM::ManagedPolicy',
      ...Array<string>(3).fill('AWS::IAM::Policy'),
      ...Array<string>(3).fill('AWS::IAM::Role'),
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::Logs::LogGroup',
      'AWS::StepFunctions::StateMachine',
    ]);
  });

  it('asks the adviser once a minute', () => {
    // With what a look takes.
    expect(terms(synth())).toMatchObject({ capacity: { terms: { pollSeconds: 90 } } });
    expect(created(synth()).definition.States['Wait']).toMatchObject({ Type: 'Wait', Seconds: 60 });
  });

  it('gives each run one prefix, below one of the cluster', () => {
    const template = synth();
    expect(terms(template)).toMatchObject({ checkpointsUri: 's3://data/checkpoints/churn/' });
    for (const request of [created(template).onSpot, created(template).onDemand])
      expect(request['CheckpointConfig']).toEqual({ 'S3Uri.$': '$.data.job.checkpointsUri' });
  });

  it('makes the same job on Spot and on-demand, but for Spot', () => {
    const { onSpot, onDemand: without } = created(synth(full, everyChannel));
    expect(onSpot).toEqual({
      ...without,
      EnableManagedSpotTraining: true,
      StoppingCondition: {
        'MaxRuntimeInSeconds.$': '$.data.job.maxRuntimeSeconds',
        'MaxWaitTimeInSeconds.$': '$.data.job.maxWaitSeconds',
      },
    });
    expect(without).toMatchObject({
      EnableManagedSpotTraining: false,
      StoppingCondition: { 'MaxRuntimeInSeconds.$': '$.data.job.maxRuntimeSeconds' },
    });
  });

  it('names no job in the template: each run makes its own', () => {
    expect(created(synth()).onSpot['TrainingJobName.$']).toBe('$.data.job.name');
  });

  it('lets SageMaker, and nobody else, act as the role of jobs', () => {
    const { stack, cluster } = build();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      Description: 'SageMaker runs training jobs of churn as this role',
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }],
      },
      ManagedPolicyArns: Match.absent(),
    });
    expect(cluster.grantPrincipal).toBe(cluster.role);
  });

  it('makes the machine after the policies of the role', () => {
    const template = synth();
    expect(theOne(template, 'AWS::StepFunctions::StateMachine')['DependsOn']).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ClusterRoleDefaultPolicy/),
        expect.stringMatching(/^ClusterRole(?!Default)/),
      ]),
    );
  });

  it('keeps logs of machine and adviser for three months', () => {
    const template = synth();
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: Match.objectLike({ Level: 'ALL', IncludeExecutionData: true }),
      TracingConfiguration: { Enabled: true },
    });
  });

  it('is in no network unless it was given one, and says so', () => {
    const { cluster } = build();
    expect(() => cluster.connections).toThrow(
      new Error('Test/Cluster: the cluster is in no network, so it has no connections: set network'),
    );
  });
});

describe('GpuTrainingCluster, among others', () => {
  it.each<[string, Props, Job, TestStackProps]>([
    ['with nothing but what it must have', () => ({}), () => ({}), {}],
    ['with every property that Spot allows', full, everyChannel, {}],
    ['with every property that Spot forbids', onDemand, everyBucket, {}],
    ['in a stack without an account and region', full, everyChannel, { env: {} }],
    ['in an app without feature flags', full, everyChannel, { context: {} }],
  ])('has no unacknowledged finding %s', (_, props, job, given) => {
    expect(findings(build(props, job, given).stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('without a job has no unacknowledged finding', () => {
    const stack = testStack();
    new Surroundings(stack, 'Here').cluster();
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('does not collide with another in one stack, nor a job with another', () => {
    const stack = testStack();
    const here = new Surroundings(stack, 'Here');
    const [props, job] = [full(here), everyChannel(here)];
    const cluster = here.cluster(props);
    here.job(cluster, job);
    here.job(cluster, {}, 'Other');
    here.job(here.cluster({ ...props, clusterName: 'fraud' }, 'Fraud'), job);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 3);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('gives the same template twice', () => {
    expect(synth(full, everyChannel).toJSON()).toEqual(synth(full, everyChannel).toJSON());
  });
});

function everyBucket(here: Surroundings): Partial<TrainingJobOptions> {
  return { channels: everyChannel(here).channels?.slice(0, 2) };
}
