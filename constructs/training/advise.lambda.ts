import { createHash } from 'node:crypto';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describeBatchJobs } from './batch-jobs.edge';
import { attemptOfOwner } from './batch-owner.decision';
import { BATCH_ENTRY, MAX_ATTEMPTS, TRAINING } from './constants';
import type { JobView } from './job-view.decision';
import { nextStep, type Seen, type Step } from './next-step.decision';
import { type Progress, progressIn } from './progress.decision';
import { parseInput, refusedByBatch, refusedBySageMaker, type RunInput } from './run-input.decision';
import { type Metric, metricsOf, resultOf } from './run-report.decision';
import { begin, jobName, refusedRunName, runExists, type RunError, type RunState, type RunTerms } from './run.decision';
import { describeTrainingJob } from './sagemaker-jobs.edge';

const s3 = new S3Client({});
const cloudwatch = new CloudWatchClient({});

/** What the machine asks with. */
export interface Poll {
  readonly terms: RunTerms;
  readonly execution: { readonly id: string; readonly name: string; readonly startedAt: string };
  /** The input of the execution at the first poll, later the last answer. */
  readonly data: unknown;
}

/** The answer: the whole state of the execution from now on. */
export type Advice = Omit<Step, 'state'> & {
  readonly state?: RunState;
  readonly input?: RunInput;
  /** Of the job: the terms', and the input's instead of those of the same name. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly result: Readonly<Record<string, unknown>>;
  /** What the machine was answered, for the execution in which the run goes on. */
  readonly refusal?: Refusal;
};

/** As a state machine writes an error that it has caught. */
interface Refusal {
  readonly Error: string;
  readonly Cause: string;
}

/** Looks at a run, and says what the machine does next. It changes nothing but metrics. */
export async function handler({ terms, execution, data }: Poll): Promise<Advice> {
  const now = Date.now() / 1000;
  const earlier = earlierIn(data);
  if (earlier) return advise(terms, earlier.input, earlier.state, now, earlier.refusal);

  const input = parseInput(data);
  if ('error' in input) return refused({ name: 'InvalidInput', cause: input.error });
  const invalid = refusedHyperparameters(terms, input) ?? refusedRun(terms, input);
  if (invalid !== undefined) return refused({ name: 'InvalidInput', cause: invalid });
  const run = input.run ?? runOf(terms, execution.name);
  const attempt = await lastAttempt(terms, run);
  if (attempt > 0 && input.run === undefined) return refused(runExists(run));
  const state = begin(run, execution.id, Date.parse(execution.startedAt) / 1000, attempt);
  return advise(terms, input, state, now);
}

async function advise(
  terms: RunTerms,
  input: RunInput,
  state: RunState,
  now: number,
  refusal?: RunError,
): Promise<Advice> {
  const seen: Seen = {
    now,
    refusal,
    // Also of one that was refused: where the answer was lost, it may be there.
    job: state.attempt === 0 ? undefined : await describe(terms, state, now, state.execution),
    progress: await progressOf(terms, state),
  };
  const step = nextStep(terms, state, seen);
  await publish(metricsOf(terms, step, seen.job), terms.jobPrefix);
  console.log(JSON.stringify({ run: state.run, action: step.action, reason: step.reason, ...step.numbers }));
  return {
    ...step,
    input,
    hyperparameters: hyperparametersOf(terms, input),
    result: resultOf(terms, step, seen.job),
    refusal: step.action === 'Continue' && refusal ? { Error: refusal.name, Cause: refusal.cause } : undefined,
  };
}

function hyperparametersOf(terms: RunTerms, input: RunInput): Readonly<Record<string, string>> {
  return { ...terms.hyperparameters, ...input.hyperparameters };
}

function refusedHyperparameters(terms: RunTerms, input: RunInput): string | undefined {
  const all = hyperparametersOf(terms, input);
  return refusedBySageMaker(all) ?? (terms.batch && refusedByBatch(all));
}

function refusedRun(terms: RunTerms, { run }: RunInput): string | undefined {
  return run === undefined ? undefined : refusedRunName(terms, run);
}

/** Named after the execution; by a digest of that name where no job could have it, as of those that EventBridge starts. */
function runOf(terms: RunTerms, execution: string): string {
  if (refusedRunName(terms, execution) === undefined) return execution;
  return createHash('sha256').update(execution).digest('hex').slice(0, 32);
}

function refused(error: RunError): Advice {
  return { action: 'Fail', error, reason: error.cause, numbers: {}, hyperparameters: {}, result: {} };
}

/** What an earlier answer holds, with the refusal that the machine may have put beside it. */
function earlierIn(data: unknown): { input: RunInput; state: RunState; refusal?: RunError } | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { state, input, refusal } = data as {
    state?: RunState;
    input?: RunInput;
    refusal?: Refusal;
  };
  if (!state || !input) return undefined;
  return { input, state, refusal: refusal && { name: refusal.Error, cause: refusal.Cause } };
}

/** Of a run that is taken up again; 0 for a new one. Batch forgets jobs after days, and then their prefix still names one. */
async function lastAttempt(terms: RunTerms, run: string): Promise<number> {
  const owner = terms.batch && (await readBesideCheckpoints(terms, run, BATCH_ENTRY.ownerFile));
  let attempt = owner === undefined ? 0 : attemptOfOwner(owner);
  while (attempt < MAX_ATTEMPTS && (await describe(terms, { run, attempt: attempt + 1 }, 0))) attempt += 1;
  return attempt;
}

type Attempt = Pick<RunState, 'run' | 'attempt'>;

function describe(terms: RunTerms, attempt: Attempt, now: number, execution?: string): Promise<JobView | undefined> {
  const name = jobName(terms, attempt);
  return terms.batch ? describeBatchJobs(terms.batch, name, now, execution) : describeTrainingJob(name, now);
}

async function progressOf(terms: RunTerms, { run }: RunState): Promise<Progress | undefined> {
  const text = await readBesideCheckpoints(terms, run, TRAINING.progressFile);
  return text === undefined ? undefined : progressIn(text);
}

async function readBesideCheckpoints(terms: RunTerms, run: string, file: string): Promise<string | undefined> {
  const { hostname: bucket, pathname } = new URL(terms.checkpointsUri);
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${pathname.slice(1)}${run}/${file}` }));
    return await object.Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** A run goes on without its metrics, should they not be taken. */
async function publish(metrics: Metric[], cluster: string): Promise<void> {
  if (metrics.length === 0) return;
  const data = metrics.map(({ name, value, unit }) => ({
    MetricName: name,
    Value: value,
    Unit: unit,
    Dimensions: [{ Name: TRAINING.clusterDimension, Value: cluster }],
  }));
  try {
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: TRAINING.namespace, MetricData: data }));
  } catch (error) {
    console.warn(JSON.stringify({ metrics, error: String(error) }));
  }
}
