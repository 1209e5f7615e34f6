import { aws_iam as iam, Duration, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { training } from '../../../../constructs';
import { findings, permissions, policyTable, testStack } from '../../../helpers';
import {
  build,
  request,
  SpotPolicy,
  Surroundings,
  TuningObjective,
  TuningRange,
  TuningStrategy,
  TuningWarmStart,
} from './surroundings';

const definition = (asked?: Parameters<typeof request>[0]) => request(asked)['TrainingJobDefinition'];
const config = (asked?: Parameters<typeof request>[0]) => request(asked)['HyperParameterTuningJobConfig'];

describe('a tuning', () => {
  // sagemaker-python-sdk pull request 5597: its tuner once left both out, and jobs ran on demand.
  it('gives its training jobs Spot, the longest wait and checkpoints', () => {
    expect(definition()).toMatchObject({
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 7200, MaxWaitTimeInSeconds: 14_400 },
      CheckpointConfig: { 'S3Uri.$': '$.data.checkpointsUri' },
      Environment: { CHECKPOINTS_BY_JOB_NAME: 'true' },
      RetryStrategy: { MaximumRetryAttempts: 3 },
    });
  });

  it('gives them everything else that a job of the cluster has', () => {
    expect(definition()).toMatchObject({
      AlgorithmSpecification: {
        TrainingInputMode: 'File',
        MetricDefinitions: [{ Name: 'accuracy', Regex: 'accuracy=([0-9.]+)' }],
      },
      'StaticHyperParameters.$': '$.data.hyperparameters',
      OutputDataConfig: { S3OutputPath: 's3://data/models/' },
      ResourceConfig: { InstanceType: 'ml.g5.xlarge', InstanceCount: 1 },
      EnableNetworkIsolation: true,
    });
  });

  it('on demand waits for nothing', () => {
    const tuning = () => ({ spotPolicy: SpotPolicy.onDemandOnly() });
    expect(definition({ tuning })).toMatchObject({
      EnableManagedSpotTraining: false,
      StoppingCondition: { MaxRuntimeInSeconds: 7200 },
    });
    expect(JSON.stringify(definition({ tuning }))).not.toContain('MaxWait');
  });

  it('without checkpoints has none', () => {
    const asked = {
      tuning: () => ({ checkpoints: training.TuningCheckpoints.NONE, spotPolicy: SpotPolicy.onDemandOnly() }),
    };
    expect(definition(asked)).not.toHaveProperty('CheckpointConfig');
    expect(JSON.stringify(definition(asked))).not.toContain('CHECKPOINTS_BY_JOB_NAME');
  });

  it('by default searches by Bayes, and stops no job early', () => {
    expect(config()).toEqual({
      Strategy: 'Bayesian',
      HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'accuracy' },
      ResourceLimits: { MaxNumberOfTrainingJobs: 12, MaxParallelTrainingJobs: 3, MaxRuntimeInSeconds: 36_000 },
      ParameterRanges: {
        ContinuousParameterRanges: [{ Name: 'rate', MinValue: '0.001', MaxValue: '0.1', ScalingType: 'Auto' }],
        IntegerParameterRanges: [],
        CategoricalParameterRanges: [],
      },
      TrainingJobEarlyStoppingType: 'Off',
    });
  });

  it('stops jobs early, draws from a seed, and looks for the lowest', () => {
    const tuning = () => ({
      strategy: TuningStrategy.random(),
      earlyStopping: training.EarlyStopping.AUTO,
      randomSeed: 7,
      objective: TuningObjective.minimize({ name: 'loss', regex: 'loss=(.*)' }),
    });
    expect(config({ tuning })).toMatchObject({
      Strategy: 'Random',
      TrainingJobEarlyStoppingType: 'Auto',
      RandomSeed: 7,
      HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
    });
  });

  it('by Hyperband gives jobs from one epoch up', () => {
    const tuning = () => ({ strategy: TuningStrategy.hyperband({ maxResource: 81 }) });
    expect(config({ tuning })).toMatchObject({
      Strategy: 'Hyperband',
      StrategyConfig: { HyperbandStrategyConfig: { MinResource: 1, MaxResource: 81 } },
    });
  });

  it('as a grid leaves the number of jobs to SageMaker', () => {
    const tuning = () => ({
      strategy: TuningStrategy.grid(),
      ranges: [TuningRange.categorical('depth', ['2', '4']), TuningRange.categorical('norm', ['batch', 'layer'])],
      limits: { maxParallelJobs: 4, maxRuntime: Duration.hours(10) },
    });
    expect(config({ tuning })).toMatchObject({
      ResourceLimits: { MaxParallelTrainingJobs: 4, MaxRuntimeInSeconds: 36_000 },
      ParameterRanges: { CategoricalParameterRanges: [{ Name: 'depth', Values: ['2', '4'] }, { Name: 'norm' }] },
    });
    expect(JSON.stringify(config({ tuning }))).not.toContain('MaxNumberOfTrainingJobs');
  });

  it('searches each range on its scale', () => {
    const { LOGARITHMIC, REVERSE_LOGARITHMIC } = training.RangeScaling;
    const tuning = () => ({
      ranges: [
        TuningRange.continuous('rate', 1e-7, 0.1, { scaling: LOGARITHMIC }),
        TuningRange.continuous('momentum', 0, 0.999, { scaling: REVERSE_LOGARITHMIC }),
        TuningRange.integer('depth', 1, 64, { scaling: LOGARITHMIC }),
      ],
    });
    expect(config({ tuning })).toMatchObject({
      ParameterRanges: {
        ContinuousParameterRanges: [
          { Name: 'rate', MinValue: '1e-7', MaxValue: '0.1', ScalingType: 'Logarithmic' },
          { Name: 'momentum', MinValue: '0', MaxValue: '0.999', ScalingType: 'ReverseLogarithmic' },
        ],
        IntegerParameterRanges: [{ Name: 'depth', MinValue: '1', MaxValue: '64', ScalingType: 'Logarithmic' }],
      },
    });
  });

  it('learns from other tuning jobs', () => {
    const tuning = () => ({ warmStart: TuningWarmStart.transferLearning('churn-0123456789a') });
    expect(request({ tuning })['WarmStartConfig']).toEqual({
      WarmStartType: 'TransferLearning',
      'ParentHyperParameterTuningJobs.$': '$.data.parents',
    });
    expect(request()).not.toHaveProperty('WarmStartConfig');
  });

  it('reads the other metrics of its job too', () => {
    const other = { name: 'loss', regex: 'loss=(.*)' };
    const same = { name: 'accuracy', regex: 'accuracy=([0-9.]+)' };
    const tuning = ({ job }: Surroundings) => ({ job: { ...job, metrics: [other, same] } });
    expect(definition({ tuning })).toMatchObject({
      AlgorithmSpecification: { MetricDefinitions: [{ Name: 'accuracy' }, { Name: 'loss' }] },
    });
  });

  it('takes tokens for numbers, names and categories', () => {
    const number = Token.asNumber({ Ref: 'Number' });
    const tuning = () => ({
      ranges: [
        TuningRange.integer('depth', number, 64),
        TuningRange.categorical('norm', [Token.asString({ Ref: 'Norm' })]),
      ],
      limits: { maxJobs: number, maxParallelJobs: number, maxRuntime: Duration.hours(1) },
      randomSeed: number,
      warmStart: TuningWarmStart.identicalData(Token.asString({ Ref: 'Parent' })),
    });
    expect(() => Template.fromStack(build({ tuning }).stack)).not.toThrow();
  });

  it('looks once a minute, and for a search of weeks as often as the history of an execution allows', () => {
    const wait = (maxRuntime: Duration) => {
      const { stack } = build({ tuning: () => ({ limits: { maxJobs: 12, maxParallelJobs: 3, maxRuntime } }) });
      return /\\?"Wait\\?":\{\\?"Type\\?":\\?"Wait\\?",\\?"Seconds\\?":(\d+)/.exec(
        JSON.stringify(Template.fromStack(stack).toJSON()).replaceAll('\\\\', ''),
      )?.[1];
    };
    expect([wait(Duration.hours(10)), wait(Duration.days(28))]).toEqual(['60', '1113']);
  });

  it('may make, stop and look at tuning jobs of its cluster, and give them its role', () => {
    const template = Template.fromStack(build().stack);
    const of = (id: string) => permissions(template, id).filter((line) => /sagemaker:|PassRole/.test(line));
    const jobs = 'arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/churn-*';
    expect(of('ClusterRatesRole')).toEqual([
      'iam:PassRole on <ClusterRoleFA261979.Arn> if iam:PassedToService StringEquals sagemaker.amazonaws.com',
      `sagemaker:AddTags on ${jobs}`,
      `sagemaker:CreateHyperParameterTuningJob on ${jobs}`,
      `sagemaker:StopHyperParameterTuningJob on ${jobs}`,
    ]);
    expect(of('ClusterRatesAdviser')).toEqual([`sagemaker:DescribeHyperParameterTuningJob on ${jobs}`]);
  });

  it('is started by those who may, and by those who may start all of the cluster', () => {
    const { stack, cluster, search } = build();
    const [one, all] = ['One', 'All'].map(
      (id) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() }),
    );
    if (one) search.grantStart(one);
    if (all) cluster.grantStartTraining(all);
    const template = Template.fromStack(stack);
    const starts = (id: string) =>
      permissions(template, id).filter((line) => line.startsWith('states:StartExecution '));
    expect(starts('One')).toHaveLength(1);
    expect(starts('All')).toEqual(starts('One'));
  });

  it('counts its failures', () => {
    const { stack, search } = build();
    expect(stack.resolve(search.metricFailed().toMetricConfig())).toMatchObject({
      metricStat: { namespace: 'AWS/States', metricName: 'ExecutionsFailed' },
    });
  });

  it('has no finding', () => {
    expect(findings(build().stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('stands beside another one of its cluster', () => {
    const { here, cluster, stack } = build();
    cluster.tuning('Depths', here.tuning());
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('gives the same template twice', () => {
    expect(Template.fromStack(build().stack).toJSON()).toEqual(Template.fromStack(build().stack).toJSON());
  });
});

it('a cluster with a deadline tunes with a policy of its own', () => {
  const asked = {
    cluster: { spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.hours(6) }) },
    tuning: () => ({ spotPolicy: SpotPolicy.spotOnly(Duration.hours(3)) }),
  };
  expect(definition(asked)).toMatchObject({ StoppingCondition: { MaxWaitTimeInSeconds: 10_800 } });
});

it('the role of the cluster reads the channels of what is tuned', () => {
  const stack = testStack();
  const here = new Surroundings(stack);
  const job = { ...here.job, channels: [training.DataChannel.file('train', here.bucket, { prefix: 'churn/' })] };
  here.cluster().tuning('Rates', here.tuning({ job }));
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const lines = policies.flatMap(({ Properties }) =>
    policyTable((Properties as { PolicyDocument: unknown }).PolicyDocument),
  );
  expect(lines).toContain('s3:GetObject on arn:aws:s3:::data/churn/*');
});
