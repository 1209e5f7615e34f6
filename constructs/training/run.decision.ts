import { MAX_ATTEMPTS, MAX_JOB_NAME } from './constants';
import type { Progress } from './progress.decision';
import type { Memory, Mode, Terms } from './spot-policy.decision';

/** What holds for every run of a job. The construct writes it into the machine, which gives it to the handler. */
export interface RunTerms {
  /** Jobs are named `<jobPrefix>-<run>-<attempt>`. */
  readonly jobPrefix: string;
  /** `s3://<bucket>/<prefix>/<cluster>/`; each run adds its name and a slash. */
  readonly checkpointsUri: string;
  /** `s3://<bucket>/<prefix>/`, for model.tar.gz. */
  readonly outputUri: string;
  readonly capacity: Capacity;
  readonly nodes: number;
  readonly maxRuntimeSeconds: number;
  /** USD for an hour of one instance on demand; undefined when nobody told. */
  readonly onDemandUsdPerHour?: number;
  /** The run ends before it has cost more. Needs the price. */
  readonly maxCostUsd?: number;
  /** Where jobs are looked for; undefined when SageMaker runs them. */
  readonly batch?: BatchQueues;
  /** Of every run, unless its input says otherwise. */
  readonly hyperparameters: Readonly<Record<string, string>>;
}

/** ARNs. A cluster has those that its policy needs. */
export interface BatchQueues {
  readonly spotQueue?: string;
  readonly onDemandQueue?: string;
}

export type Capacity =
  | { readonly kind: 'on-demand' }
  | { readonly kind: 'spot'; readonly maxWaitSeconds: number; readonly spotPriceRatio?: number }
  | { readonly kind: 'until-deadline'; readonly terms: Terms; readonly afterDeadline: 'go-on' | 'fail' };

/** What a run remembers from one poll to the next: JSON in the execution. */
export interface RunState {
  readonly run: string;
  /** ARN of the first execution. Its jobs have it, so that they are not taken for those of another execution. */
  readonly execution: string;
  /** Of the first execution, seconds since 1970. */
  readonly startedAt: number;
  /** Since then; never less than it was, should the clock be set back. */
  readonly elapsedSeconds: number;
  /** Of this execution, those that led to a request twice; 0 before the first of the run. */
  readonly polls: number;
  /** Of the job that was asked for last; 0 before the first. */
  readonly attempt: number;
  readonly mode?: Mode;
  /** Set once the job was asked to stop: what comes then. */
  readonly stop?: { readonly next: Mode } | { readonly error: RunError };
  readonly progress?: Progress;
  readonly memory?: Memory;
  /** Of the attempts that have ended. */
  readonly used: Usage;
  /** Polls in a row at which the engine did not know the job. */
  readonly missing: number;
}

export interface Usage {
  readonly trainingSeconds: number;
  /** Seconds that were paid at the on-demand price: on Spot, fewer than those of training. */
  readonly paidSeconds: number;
  readonly interruptions: number;
}

export interface RunError {
  readonly name: string;
  readonly cause: string;
}

export function begin(run: string, execution: string, startedAt: number, attempt: number): RunState {
  const used = { trainingSeconds: 0, paidSeconds: 0, interruptions: 0 };
  return { run, execution, startedAt, elapsedSeconds: 0, polls: 0, attempt, used, missing: 0 };
}

/** An execution has the name of a run that has jobs already, of this machine or of another one of the cluster. */
export function runExists(run: string): RunError {
  return {
    name: 'RunExists',
    cause: `"${run}" is an earlier run of the cluster: start with {"run": "${run}"} to take it up again, or name the execution otherwise`,
  };
}

/** Name of the job of an attempt. */
export function jobName({ jobPrefix }: RunTerms, { run, attempt }: Pick<RunState, 'run' | 'attempt'>): string {
  return `${jobPrefix}-${run}-${attempt}`;
}

/** Why a name cannot be that of a run; undefined when it can. */
export function refusedRunName(terms: RunTerms, run: string): string | undefined {
  const most = MAX_JOB_NAME - jobName(terms, { run: '', attempt: MAX_ATTEMPTS }).length;
  if (run.length <= most && /^[a-z0-9](-*[a-z0-9])*$/.test(run)) return undefined;
  return `"run" is "${run}", allowed are 1 to ${most} lower-case letters, digits and inner hyphens: jobs are named after it`;
}
