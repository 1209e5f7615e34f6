import { Duration, Token } from 'aws-cdk-lib';
import { training } from '../../../../constructs';
import {
  type Asked,
  build,
  SpotPolicy,
  TuningObjective,
  TuningRange,
  TuningStrategy,
  TuningWarmStart,
} from './surroundings';

const { EarlyStopping, RangeScaling, TuningCheckpoints } = training;
const limits = { maxJobs: 12, maxParallelJobs: 3, maxRuntime: Duration.hours(10) };
const many = (count: number) => Array.from({ length: count }, (_, at) => TuningRange.integer(`p${at}`, 1, 2));
const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`H${at}`, '1']));

describe('a tuning fails when', () => {
  it.each<[string, Asked, string]>([
    [
      'Hyperband is to stop early',
      {
        tuning: () => ({
          strategy: TuningStrategy.hyperband({ maxResource: 9 }),
          earlyStopping: EarlyStopping.AUTO,
        }),
      },
      'earlyStopping is Auto with Hyperband, allowed is Off: Hyperband stops jobs by a rule of its own',
    ],
    [
      'Hyperband has a warm start',
      {
        tuning: () => ({
          strategy: TuningStrategy.hyperband({ maxResource: 9 }),
          warmStart: TuningWarmStart.identicalData('one'),
        }),
      },
      'warmStart is given with Hyperband, allowed is none: a warm start knows how jobs ended, and not how they came there',
    ],
    [
      'a grid has a range that is not of categories',
      { tuning: () => ({ strategy: TuningStrategy.grid() }) },
      'ranges has "rate", which is continuous, allowed are categorical ones: a grid tries every value',
    ],
    [
      'a grid has a number of jobs',
      { tuning: () => ({ strategy: TuningStrategy.grid(), ranges: [TuningRange.categorical('norm', ['a'])] }) },
      'limits.maxJobs is 12 with a grid, allowed is none: it has as many jobs as combinations',
    ],
    [
      'a grid has a warm start',
      {
        tuning: () => ({
          strategy: TuningStrategy.grid(),
          ranges: [TuningRange.categorical('norm', ['a'])],
          limits: { maxParallelJobs: 1, maxRuntime: Duration.hours(1) },
          warmStart: TuningWarmStart.identicalData('one'),
        }),
      },
      'warmStart is given with a grid, allowed is none: a search that tries every combination learns nothing from others',
    ],
    [
      'a grid has fewer combinations than jobs at the same time',
      {
        tuning: () => ({
          strategy: TuningStrategy.grid(),
          ranges: [TuningRange.categorical('norm', ['a', 'b']), TuningRange.categorical('depth', ['2', '4', '8'])],
          limits: { maxParallelJobs: 7, maxRuntime: Duration.hours(1) },
        }),
      },
      'limits.maxParallelJobs is 7, allowed are up to 6, the number of jobs altogether',
    ],
    ['nothing is tuned', { tuning: () => ({ ranges: [] }) }, 'ranges has 0 entries, allowed are 1 to 30'],
    ['31 are tuned', { tuning: () => ({ ranges: many(31) }) }, 'ranges has 31 entries, allowed are 1 to 30'],
    [
      'one is tuned twice',
      { tuning: () => ({ ranges: [...many(1), ...many(1)] }) },
      'ranges has "p0" twice, allowed are unique names',
    ],
    [
      'one is tuned and fixed',
      { tuning: () => ({ ranges: [TuningRange.integer('epochs', 1, 9)] }) },
      'ranges has "epochs", which job.hyperparameters has too, allowed is one of them: it is tuned, or it is fixed',
    ],
    [
      'there are a hundred hyperparameters',
      { tuning: ({ job }) => ({ job: { ...job, hyperparameters: named(99) } }) },
      'ranges and job.hyperparameters have 100 entries together, allowed are 99: SageMaker adds one of its own',
    ],
    [
      'it has no number of jobs',
      { tuning: () => ({ limits: { ...limits, maxJobs: undefined } }) },
      'limits.maxJobs is not given, allowed is that for a grid alone: every other search has no end of its own',
    ],
    [
      'it has no job',
      { tuning: () => ({ limits: { ...limits, maxJobs: 0 } }) },
      'limits.maxJobs is 0, allowed are whole numbers from 1 up',
    ],
    [
      'half a job runs at a time',
      { tuning: () => ({ limits: { ...limits, maxParallelJobs: 0.5 } }) },
      'limits.maxParallelJobs is 0.5, allowed are whole numbers from 1 up',
    ],
    [
      'more jobs run at a time than there are',
      { tuning: () => ({ limits: { ...limits, maxParallelJobs: 13 } }) },
      'limits.maxParallelJobs is 13, allowed are up to 12, the number of jobs altogether',
    ],
    [
      'it ends within two minutes',
      { tuning: () => ({ limits: { ...limits, maxRuntime: Duration.seconds(119) } }) },
      'limits.maxRuntime is 119 s, allowed are 120 to 15768000, whole',
    ],
    [
      'its time is a token',
      { tuning: () => ({ limits: { ...limits, maxRuntime: Duration.seconds(Token.asNumber({ Ref: 'Time' })) } }) },
      'limits.maxRuntime is a token, allowed is a literal: how often to look is set at synth',
    ],
    [
      'the objective is read in two ways',
      { tuning: ({ job }) => ({ job: { ...job, metrics: [{ name: 'accuracy', regex: '(.*)' }] } }) },
      'objective is "accuracy" by "accuracy=([0-9.]+)", which job.metrics reads by "(.*)", allowed is one regex for one name',
    ],
    [
      'there is a deadline',
      { cluster: { spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.hours(6) }) } },
      'spotPolicy has a deadline, allowed are spotOnly and onDemandOnly: SageMaker starts the jobs of a tuning, and nothing can ' +
        'move one to on-demand instances in time. Give the tuning a spotPolicy of its own',
    ],
    [
      'the cluster has a training plan',
      {
        cluster: {
          spotPolicy: SpotPolicy.onDemandOnly(),
          engine: training.TrainingEngine.sageMaker({
            trainingPlanArn: 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/ours',
          }),
        },
      },
      'engine.trainingPlanArn is given, allowed is none: AWS does not say that tuning jobs take instances of a plan',
    ],
    [
      'Spot is longer than an hour without checkpoints',
      { tuning: () => ({ checkpoints: TuningCheckpoints.NONE }) },
      'spotPolicy.maxWait is 14400 s without checkpoints, allowed are up to 3600: a job that is interrupted begins anew. ' +
        'Set checkpoints to BY_JOB_NAME if the trainer keeps them by job name',
    ],
    [
      'it may cost more than a run may',
      {
        cluster: {
          hourlyPrices: { onDemandUsd: 1.5 },
          limits: { maxRuntime: Duration.hours(2), maxCostUsd: 30 },
        },
      },
      "limits let it cost $36.00, allowed are $30, the cluster's limits.maxCostUsd: fewer jobs, or less time",
    ],
    [
      'its seed is below zero',
      { tuning: () => ({ randomSeed: -1 }) },
      'randomSeed is -1, allowed are 0 to 2147483647, whole',
    ],
    [
      'it has too many variables',
      { tuning: ({ job }) => ({ job: { ...job, environment: named(43) } }) },
      'job.environment has 43 entries, allowed are up to 42: fewer than for a job that is not tuned',
    ],
  ])('%s', (_, asked, message) => {
    expect(() => build(asked)).toThrow(`Test/Cluster: tuning "Rates": ${message}`);
  });

  it('its own policy breaks a rule of the cluster', () => {
    const tuning = () => ({ spotPolicy: SpotPolicy.spotOnly(Duration.hours(1)) });
    expect(() => build({ tuning })).toThrow(
      'Test/Cluster: spotPolicy.maxWait is 3600 s, allowed are from maxRuntime up, 7200 s: it holds waiting and training together',
    );
  });

  it('its job breaks a rule of jobs', () => {
    const tuning = ({ job }: { job: training.TrainingJobOptions }) => ({
      job: { ...job, metrics: [{ name: 'loss', regex: 'loss' }] },
    });
    expect(() => build({ tuning })).toThrow(
      'Test/Cluster: job "Rates": metrics has the regex "loss" for "loss", allowed are those with a group: it is the number',
    );
  });
});

it('a tuning may cost what a run may, by its time where that is less than all its jobs', () => {
  const cluster = { hourlyPrices: { onDemandUsd: 1 }, limits: { maxRuntime: Duration.hours(2), maxCostUsd: 6 } };
  const tuning = () => ({ limits: { ...limits, maxRuntime: Duration.hours(2) } });
  expect(() => build({ cluster, tuning })).not.toThrow();
});

describe('the values of a tuning fail when', () => {
  const { LOGARITHMIC, REVERSE_LOGARITHMIC } = RangeScaling;
  it.each<[string, () => unknown, string]>([
    [
      'a range is inverted',
      () => TuningRange.continuous('rate', 0.1, 0.01),
      'TuningRange.continuous "rate": min is 0.1 and max is 0.01, allowed are numbers with min below max',
    ],
    [
      'a range is empty',
      () => TuningRange.integer('depth', 3, 3),
      'TuningRange.integer "depth": min is 3 and max is 3, allowed are numbers with min below max',
    ],
    [
      'a range has no end',
      () => TuningRange.continuous('rate', 0, Infinity),
      'TuningRange.continuous "rate": min is 0 and max is Infinity, allowed are numbers with min below max',
    ],
    [
      'a whole number is not',
      () => TuningRange.integer('depth', 1, 2.5),
      'TuningRange.integer "depth": max is 2.5, allowed are whole numbers',
    ],
    [
      'a logarithm begins at 0',
      () => TuningRange.continuous('rate', 0, 1, { scaling: LOGARITHMIC }),
      'TuningRange.continuous "rate": min is 0 with the scaling Logarithmic, allowed are numbers above 0: 0 has no logarithm',
    ],
    [
      'a reverse logarithm reaches 1',
      () => TuningRange.continuous('momentum', 0.5, 1, { scaling: REVERSE_LOGARITHMIC }),
      'TuningRange.continuous "momentum": 0.5 to 1 has the scaling ReverseLogarithmic, allowed are ranges from 0 to less than 1',
    ],
    [
      'a reverse logarithm is of whole numbers',
      () => TuningRange.integer('depth', 0, 1, { scaling: REVERSE_LOGARITHMIC }),
      'TuningRange.integer "depth": scaling is ReverseLogarithmic, allowed is that for continuous ranges: it is for 0 to less than 1',
    ],
    [
      'there is no category',
      () => TuningRange.categorical('norm', []),
      'TuningRange.categorical "norm": values has 0 entries, allowed are 1 to 30',
    ],
    [
      'a category comes twice',
      () => TuningRange.categorical('norm', ['a', 'a']),
      'TuningRange.categorical "norm": values has "a" twice, allowed are unique ones',
    ],
    [
      'a category is too long',
      () => TuningRange.categorical('norm', ['x'.repeat(257)]),
      'TuningRange.categorical "norm": values has one of 257 characters, allowed are up to 256',
    ],
    [
      'a hyperparameter has no name',
      () => TuningRange.integer('', 1, 2),
      'TuningRange.integer "": the name has 0 characters, allowed are 1 to 256',
    ],
    [
      'the objective is no number',
      () => TuningObjective.maximize({ name: 'accuracy', regex: 'accuracy=[0-9.]+' }),
      'TuningObjective.maximize: regex is "accuracy=[0-9.]+", allowed are those with a group: it is the number that jobs are compared by',
    ],
    [
      'the objective has no name',
      () => TuningObjective.minimize({ name: '', regex: '(.*)' }),
      'TuningObjective.minimize: name is "", allowed are 1 to 255 characters',
    ],
    [
      'the regex is too long',
      () => TuningObjective.minimize({ name: 'loss', regex: `(${'x'.repeat(499)})` }),
      'TuningObjective.minimize: regex has 501 characters, allowed are 1 to 500',
    ],
    [
      'Hyperband begins where it ends',
      () => TuningStrategy.hyperband({ minResource: 9, maxResource: 9 }),
      'TuningStrategy.hyperband: minResource is 9, allowed are numbers below maxResource, 9',
    ],
    [
      'Hyperband goes on for ever',
      () => TuningStrategy.hyperband({ maxResource: 20_001 }),
      'TuningStrategy.hyperband: maxResource is 20001, allowed are 2 to 20000, whole',
    ],
    [
      'there is no parent',
      () => TuningWarmStart.identicalData(),
      'TuningWarmStart.identicalData: parents has 0 entries, allowed are 1 to 5',
    ],
    [
      'there are six parents',
      () => TuningWarmStart.transferLearning('a', 'b', 'c', 'd', 'e', 'f'),
      'TuningWarmStart.transferLearning: parents has 6 entries, allowed are 1 to 5',
    ],
    [
      'a parent is no tuning job',
      () => TuningWarmStart.identicalData('not_a_name'),
      'TuningWarmStart.identicalData: parents has "not_a_name", allowed are names of tuning jobs: 1 to 32 letters, digits and inner hyphens',
    ],
    [
      'a parent comes twice',
      () => TuningWarmStart.identicalData('a', 'a'),
      'TuningWarmStart.identicalData: parents has "a" twice, allowed are unique names',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
