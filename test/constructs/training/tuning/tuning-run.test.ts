import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { handler } from '../../../../constructs/training/tuning/advise.lambda';
import { MachineUnderTest, type Run, search } from '../../../machines';
import type { Json } from '../../../machines/asl/json';
import { type Asked, build, TuningWarmStart } from './surroundings';
import { INVARIANTS, type Plan, type TuningWorld, world } from './tuning-world';

const hours = (count: number) => count * 3600;

const machine = (plan?: Partial<Plan>, asked?: Asked) =>
  MachineUnderTest.fromTemplate(Template.fromStack(build(asked).stack), 'ClusterRates', {
    world: world(plan),
    handlers: { ClusterRatesAdviser: join(__dirname, '../../../../constructs/training/tuning/advise.lambda') },
    // A long search polls 2,200 times, of three states each.
    maxStates: 10_000,
  });

const created = ({ world: { jobs } }: Run<TuningWorld>) =>
  Object.entries(jobs).map(([name, { request }]) => ({ name, request }));

beforeAll(() => void jest.spyOn(console, 'log').mockImplementation());
afterAll(() => void jest.restoreAllMocks());

describe('a tuning run', () => {
  it('ends with the best job, its objective, its hyperparameters and its model', async () => {
    const run = await machine().run();
    const [job] = created(run);
    const name = job?.name ?? '';
    expect(name).toMatch(/^churn-[0-9a-f]{11}$/);
    expect(run.output).toEqual({
      tuningJobName: name,
      bestTrainingJobName: `${name}-007-0123abcd`,
      objective: { name: 'accuracy', value: 0.875 },
      hyperparameters: { epochs: '3', rate: '0.02' },
      modelArtifacts: `s3://data/models/${name}-007-0123abcd/output/model.tar.gz`,
      trainingJobs: { completed: 11, failed: 1, stopped: 0 },
      checkpoints: `s3://data/checkpoints/churn/_tuning/${name}/`,
      elapsedSeconds: 3600,
    });
  });

  it('gives its tuning job a checkpoint prefix of its own, and hyperparameters of the cluster and of its input', async () => {
    const run = await machine().run({ input: { hyperparameters: { epochs: '5', layers: '2' } } });
    const [job] = created(run);
    expect(job?.request['TrainingJobDefinition']).toMatchObject({
      StaticHyperParameters: { epochs: '5', layers: '2' },
      CheckpointConfig: { S3Uri: `s3://data/checkpoints/churn/_tuning/${job?.name ?? ''}/` },
    });
  });

  it.each<[string, Json, string[]]>([
    ['those of the construct', {}, ['last-week']],
    ['those of its input', { parents: ['churn-0123456789a', 'other'] }, ['churn-0123456789a', 'other']],
  ])('learns from %s', async (_, input, parents) => {
    const asked = { tuning: () => ({ warmStart: TuningWarmStart.identicalData('last-week') }) };
    const [job] = created(await machine({}, asked).run({ input }));
    expect(job?.request['WarmStartConfig']).toEqual({
      WarmStartType: 'IdenticalDataAndAlgorithm',
      ParentHyperParameterTuningJobs: parents.map((HyperParameterTuningJobName) => ({ HyperParameterTuningJobName })),
    });
  });

  it.each<[string, Partial<Plan>, string, string]>([
    ['fails', { status: 'Failed', found: false }, 'TuningFailed', 'All training jobs failed.'],
    [
      'is stopped by somebody',
      { status: 'Stopped' },
      'Stopped',
      'something other than this execution has stopped the tuning job; the best by then is NAME-007-0123abcd, accuracy 0.875',
    ],
    [
      'runs out of time',
      { seconds: hours(11) },
      'RuntimeLimit',
      'the tuning job was not done after 36000 s, the most it may take; the best by then is NAME-007-0123abcd, accuracy 0.875',
    ],
    ['has no objective', { found: false }, 'NoObjective', 'no training job has told its objective'],
    [
      'is not allowed',
      { refusedUntil: Infinity },
      'SageMaker.ResourceLimitExceededException',
      'ResourceLimitExceeded: The limit is 0 Instances',
    ],
  ])('fails, and names it, when its tuning job %s', async (_, plan, error, cause) => {
    const run = await machine(plan).run();
    const name = created(run)[0]?.name ?? '';
    expect([run.status, run.error, run.cause]).toEqual(['FAILED', error, cause.replace('NAME', name)]);
  });

  it('stops a tuning job that does not end in its time', async () => {
    const run = await machine({ seconds: Infinity, keepsTime: false }).run();
    const [job] = Object.values(run.world.jobs);
    expect(run.error).toBe('RuntimeLimit');
    expect(job?.stopAt).toBeGreaterThan(hours(11));
    expect(run.seconds).toBeLessThan(hours(11) + 600);
  });

  it('waits for quota, and asks again', async () => {
    const { status, calls } = await machine({ refusedUntil: 150 }).run();
    expect(status).toBe('SUCCEEDED');
    expect(calls.filter(({ name }) => name === 'sagemaker:createHyperParameterTuningJob')).toHaveLength(4);
  });

  it('of half a year fits into the history of one execution', async () => {
    const asked = { tuning: () => ({ limits: { maxJobs: 9, maxParallelJobs: 1, maxRuntime: Duration.days(182) } }) };
    const { states } = await machine({ seconds: Infinity }, asked).run();
    // Nine events a poll: two of the Wait, five of the Task, two of the Choice.
    expect(states.filter((state) => state === 'Advise').length * 9).toBeLessThan(25_000);
  });

  it.each<[string, Json, string]>([
    [
      'a field that it does not know',
      { rate: '1' },
      'the input has "rate", allowed are "hyperparameters" and "parents"',
    ],
    ['what is no object', ['rate'], 'the input is ["rate"], allowed is an object'],
    [
      'a hyperparameter that is tuned',
      { hyperparameters: { rate: '1' } },
      'hyperparameter "rate" is tuned, allowed are those that are not',
    ],
    [
      'a number',
      { hyperparameters: { epochs: 3 } },
      'hyperparameter "epochs" is 3, allowed are strings: SageMaker takes no others',
    ],
    [
      'parents without a warm start',
      { parents: ['one'] },
      '"parents" is given, allowed is that for a tuning with a warm start',
    ],
    [
      'too many hyperparameters',
      { hyperparameters: Object.fromEntries(Array.from({ length: 98 }, (_, at) => [`h${at}`, '1'])) },
      'there are 100 hyperparameters with those of the job, allowed are up to 99',
    ],
  ])('fails at once on %s', async (_, input, cause) => {
    const run = await machine().run({ input });
    expect({ error: run.error, cause: run.cause, jobs: run.world.jobs }).toEqual({
      error: 'InvalidInput',
      cause,
      jobs: {},
    });
  });

  it.each<[string, Json]>([
    ['no list', 'one'],
    ['none', []],
    ['the same twice', ['one', 'one']],
    ['no names', ['not_a_name']],
    ['six', ['a', 'b', 'c', 'd', 'e', 'f']],
  ])('fails at once on parents that are %s', async (_, parents) => {
    const asked = { tuning: () => ({ warmStart: TuningWarmStart.identicalData('one') }) };
    const { error, cause } = await machine({}, asked).run({ input: { parents } });
    expect([error, cause]).toEqual([
      'InvalidInput',
      `"parents" is ${JSON.stringify(parents)}, allowed are 1 to 5 names of tuning jobs`,
    ]);
  });

  it('names its tuning job after its execution, and after its start, since names of executions come again', async () => {
    const terms = {
      jobPrefix: 'churn',
      outputUri: 's3://data/models/',
      maxRuntimeSeconds: 1,
      hyperparameters: {},
      tuned: [],
    };
    const named = async (id: string, startedAt: string) =>
      (await handler({ terms, execution: { id, startedAt }, data: {} })).state?.name;
    const names = [
      await named('arn:one:monday', '2026-11-02T06:00:00Z'),
      await named('arn:two:monday', '2026-11-02T06:00:00Z'),
      await named('arn:one:monday', '2027-11-02T06:00:00Z'),
    ];
    expect(new Set(names).size).toBe(3);
    expect(await named('arn:one:monday', '2026-11-02T06:00:00Z')).toBe(names[0]);
  });

  it('has a name within the 32 characters that a tuning job may have, in a cluster with the longest one', async () => {
    const asked = { cluster: { clusterName: 'c'.repeat(20) } };
    expect(created(await machine({}, asked).run())[0]?.name).toHaveLength(32);
  });
});

describe('whatever goes wrong once, a tuning run', () => {
  const plain = machine({ seconds: 600 });
  const invariants = {
    ...INVARIANTS,
    'it is done': ({ status, cause }: Run<TuningWorld>) =>
      status === 'SUCCEEDED' ? undefined : `${status}: ${cause ?? ''}`,
  };

  it('makes one tuning job, and is done', async () => {
    const { violation, runs } = await search(plain, { faults: 1, invariants });
    expect(violation?.text).toBeUndefined();
    expect(runs[1]).toBeGreaterThan(50);
  });

  it.each<[string, Partial<Plan>]>([
    ['is never done', { seconds: Infinity, keepsTime: false }],
    ['is refused', { refusedUntil: Infinity }],
  ])('ends also where its tuning job %s', async (_, plan) => {
    const asked = { tuning: () => ({ limits: { maxJobs: 2, maxParallelJobs: 1, maxRuntime: Duration.minutes(2) } }) };
    const { violation } = await search(machine(plan, asked), { faults: 0, invariants: INVARIANTS });
    expect(violation?.text).toBeUndefined();
  });

  it('would be seen making two, did it not take the name for a lock', async () => {
    const careless = plain.edited(({ States }) => {
      const start = States['Start'];
      if (start?.Parameters)
        Object.assign(start.Parameters, {
          'HyperParameterTuningJobName.$': "States.Format('{}-{}', $.data.state.name, $$.State.RetryCount)",
        });
    });
    const { violation } = await search(careless, { faults: 1, kinds: ['timeout'], invariants: INVARIANTS });
    expect(violation?.invariant).toBe('an execution makes one tuning job');
  });

  it('would be seen failing, did it not know its tuning job again', async () => {
    const forgetful = plain.edited(({ States }) => void States['Start']?.Catch?.shift());
    const { violation } = await search(forgetful, { faults: 1, kinds: ['timeout'], invariants });
    expect(violation?.wrong).toBeDefined();
    expect(violation?.run.error).toBe('SageMaker.ResourceInUseException');
  });
});
