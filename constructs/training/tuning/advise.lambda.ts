import { createHash } from 'node:crypto';
import {
  DescribeHyperParameterTuningJobCommand,
  type HyperParameterTrainingJobSummary,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { RunError } from '../run.decision';
import { parseInput, type TuningInput } from './input.decision';
import { type BestJob, begin, type TuningDescription, type TuningState, type TuningTerms } from './state.decision';
import { nextStep, type Step } from './step.decision';

const sagemaker = new SageMakerClient({});

/** What the machine asks with. */
export interface Poll {
  readonly terms: TuningTerms;
  readonly execution: { readonly id: string; readonly startedAt: string };
  /** The input of the execution at the first poll, later the last answer. */
  readonly data: unknown;
}

/** The answer: the whole state of the execution from now on. */
export type Advice = Omit<Step, 'state'> & {
  readonly state?: TuningState;
  readonly input?: TuningInput;
  /** Of the training jobs: the terms', and the input's instead of those of the same name. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly parents?: readonly { readonly HyperParameterTuningJobName: string }[];
  readonly checkpointsUri?: string;
  readonly result: Readonly<Record<string, unknown>>;
};

/** Looks at a tuning job, and says what the machine does next. It changes nothing. */
export async function handler({ terms, execution, data }: Poll): Promise<Advice> {
  const earlier = earlierIn(data);
  if (earlier) return advise(terms, earlier.input, earlier.state, earlier.refusal);

  const input = parseInput(terms, data);
  if ('error' in input) {
    const error = { name: 'InvalidInput', cause: input.error };
    return { action: 'Fail', error, reason: input.error, hyperparameters: {}, result: {} };
  }
  // An execution's name may come again after ninety days; then it has another start.
  const digest = createHash('sha256').update(`${execution.id} ${execution.startedAt}`).digest('hex');
  return advise(terms, input, begin(terms, digest, Date.parse(execution.startedAt) / 1000));
}

async function advise(terms: TuningTerms, input: TuningInput, state: TuningState, refusal?: RunError): Promise<Advice> {
  const job = refusal || state.polls === 0 ? undefined : await describe(state.name);
  const step = nextStep(terms, state, { now: Date.now() / 1000, job, refusal });
  console.log(JSON.stringify({ tuningJob: state.name, action: step.action, reason: step.reason }));
  const hyperparameters = { ...terms.hyperparameters, ...input.hyperparameters };
  const checkpointsUri = terms.checkpointsUri === undefined ? undefined : `${terms.checkpointsUri}${state.name}/`;
  return {
    ...step,
    input,
    hyperparameters,
    parents: (input.parents ?? terms.parents)?.map((HyperParameterTuningJobName) => ({ HyperParameterTuningJobName })),
    checkpointsUri,
    result: {
      tuningJobName: state.name,
      trainingJobs: job?.trainingJobs,
      ...(job?.best ? bestOf(terms, job.best, hyperparameters) : {}),
      overallBestTrainingJobName: job?.overallBest?.name,
      checkpoints: checkpointsUri,
      elapsedSeconds: Math.round(step.state.elapsedSeconds),
    },
  };
}

function bestOf(terms: TuningTerms, best: BestJob, hyperparameters: Readonly<Record<string, string>>) {
  return {
    bestTrainingJobName: best.name,
    objective: { name: best.metric, value: best.value },
    hyperparameters: { ...hyperparameters, ...best.hyperparameters },
    modelArtifacts: `${terms.outputUri}${best.name}/output/model.tar.gz`,
  };
}

/** What an earlier answer holds, with the refusal that the machine may have put beside it. */
function earlierIn(data: unknown): { input: TuningInput; state: TuningState; refusal?: RunError } | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { state, input, refusal } = data as {
    state?: TuningState;
    input?: TuningInput;
    refusal?: { Error: string; Cause: string };
  };
  if (!state || !input) return undefined;
  return { input, state, refusal: refusal && { name: refusal.Error, cause: refusal.Cause } };
}

async function describe(name: string): Promise<TuningDescription | undefined> {
  try {
    const job = await sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
    const counters = job.TrainingJobStatusCounters;
    return {
      status: job.HyperParameterTuningJobStatus ?? '',
      failureReason: job.FailureReason,
      best: summaryOf(job.BestTrainingJob),
      overallBest: summaryOf(job.OverallBestTrainingJob),
      trainingJobs: {
        completed: counters?.Completed ?? 0,
        failed: (counters?.NonRetryableError ?? 0) + (counters?.RetryableError ?? 0),
        stopped: counters?.Stopped ?? 0,
      },
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFound') return undefined;
    throw error;
  }
}

function summaryOf(job: HyperParameterTrainingJobSummary | undefined): BestJob | undefined {
  const objective = job?.FinalHyperParameterTuningJobObjectiveMetric;
  if (job?.TrainingJobName === undefined || objective?.MetricName === undefined || objective.Value === undefined)
    return undefined;
  return {
    name: job.TrainingJobName,
    metric: objective.MetricName,
    value: objective.Value,
    hyperparameters: job.TunedHyperParameters ?? {},
  };
}
