import type { RunError } from '../run.decision';

/** What holds for every tuning job of a machine. The construct writes it into the machine, which gives it to the handler. */
export interface TuningTerms {
  /** Tuning jobs are named `<jobPrefix>-<digest>`. */
  readonly jobPrefix: string;
  /** `s3://<bucket>/<prefix>/<cluster>/_tuning/`; each tuning job adds its name and a slash. Undefined where jobs keep no checkpoints. */
  readonly checkpointsUri?: string;
  /** `s3://<bucket>/<prefix>/`, for model.tar.gz. */
  readonly outputUri: string;
  readonly maxRuntimeSeconds: number;
  /** Of every training job, unless the input says otherwise. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Names of the hyperparameters that are tuned. */
  readonly tuned: readonly string[];
  /** Names of the tuning jobs that it learns from, unless the input says otherwise; undefined without a warm start. */
  readonly parents?: readonly string[];
}

/** What is remembered from one poll to the next: JSON in the execution. */
export interface TuningState {
  /** Of the tuning job. */
  readonly name: string;
  /** Of the execution, seconds since 1970. */
  readonly startedAt: number;
  /** Since then; never less than it was, should the clock be set back. */
  readonly elapsedSeconds: number;
  readonly polls: number;
  /** When the tuning job was asked for last, seconds after the start. */
  readonly askedAt: number;
  /** Set once the tuning job was asked to stop: how the run ends then. */
  readonly stop?: RunError;
  /** Polls in a row at which SageMaker did not know the tuning job. */
  readonly missing: number;
}

/** A tuning job as DescribeHyperParameterTuningJob shows it, as far as a decision reads it. */
export interface TuningDescription {
  readonly status: string;
  readonly failureReason?: string;
  readonly best?: BestJob;
  /** Of this one and its parents; only for a warm start with identical data. */
  readonly overallBest?: BestJob;
  readonly trainingJobs: { readonly completed: number; readonly failed: number; readonly stopped: number };
}

export interface BestJob {
  readonly name: string;
  readonly metric: string;
  readonly value: number;
  readonly hyperparameters: Readonly<Record<string, string>>;
}

/** The longest name of a tuning job is 32 (API CreateHyperParameterTuningJob, November 2026), and the longest prefix 20. */
const DIGEST_CHARACTERS = 11;

/** @param digest hexadecimal, of what tells the execution from every other */
export function begin({ jobPrefix }: TuningTerms, digest: string, startedAt: number): TuningState {
  const name = `${jobPrefix}-${digest.slice(0, DIGEST_CHARACTERS)}`;
  return { name, startedAt, elapsedSeconds: 0, polls: 0, askedAt: 0, missing: 0 };
}
