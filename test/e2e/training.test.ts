import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTrainingJobsForHyperParameterTuningJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { LocalCloud } from '../../local/local-cloud';
import { cdk } from '../../shell/cdk';
import { pythonEnvironment } from '../../shell/python';
import { clientOf, objectAt, refusals, savedSteps, until } from './cloud-clients';
import { DEADLINE, EPOCHS, type Outputs, SAMPLES, trainingApp } from './training-app/app';
import { Runs } from './training-app/runs';

/*
 * How runs end. The clock is slow while PyTorch works, whose speed depends on the machine, and fast while runs only
 * wait. What happens is brought about when something was seen, never by a time.
 */

const ROOT = join(__dirname, '..', '..');
const WHILE_TORCH_WORKS = 10;
const WHILE_RUNS_WAIT = 100;
const OTHERWISE = 60;
const STEPS = EPOCHS * 10;

jest.setTimeout(900_000);

let folder: string;
let cloud: LocalCloud;
let outputs: Outputs;
let runs: Runs;

beforeAll(async () => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const requirements = [join(ROOT, 'local', 'requirements.txt')];
  const python = await pythonEnvironment(join(ROOT, '.slipway', 'venv'), requirements, () => undefined);
  folder = mkdtempSync(join(tmpdir(), 'slipway-training-'));
  const cacheDir = join(ROOT, '.slipway', 'images');
  cloud = await LocalCloud.start({ python, stateDir: join(folder, 'cloud'), cacheDir, clockFactor: OTHERWISE });
  outputs = await deploy();
  runs = new Runs(cloud, outputs, folder);
  const code = { Bucket: outputs.BucketName, Key: 'code/unhurried.py' };
  const Body = readFileSync(join(__dirname, 'training-app', 'unhurried.py'));
  await clientOf(cloud, S3Client).send(new PutObjectCommand({ ...code, Body }));
});

afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('while there is Spot capacity', () => {
  const idle = { hyperparameters: { mode: 'idle' } };
  let late: string;
  let missed: string;
  let tuned: string;

  // They take minutes of the clock, beside each other.
  beforeAll(async () => {
    late = await runs.start('SpotOnlyLight', 'late', idle);
    missed = await runs.start('StrictLight', 'missed', idle);
    tuned = await runs.start('SpotOnlyTuning', 'tuned', { hyperparameters: { steps: '5' } });
  });

  it('a run that another execution works on is not taken up a second time', async () => {
    await until('its job', () => runs.describeJob('e2e-spotonly-late-1'));
    const second = await runs.ended(await runs.start('SpotOnlyLight', 'second', { run: 'late' }));
    expect(second).toMatchObject({
      status: 'FAILED',
      error: 'RunInProgress',
      cause: 'e2e-spotonly-late-1 is at work on this run',
    });
  });

  it('a run has its checkpoints for itself, though its name is the beginning of another one’s', async () => {
    const longer = await runs.succeeded(
      await runs.start('DeadlineLight', 'run-10', { hyperparameters: { steps: '4' } }),
    );
    const shorter = await runs.succeeded(
      await runs.start('DeadlineLight', 'run-1', { hyperparameters: { steps: '4' } }),
    );

    const prefix = `s3://${outputs.BucketName}/checkpoints/e2e-deadline`;
    expect([longer.checkpoints, shorter.checkpoints]).toEqual([`${prefix}/run-10/`, `${prefix}/run-1/`]);
    // What was in the folder of its first host at the end of the second run, which began at step 0.
    const [first = ''] = await runs.filesIn(shorter.modelArtifacts ?? '');
    const { state, checkpoints } = JSON.parse(first) as { state: { attempts: number[] }; checkpoints: string[] };
    expect(state.attempts).toEqual([0]);
    expect(checkpoints.sort()).toEqual(['progress.json', 'slot-0.rank-0', 'slot-1.rank-0']);
  });

  it('a run that has the name of an earlier one of the cluster is refused, whichever job it is of', async () => {
    await expect(runs.ended(await runs.start('DeadlineTorch', 'run-1', {}))).resolves.toMatchObject({
      status: 'FAILED',
      error: 'RunExists',
      cause: expect.stringContaining('run-1') as string,
    });
    await expect(runs.describeJob('e2e-deadline-run-1-2')).resolves.toBeUndefined();
  });

  it('a run that is not done within its runtime fails: a job that was stopped is no success', async () => {
    await expect(runs.ended(late)).resolves.toMatchObject({ status: 'FAILED', error: 'RuntimeLimit' });
    const job = await runs.describeJob('e2e-spotonly-late-1');
    expect([job?.TrainingJobStatus, job?.SecondaryStatus]).toEqual(['Stopped', 'MaxRuntimeExceeded']);
  });

  it('a run that must not be late is stopped at its deadline, and fails', async () => {
    await expect(runs.ended(missed)).resolves.toMatchObject({ status: 'FAILED', error: 'DeadlineMissed' });
    const { TrainingJobStatus } = await runs.lastJob('e2e-strict-missed');
    expect(TrainingJobStatus).toBe('Stopped');
  });

  it('four small jobs are tuned on Spot, each with its checkpoints in a folder of its own', async () => {
    const result = (await runs.succeeded(tuned)) as TuningResult;
    const { TrainingJobSummaries: jobs = [] } = await clientOf(cloud, SageMakerClient).send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: result.tuningJobName }),
    );
    expect(result.trainingJobs).toEqual({ completed: 4, failed: 0, stopped: 0 });
    const rates = jobs.map(({ TunedHyperParameters }) => Number(TunedHyperParameters?.['rate']));
    expect(new Set(rates).size).toBe(4);
    // The trainer tells rate / steps.
    expect(result.objective.value).toBeCloseTo(Math.min(...rates) / 5, 3);
    expect(Number(result.hyperparameters['rate'])).toBe(Math.min(...rates));

    const names = jobs.map(({ TrainingJobName }) => String(TrainingJobName));
    const described = await Promise.all(names.map((name) => runs.describeJob(name)));
    expect(described.map((job) => job?.EnableManagedSpotTraining)).toEqual([true, true, true, true]);
    expect(new Set(described.map((job) => job?.CheckpointConfig?.S3Uri))).toEqual(new Set([result.checkpoints]));
    const steps = await Promise.all(names.map((name) => savedSteps(cloud, `${result.checkpoints}${name}/`)));
    expect(steps).toEqual([5, 5, 5, 5]);
    await expect(objectAt(cloud, result.modelArtifacts)).resolves.toBeDefined();
  });
});

describe('when Spot capacity is gone', () => {
  let trained: string;
  let neverLaunched: string;
  let spotOnly: string;
  let savedAtLoss: number;

  beforeAll(async () => {
    await cloud.setPace(WHILE_TORCH_WORKS);
    trained = await runs.start('DeadlineTorch', 'trained', {});
    const checkpoints = `s3://${outputs.BucketName}/checkpoints/e2e-deadline/trained/`;
    await until('some steps', async () => (await savedSteps(cloud, checkpoints)) >= 10);
    await cloud.setTraining({ spot: 'never' });
    await until('the interruption', async () => (await runs.states('e2e-deadline-trained-1')).includes('Interrupted'));
    savedAtLoss = await savedSteps(cloud, checkpoints);

    neverLaunched = await runs.start('DeadlineLight', 'never-launched', {});
    spotOnly = await runs.start('SpotOnlyLight', 'spot-only', {});
    await cloud.setPace(WHILE_RUNS_WAIT);
    await until('the fall-back', () => runs.describeJob('e2e-deadline-trained-2'));
    await cloud.setPace(WHILE_TORCH_WORKS);
    await runs.ended(trained);
    await cloud.setPace(OTHERWISE);
  });

  it('a run goes on on-demand from the checkpoint of before, and is done before its deadline', async () => {
    const result = await runs.succeeded(trained);
    expect(result).toMatchObject({ attempts: 2, interruptions: 1 });
    expect(result.elapsedSeconds).toBeLessThan(DEADLINE.toSeconds());
    expect(result.costUsd).toBeGreaterThan(0);

    const [onSpot, onDemand] = [
      await runs.describeJob('e2e-deadline-trained-1'),
      await runs.describeJob('e2e-deadline-trained-2'),
    ];
    expect([onSpot?.EnableManagedSpotTraining, onSpot?.TrainingJobStatus]).toEqual([true, 'Stopped']);
    expect([onDemand?.EnableManagedSpotTraining, onDemand?.TrainingJobStatus]).toEqual([false, 'Completed']);
    expect(onDemand?.CheckpointConfig?.S3Uri).toBe(onSpot?.CheckpointConfig?.S3Uri);

    expect(savedAtLoss).toBeLessThan(STEPS);
    expect(runs.beginnings('e2e-deadline-trained-1')).toEqual([`starts anew: ${STEPS} steps`]);
    expect(runs.beginnings('e2e-deadline-trained-2')).toEqual([
      expect.stringMatching(new RegExp(`^resumes at epoch \\d+ step ${savedAtLoss} of ${STEPS}`)),
    ]);
  });

  it('and has trained on each sample once an epoch, no more and no less', async () => {
    const uri = `s3://${outputs.BucketName}/models/e2e-deadline-trained-2/output/output.tar.gz`;
    const ledgers = (await runs.filesIn(uri)).flatMap((text) => JSON.parse(text) as [number, number][]);
    const all = Array.from({ length: EPOCHS }, (_, epoch) => Array.from({ length: SAMPLES }, (__, n) => [epoch, n]));
    expect(ledgers.sort(([a, b], [c, d]) => a - c || b - d)).toEqual(all.flat());
  });

  it('a run that never had an instance falls back on-demand in time', async () => {
    const result = await runs.succeeded(neverLaunched);
    expect(result).toMatchObject({ attempts: 2, interruptions: 0 });
    expect(result.elapsedSeconds).toBeLessThan(DEADLINE.toSeconds());
    await expect(runs.states('e2e-deadline-never-launched-1')).resolves.toEqual(['Starting', 'Stopping', 'Stopped']);
    const job = await runs.describeJob('e2e-deadline-never-launched-2');
    expect([job?.EnableManagedSpotTraining, job?.TrainingJobStatus]).toEqual([false, 'Completed']);
  });

  it('a run that may use Spot only fails when it has waited for as long as it may', async () => {
    await expect(runs.ended(spotOnly)).resolves.toMatchObject({
      status: 'FAILED',
      error: 'SpotUnavailable',
      cause: 'the job was not done within 1800 s on Spot',
    });
    const job = await runs.describeJob('e2e-spotonly-spot-only-1');
    expect([job?.TrainingJobStatus, job?.SecondaryStatus]).toEqual(['Stopped', 'MaxWaitTimeExceeded']);
  });
});

it('no role has asked for what it may not do, by all that jobs, advisers and machines do in these runs', async () => {
  await expect(refusals(cloud)).resolves.toEqual([]);
  const { roles } = await cloud.access();
  const asked = (path: string) => {
    const calls = roles.find((role) => role.path === `e2e/${path}`)?.calls ?? [];
    return [...new Set(calls.map(({ action }) => action))].sort();
  };
  expect(asked('SpotOnly/Role')).toEqual([
    'cloudwatch:PutMetricData',
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
  ]);
  expect(asked('Deadline/Adviser/Role')).toEqual([
    'cloudwatch:PutMetricData',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetObject',
    'sagemaker:DescribeTrainingJob',
  ]);
  expect(asked('Deadline/Torch/Resource/Role')).toEqual([
    'iam:PassRole',
    'sagemaker:CreateTrainingJob',
    'sagemaker:StopTrainingJob',
  ]);
  expect(asked('SpotOnly/Tuning/Resource/Role')).toEqual(['iam:PassRole', 'sagemaker:CreateHyperParameterTuningJob']);
});

interface TuningResult {
  readonly tuningJobName: string;
  readonly objective: { readonly name: string; readonly value: number };
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly modelArtifacts: string;
  readonly trainingJobs: object;
  readonly checkpoints: string;
}

async function deploy(): Promise<Outputs> {
  const assembly = trainingApp(folder, cloud);
  const environment = cloud.cliEnvironment;
  await cdk(['bootstrap', `aws://${cloud.account}/${cloud.region}`, '--app', assembly], environment);
  await cloud.publishImages(assembly, () => undefined, { readyToTrain: true });
  const file = join(folder, 'outputs.json');
  await cdk(['deploy', '--app', assembly, '--require-approval', 'never', '--outputs-file', file], environment);
  return (JSON.parse(readFileSync(file, 'utf8')) as { e2e: Outputs }).e2e;
}
