import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { training } from '../../../constructs';
import { MachineUnderTest, search } from '../../machines';
import { batchCluster } from './batch-cluster';
import { BATCH_INVARIANTS, type BatchJob, type BatchWorld, batchWorld } from './batch-world';
import { DONE_IN_TIME, LEAVES, minutes, ONE_JOB, quiet, SEARCHED, searchOneFault, untilDeadline } from './run-search';
import { SAVE, START } from './training-world';

function machine(
  spotPolicy: training.SpotPolicy,
  work: number,
  spot: BatchWorld['spot'],
  { limits, jobs }: { limits?: Partial<training.TrainingLimits>; jobs?: BatchWorld['jobs'] } = {},
): MachineUnderTest<BatchWorld> {
  const { stack } = batchCluster({
    props: {
      spotPolicy,
      limits: { maxRuntime: Duration.minutes(20), startupTime: Duration.seconds(START), ...limits },
      hourlyPrices: { onDemandUsd: 6, spotUsd: 1.8 },
    },
    checkpoints: { writeTime: Duration.seconds(SAVE), interval: Duration.minutes(1) },
    job: { hyperparameters: { rate: '0.1', epochs: '3' } },
  });
  return MachineUnderTest.fromTemplate(Template.fromStack(stack), 'ClusterTrain', {
    world: batchWorld(work, spot, jobs),
    handlers: { ClusterAdviser: join(__dirname, '../../../constructs/training/advise.lambda') },
  });
}

beforeAll(quiet);
afterAll(() => void jest.restoreAllMocks());

describe('a run on Batch', () => {
  it('stays on Spot while there is some, in one job whose instance is taken twice', async () => {
    const spot: BatchWorld['spot'] = [
      [0, minutes(5)],
      [minutes(8), minutes(12)],
      [minutes(15), Infinity],
    ];
    const { output, world: end } = await machine(untilDeadline(60), minutes(10), spot).run();
    expect(output).toEqual({
      run: 'run',
      trainingJobName: 'churn-run-1',
      batchJob: { JobId: 'id-1' },
      checkpoints: 's3://data/checkpoints/churn/run/',
      modelArtifacts: 's3://data/models/churn-run-1/output/model.tar.gz',
      attempts: 1,
      interruptions: 2,
      elapsedSeconds: minutes(19),
      savingsPercent: expect.closeTo(70) as number,
      costUsd: expect.closeTo(0.3) as number,
    });
    expect(end.published['SpotInterruptions']?.at(-1)).toBe(2);
  });

  it('goes on on-demand, from the same checkpoint and in time, when Spot stays away', async () => {
    const { output, world: end } = await machine(untilDeadline(30), minutes(12), LEAVES).run();
    expect(output).toMatchObject({ trainingJobName: 'churn-run-2', batchJob: { JobId: 'id-2' }, attempts: 2 });
    expect(end.jobs['id-2']).toMatchObject({
      spot: false,
      done: minutes(4),
      checkpoints: 's3://data/checkpoints/churn/run/',
    });
    expect(end.published['DeadlineMissedBy']?.at(-1)).toBe(0);
  });

  it('goes on on-demand when no instance is ever launched on Spot', async () => {
    const { status, world: end } = await machine(untilDeadline(30), minutes(12), []).run();
    const modes = Object.values(end.jobs).map(({ spot }) => spot);
    expect([status, modes[0], modes.at(-1)]).toEqual(['SUCCEEDED', true, false]);
    expect(end.published['DeadlineMissedBy']?.at(-1)).toBe(0);
  });

  it('on Spot only fails when its wait is over', async () => {
    const { status, error, cause, seconds } = await machine(
      training.SpotPolicy.spotOnly(Duration.minutes(25)),
      minutes(12),
      LEAVES,
    ).run();
    expect({ status, error, cause }).toEqual({
      status: 'FAILED',
      error: 'SpotUnavailable',
      cause: 'the job was not done within 1500 s on Spot',
    });
    expect(seconds).toBeLessThanOrEqual(minutes(25) + 2 * 60 + SAVE);
  });

  it('tells the container which run it is, and where things are', async () => {
    const run = await machine(training.SpotPolicy.onDemandOnly(), minutes(5), []).run({
      input: { hyperparameters: { epochs: '5' } },
    });
    expect(run.world.jobs['id-1']?.environment).toEqual({
      TRAINING_JOB_NAME: 'churn-run-1',
      TRAINING_EXECUTION: expect.stringMatching(/:execution:/) as string,
      TRAINING_CHECKPOINTS_URI: 's3://data/checkpoints/churn/run/',
      TRAINING_ATTEMPT: '1',
      TRAINING_HYPERPARAMETERS: JSON.stringify({ rate: '0.1', epochs: '5' }),
    });
  });

  it('is taken up again by its name after Batch has forgotten its jobs, as an attempt that nobody has had', async () => {
    // Of another name: the list no longer shows it, and the prefix still names it.
    const jobs = { 'id-1': ended({ name: 'forgotten', attempt: 7 }) };
    const { output } = await machine(untilDeadline(30), minutes(12), [[0, Infinity]], { jobs }).run({
      input: { run: 'monday' },
    });
    expect(output).toMatchObject({ trainingJobName: 'churn-monday-8', attempts: 8 });
  });

  it('is not taken up while a job is at work on it', async () => {
    const jobs = { 'id-1': { ...ended({ attempt: 1, name: 'churn-monday-1' }), createdAt: 0 } };
    const { error, cause } = await machine(untilDeadline(30), minutes(12), [[0, Infinity]], { jobs }).run({
      input: { run: 'monday' },
    });
    expect([error, cause]).toEqual(['RunInProgress', 'churn-monday-1 is at work on this run']);
  });

  it('ends before it costs more than it may', async () => {
    const dear = machine(training.SpotPolicy.onDemandOnly(), minutes(15), [], { limits: { maxCostUsd: 1 } });
    const { error, world: end } = await dear.run();
    // $6 an hour: ten minutes.
    expect([error, end.jobs['id-1']?.maxRuntime]).toEqual(['CostLimit', 600]);
  });
});

describe('whatever goes wrong once, a run on Batch', () => {
  const plain = machine(SEARCHED.policy, SEARCHED.work, LEAVES);

  it('keeps to one job a prefix, is done, and in time', async () => {
    const { violation, runs } = await searchOneFault(plain, { ...BATCH_INVARIANTS, ...DONE_IN_TIME });
    expect(violation?.text).toBeUndefined();
    expect(runs[1]).toBeGreaterThan(200);
  });

  it('would be seen with two jobs at work, did the container not take the prefix first', async () => {
    const careless = plain.edited(({ States }) => {
      const overrides = (
        States['StartOnDemand']?.Parameters as { ContainerOverrides?: { Environment: { Name: string }[] } }
      ).ContainerOverrides;
      const { Environment = [] } = overrides ?? {};
      Environment.splice(
        Environment.findIndex(({ Name }) => Name === 'TRAINING_ATTEMPT'),
        1,
      );
    });
    const { violation } = await search(careless, {
      faults: 1,
      kinds: ['duplicate'],
      invariants: { [ONE_JOB]: BATCH_INVARIANTS[ONE_JOB] ?? (() => 'the invariant is gone') },
    });
    expect(violation?.invariant).toBe(ONE_JOB);
  });
});

/** A job of last week that came to its limit after five minutes of training. */
function ended(job: Partial<BatchJob>): BatchJob {
  return {
    name: 'churn-monday-1',
    environment: {},
    spot: false,
    checkpoints: 's3://data/checkpoints/churn/monday/',
    createdAt: -minutes(60),
    done: 0,
    maxRuntime: minutes(5),
    maxWait: Infinity,
    attempt: 1,
    ...job,
  };
}
