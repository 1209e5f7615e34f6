import { join } from 'node:path';
import { aws_ecr as ecr, aws_s3 as s3, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { training } from '../../../constructs';
import { testStack } from '../../helpers';
import { MachineUnderTest, type Run, search } from '../../machines';
import type { Json } from '../../machines/asl/json';
import {
  costsAtMost,
  DONE_IN_TIME,
  LEAVES,
  minutes,
  ONE_JOB,
  quiet,
  SEARCHED,
  searchOneFault,
  untilDeadline,
} from './run-search';
import { INVARIANTS, type Job, SAVE, START, type TrainingWorld, world } from './training-world';

interface Given {
  readonly limits?: Partial<training.TrainingLimits>;
  readonly jobs?: TrainingWorld['jobs'];
  readonly maxStates?: number;
  /** How the execution ends in which it goes on; whether there may be none; with what its jobs are refused. */
  readonly there?: TrainingWorld['there'];
  readonly full?: boolean;
  readonly noMetrics?: boolean;
  readonly refused?: string;
}

function machine(
  spotPolicy: training.SpotPolicy,
  work: number,
  spot: TrainingWorld['spot'],
  { limits, jobs, maxStates, ...given }: Given = {},
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
    world: world(work, spot, jobs, given),
    maxStates,
    handlers: { ClusterAdviser: join(__dirname, '../../../constructs/training/advise.lambda') },
  });
}

beforeAll(quiet);
afterAll(() => void jest.restoreAllMocks());

describe('a run', () => {
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

    const { input, jobs } = goneOn(first);
    const second = await machine(onDemand, minutes(40 * 60), [], { ...long, jobs }).run({ input });
    expect(second.output).toMatchObject({
      run: 'run',
      trainingJobName: 'churn-run-1',
      attempts: 1,
      elapsedSeconds: expect.closeTo(minutes(40 * 60) + START, -2) as number,
      costUsd: expect.closeTo(240) as number,
    });
    expect(second.calls.filter(({ name }) => name === 'sagemaker:createTrainingJob')).toEqual([]);
  });

  it('fails with its own error when it fails in there', async () => {
    const cause = 'AlgorithmError: exit code 1';
    const there = { Status: 'FAILED', Error: 'TrainingFailed', Cause: cause };
    const long = { limits: { maxRuntime: Duration.hours(48) }, maxStates: 12_000, there };
    const run = await machine(training.SpotPolicy.onDemandOnly(), minutes(40 * 60), [], long).run();
    expect([run.error, run.cause]).toEqual(['TrainingFailed', cause]);
    expect(run.calls.filter(({ name }) => name === 'sagemaker:stopTrainingJob')).toEqual([]);
  });

  it('fails when it was stopped in there', async () => {
    const there = { Status: 'ABORTED' };
    const long = { limits: { maxRuntime: Duration.hours(48) }, maxStates: 12_000, there };
    const run = await machine(training.SpotPolicy.onDemandOnly(), minutes(40 * 60), [], long).run();
    expect([run.error, run.cause]).toEqual(['Aborted', 'The execution in which the run went on was stopped']);
  });

  it('leaves no job behind when it cannot go on in there', async () => {
    const long = { limits: { maxRuntime: Duration.hours(48) }, maxStates: 12_000, full: true };
    const run = await machine(training.SpotPolicy.onDemandOnly(), minutes(40 * 60), [], long).run();
    expect([run.error, run.cause]).toEqual([
      'StepFunctions.ExecutionLimitExceededException',
      'ExecutionLimitExceeded: too many executions',
    ]);
    expect(run.calls.filter(({ name }) => name === 'sagemaker:stopTrainingJob')).toHaveLength(1);
  });

  it('that gets no job in so many polls asks for it in another execution, under the same name', async () => {
    const refused = 'ResourceLimitExceeded';
    const first = await machine(untilDeadline(3000), minutes(10), [], { maxStates: 12_000, refused }).run();
    expect(first.output).toEqual({ run: 'from there' });
    // Half as many as if it had waited: a request takes more of the 25,000 events.
    expect(first.states.filter((name) => name === 'Advise').length).toBe(1001);
    expect(first.world.continuedWith).toMatchObject({
      state: { attempt: 1, polls: 1 },
      refusal: { Error: 'SageMaker.ResourceLimitExceededException' },
    });
    const { input, jobs } = goneOn(first);
    const second = await machine(untilDeadline(3000), minutes(10), [[0, Infinity]], { jobs }).run({ input });
    expect(second.output).toMatchObject({ trainingJobName: 'churn-run-1', attempts: 1 });
  });

  it('goes on where nobody takes its metrics', async () => {
    const run = await machine(untilDeadline(30), minutes(12), LEAVES, { noMetrics: true }).run();
    expect([run.status, run.seconds < minutes(30)]).toEqual(['SUCCEEDED', true]);
  });

  it('is not taken for another one that has its name, and began at the same moment', async () => {
    const other = { ...ended({ checkpoints: 's3://data/checkpoints/churn/run/' }), createdAt: 30, execution: 'other' };
    const run = await machine(untilDeadline(30), minutes(12), [[0, Infinity]], {
      jobs: { 'churn-run-1': other },
    }).run();
    expect(run.error).toBe('RunExists');
    expect(run.calls.filter(({ name }) => name === 'sagemaker:stopTrainingJob')).toEqual([]);
  });

  it('on Spot goes on for as long as there is money', async () => {
    // $6 an hour on-demand, 30 % of that on Spot: a dollar is worth ten minutes, or more than half an hour.
    const limits = { maxRuntime: Duration.minutes(40), maxCostUsd: 1 };
    const run = await machine(training.SpotPolicy.spotOnly(Duration.hours(2)), minutes(25), [[0, Infinity]], {
      limits,
    }).run();
    expect(run.output).toMatchObject({ costUsd: expect.closeTo(0.75) as number });
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

describe('whatever goes wrong once, a run', () => {
  const plain = machine(SEARCHED.policy, SEARCHED.work, LEAVES);

  it('keeps to one job a prefix, is done, and in time', async () => {
    const { violation, runs } = await searchOneFault(plain, { ...INVARIANTS, ...DONE_IN_TIME });
    expect(violation?.text).toBeUndefined();
    expect(runs[1]).toBeGreaterThan(200);
  });

  it.each([
    ['on-demand', training.SpotPolicy.onDemandOnly()],
    ['on Spot', training.SpotPolicy.spotOnly(Duration.hours(1))],
  ])('costs no more than it may, %s', async (_, policy) => {
    const dear = machine(policy, minutes(11), [[0, Infinity]], {
      limits: { maxCostUsd: 0.3 },
    });
    const { violation, runs } = await searchOneFault(dear, { ...INVARIANTS, ...costsAtMost(0.3) });
    expect(violation?.text).toBeUndefined();
    expect(runs[1]).toBeGreaterThan(50);
  });

  it('would be seen making its job twice, did it not take its name for a lock', async () => {
    const careless = plain.edited(({ States }) => {
      const start = States['StartOnDemand'];
      if (start?.Parameters)
        Object.assign(start.Parameters, {
          'TrainingJobName.$': "States.Format('{}-{}', $.data.job.name, $$.State.RetryCount)",
        });
    });
    const { violation } = await search(careless, {
      faults: 1,
      kinds: ['timeout'],
      invariants: { [ONE_JOB]: INVARIANTS[ONE_JOB] ?? (() => 'the invariant is gone') },
    });
    expect(violation?.invariant).toBe(ONE_JOB);
  });
});

/** With what a run goes on in another execution. The runner's clock begins anew, so what has been lies before it. */
function goneOn({ seconds, world: end }: Run<TrainingWorld>): { input: Json; jobs: TrainingWorld['jobs'] } {
  const passed = Math.round(seconds);
  const jobs = Object.fromEntries(
    Object.entries(end.jobs).map(([name, job]) => [name, { ...job, createdAt: job.createdAt - passed }]),
  );
  const input = structuredClone(end.continuedWith) as Json & { state: { startedAt: number } };
  input.state.startedAt -= passed;
  return { input, jobs };
}

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
