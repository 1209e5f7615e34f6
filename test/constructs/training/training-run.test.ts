import { join } from 'node:path';
import { aws_ecr as ecr, aws_s3 as s3, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { training } from '../../../constructs';
import { testStack } from '../../helpers';
import { MachineUnderTest, type Run, search } from '../../machines';
import type { Json } from '../../machines/asl/json';
import { INVARIANTS, type Job, SAVE, START, type TrainingWorld, world } from './training-world';

const minutes = (count: number) => count * 60;

interface Given {
  readonly limits?: Partial<training.TrainingLimits>;
  readonly jobs?: TrainingWorld['jobs'];
  readonly maxStates?: number;
}

function machine(
  spotPolicy: training.SpotPolicy,
  work: number,
  spot: TrainingWorld['spot'],
  { limits, jobs, maxStates }: Given = {},
): MachineUnderTest<TrainingWorld> {
  const stack = testStack();
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'data');
  const cluster = new training.GpuTrainingCluster(stack, 'Cluster', {
    clusterName: 'churn',
    instanceTypes: ['ml.g5.xlarge'],
    spotPolicy,
    limits: { maxRuntime: Duration.minutes(20), startupTime: Duration.seconds(START), ...limits },
    hourlyPrices: { onDemandUsd: 6, spotUsd: 1.8 },
    checkpoints: training.Checkpoints.inBucket(bucket, {
      writeTime: Duration.seconds(SAVE),
      interval: Duration.minutes(1),
    }),
    output: bucket,
  });
  cluster.trainingJob('Train', {
    image: training.TrainingImage.fromEcrRepository(
      ecr.Repository.fromRepositoryName(stack, 'Trainer', 'trainer'),
      'v1',
    ),
    hyperparameters: { rate: '0.1', epochs: '3' },
  });
  return MachineUnderTest.fromTemplate(Template.fromStack(stack), 'ClusterTrain', {
    world: world(work, spot, jobs),
    maxStates,
    handlers: { ClusterAdviser: join(__dirname, '../../../constructs/training/advise.lambda') },
  });
}

const untilDeadline = (deadline: number) => training.SpotPolicy.untilDeadline({ deadline: Duration.minutes(deadline) });

/** Spot comes and goes, and stays away in the end. */
const LEAVES: TrainingWorld['spot'] = [
  [0, minutes(4)],
  [minutes(7), minutes(9)],
];

describe('a run', () => {
  beforeAll(() => void jest.spyOn(console, 'log').mockImplementation());
  afterAll(() => void jest.restoreAllMocks());

  it('stays on Spot while there is some, through interruptions that SageMaker mends', async () => {
    const spot: TrainingWorld['spot'] = [
      [0, minutes(5)],
      [minutes(8), minutes(12)],
      [minutes(15), Infinity],
    ];
    const { output, world: end } = await machine(untilDeadline(60), minutes(10), spot).run();
    expect(output).toEqual({
      run: 'run',
      trainingJobName: 'churn-run-1',
      checkpoints: 's3://data/checkpoints/churn/run/',
      modelArtifacts: 's3://data/models/churn-run-1/output/model.tar.gz',
      attempts: 1,
      interruptions: 2,
      elapsedSeconds: minutes(19),
      savingsPercent: 70,
      costUsd: expect.closeTo(0.3) as number,
    });
    expect(end.published['SpotInterruptions']?.at(-1)).toBe(2);
    expect(end.published['SpotSavings']?.at(-1)).toBeCloseTo(70);
  });

  it('goes on on-demand, from the same checkpoint and in time, when Spot stays away', async () => {
    const { output, world: end } = await machine(untilDeadline(30), minutes(12), LEAVES).run();
    expect(output).toMatchObject({
      trainingJobName: 'churn-run-2',
      checkpoints: 's3://data/checkpoints/churn/run/',
      attempts: 2,
    });
    expect(end.jobs['churn-run-2']).toMatchObject({
      spot: false,
      done: minutes(4),
      checkpoints: 's3://data/checkpoints/churn/run/',
    });
    expect(end.published['DeadlineMissedBy']?.at(-1)).toBe(0);
  });

  it('begins on-demand where there is no time to try Spot', async () => {
    const { world: end } = await machine(untilDeadline(21), minutes(19), [[0, Infinity]]).run();
    expect(Object.values(end.jobs).map(({ spot }) => spot)).toEqual([false]);
  });

  it('misses a deadline that cannot be met, tells by how much, and goes on', async () => {
    const limits = { maxRuntime: Duration.minutes(40), expectedRuntime: Duration.minutes(10) };
    const { status, world: end } = await machine(untilDeadline(25), minutes(27), [[0, minutes(4)]], { limits }).run();
    expect(status).toBe('SUCCEEDED');
    expect(end.published['DeadlineMissedBy']?.at(-1)).toBeGreaterThan(minutes(2));
  });

  it('on Spot only fails when its wait is over, and keeps its checkpoint', async () => {
    const policy = training.SpotPolicy.spotOnly(Duration.minutes(25));
    const { status, error, cause } = await machine(policy, minutes(12), LEAVES).run();
    expect({ status, error, cause }).toEqual({
      status: 'FAILED',
      error: 'SpotUnavailable',
      cause: 'the job was not done within 1500 s on Spot',
    });
  });

  it('on-demand only never asks for Spot', async () => {
    const { status, world: end } = await machine(training.SpotPolicy.onDemandOnly(), minutes(5), [[0, Infinity]]).run();
    expect([status, Object.values(end.jobs).map(({ spot }) => spot)]).toEqual(['SUCCEEDED', [false]]);
  });

  it('is taken up again by its name, from its checkpoint, as a job of another name', async () => {
    const jobs = { 'churn-monday-1': ended({ checkpoints: 's3://data/checkpoints/churn/monday/' }) };
    const again = machine(untilDeadline(30), minutes(12), [[0, Infinity]], { jobs });
    const { output, world: end } = await again.run({ input: { run: 'monday' } });
    expect(output).toMatchObject({ trainingJobName: 'churn-monday-2', attempts: 2 });
    expect(end.jobs['churn-monday-2']).toMatchObject({
      done: minutes(5),
      checkpoints: 's3://data/checkpoints/churn/monday/',
    });
  });

  it('is not taken up by accident, by an execution of the same name', async () => {
    const jobs = { 'churn-run-1': ended({}) };
    const { error, cause } = await machine(untilDeadline(30), minutes(12), [[0, Infinity]], { jobs }).run();
    expect([error, cause]).toEqual([
      'RunExists',
      '"run" is an earlier run of the cluster: start with {"run": "run"} to take it up again, or name the execution otherwise',
    ]);
  });

  it('goes on in another execution after 2,000 polls, and there is the same run', async () => {
    const long = { limits: { maxRuntime: Duration.hours(48) }, maxStates: 12_000 };
    const onDemand = training.SpotPolicy.onDemandOnly();
    const first = await machine(onDemand, minutes(40 * 60), [], long).run();
    expect(first.output).toEqual({ run: 'from there' });
    expect(first.calls.filter(({ name }) => name === 'sagemaker:stopTrainingJob')).toEqual([]);

    // The runner's clock begins anew, so what has been lies before it.
    const passed = Math.round(first.seconds);
    const jobs = Object.fromEntries(
      Object.entries(first.world.jobs).map(([name, job]) => [name, { ...job, createdAt: job.createdAt - passed }]),
    );
    const input = first.world.continuedWith as { state: { startedAt: number } };
    input.state.startedAt -= passed;
    const second = await machine(onDemand, minutes(40 * 60), [], { ...long, jobs }).run({
      input: structuredClone(input) as Json,
    });
    expect(second.output).toMatchObject({
      run: 'run',
      trainingJobName: 'churn-run-1',
      attempts: 1,
      elapsedSeconds: expect.closeTo(minutes(40 * 60) + START, -2) as number,
      costUsd: expect.closeTo(240) as number,
    });
    expect(second.calls.filter(({ name }) => name === 'sagemaker:createTrainingJob')).toEqual([]);
  });

  it('is not taken up while a job is at work on it', async () => {
    const jobs = { 'churn-monday-1': { ...ended({}), createdAt: 0 } };
    const again = machine(untilDeadline(30), minutes(12), [[0, Infinity]], { jobs });
    const { error, cause } = await again.run({ input: { run: 'monday' } });
    expect([error, cause]).toEqual(['RunInProgress', 'churn-monday-1 is at work on this run']);
  });

  it('ends before it costs more than it may', async () => {
    const policy = training.SpotPolicy.onDemandOnly();
    const dear = machine(policy, minutes(15), [], { limits: { maxCostUsd: 1 } });
    const { error, cause, world: end } = await dear.run();
    // $6 an hour: ten minutes.
    expect([error, cause]).toEqual(['CostLimit', 'the run has spent the $1 that it may cost']);
    expect(end.jobs['churn-run-1']).toMatchObject({ maxRuntime: 600 });
  });

  it.each<[string, Json, string, string]>([
    ['nothing at all', null, 'InvalidInput', 'the input is null, allowed is an object'],
    [
      'a field that it does not know',
      { epochs: 3 },
      'InvalidInput',
      'the input has "epochs", allowed are "hyperparameters" and "run"',
    ],
    [
      'a number',
      { hyperparameters: { epochs: 3 } },
      'InvalidInput',
      'hyperparameter "epochs" is 3, allowed are strings: SageMaker takes no others',
    ],
    [
      'a name that no job could have',
      { run: 'Monday' },
      'InvalidInput',
      '"run" is "Monday", allowed are 1 to 53 lower-case letters, digits and inner hyphens: jobs are named after it',
    ],
  ])('fails at once on %s', async (_, input, error, cause) => {
    const run = await machine(training.SpotPolicy.onDemandOnly(), minutes(5), []).run({ input });
    expect({ error: run.error, cause: run.cause, jobs: run.world.jobs }).toEqual({ error, cause, jobs: {} });
  });

  it('gives its job the hyperparameters of the cluster, and those of its input instead', async () => {
    const run = await machine(training.SpotPolicy.onDemandOnly(), minutes(5), []).run({
      input: { hyperparameters: { epochs: '5' } },
    });
    const created = run.calls.find(({ name }) => name === 'sagemaker:createTrainingJob');
    expect(created?.input).toMatchObject({ HyperParameters: { rate: '0.1', epochs: '5' } });
  });
});

const ONE_JOB = 'two jobs are never at work on one prefix';
const never = () => 'the invariant is gone';

describe('whatever goes wrong once, a run', () => {
  beforeAll(() => void jest.spyOn(console, 'log').mockImplementation());
  afterAll(() => void jest.restoreAllMocks());

  // The rule that costs no time: what is searched is the machine.
  const rule = training.DeadlineRule.SAFETY_NET;
  const plain = machine(
    training.SpotPolicy.untilDeadline({ deadline: Duration.minutes(25), rule }),
    minutes(8),
    LEAVES,
  );
  const invariants = {
    ...INVARIANTS,
    'it is done': ({ status, cause }: Run<TrainingWorld>) =>
      status === 'SUCCEEDED' ? undefined : `${status}: ${cause ?? ''}`,
    // A fault may take as long as all its retries.
    'it is in time': ({ seconds }: Run<TrainingWorld>) =>
      seconds <= minutes(25) + 120 ? undefined : `after ${seconds} s`,
  };

  it('keeps to one job a prefix, is done, and in time', async () => {
    const { violation, runs } = await search(plain, {
      faults: 1,
      kinds: ['throttle', 'timeout', 'stale', 'crash', 'duplicate'],
      invariants,
    });
    expect(violation?.text).toBeUndefined();
    expect(runs[1]).toBeGreaterThan(200);
  });

  it('would be seen making its job twice, did it not take its name for a lock', async () => {
    const careless = plain.edited(({ States }) => {
      const start = States['StartOnDemand'];
      if (start?.Parameters)
        Object.assign(start.Parameters, {
          'TrainingJobName.$': "States.Format('{}-{}', $.job.name, $$.State.RetryCount)",
        });
    });
    const { violation } = await search(careless, {
      faults: 1,
      kinds: ['timeout'],
      invariants: { [ONE_JOB]: INVARIANTS[ONE_JOB] ?? never },
    });
    expect(violation?.invariant).toBe(ONE_JOB);
  });
});

/** A job of last week that came to its limit after five minutes of training. */
function ended(job: Partial<Job>): Job {
  return {
    spot: false,
    checkpoints: 's3://data/checkpoints/churn/monday/',
    createdAt: -minutes(60),
    done: 0,
    maxRuntime: minutes(5),
    maxWait: Infinity,
    ...job,
  };
}
