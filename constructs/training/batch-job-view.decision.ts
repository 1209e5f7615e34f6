import { BATCH_EXIT } from './constants';
import type { JobView } from './job-view.decision';

/** A job as Batch's DescribeJobs shows it, as far as a decision reads it. Times in milliseconds since 1970, as Batch tells them. */
export interface BatchJob {
  readonly jobId: string;
  /** Whether it is in the queue for Spot. */
  readonly spot: boolean;
  /** ARN of the execution that has made it. */
  readonly execution?: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  /** Whether it was stopped before it began, or after. */
  readonly isCancelled: boolean;
  readonly isTerminated: boolean;
  /** Attempts that have ended: Batch starts a job again whose instance was taken. */
  readonly attempts: readonly BatchAttempt[];
}

export interface BatchAttempt {
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly statusReason?: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** Statuses in which a job has no instance (API JobDetail, status). STARTING has one, and pulls the image. */
const WAITING = new Set(['SUBMITTED', 'PENDING', 'RUNNABLE']);
const FINAL = new Set(['SUCCEEDED', 'FAILED']);

/** API JobDetail, statusReason, and the reason of the queue's time limit. */
const NO_CAPACITY = 'CAPACITY:';
/** User guide, "Automated job retries": how the status reason begins when an instance was taken. */
const INSTANCE_GONE = 'Host EC2';
/** User guide, "Job timeouts", says that such a job is not retried; its reason is as users report it. */
const TIMED_OUT = /attempt duration exceeded timeout/i;

/**
 * What the jobs of one attempt of a run are doing. There may be two: Batch makes a job for every request, and one whose answer was
 * lost may have been made. Only one of them ever trains, since it takes the prefix first; the other ends at once.
 *
 * @param now seconds since 1970
 * @param execution ARN of the one whose jobs count, if it has any
 */
export function viewOfBatch(jobs: readonly BatchJob[], now: number, execution?: string): JobView | undefined {
  const own = jobs.filter((job) => job.execution === execution);
  const job = [...(own.length > 0 ? own : jobs)].sort(
    (one, other) => rank(one) - rank(other) || one.createdAt - other.createdAt,
  )[0];
  if (!job) return undefined;
  const phase = phaseOf(job);
  const last = job.attempts.at(-1);
  return {
    id: job.jobId,
    mode: job.spot ? 'spot' : 'on-demand',
    phase,
    noCapacity: lacksCapacity(job, phase),
    waitingSeconds: phase === 'waiting' ? Math.max(0, now - (last?.stoppedAt ?? job.createdAt) / 1000) : 0,
    reason: reasonOf(job),
    interruptions: job.attempts.filter((attempt) => isTaken(attempt) && !wasStopped(job, attempt)).length,
    trainingSeconds: trainingSeconds(job, now),
    billableSeconds: undefined,
    execution: job.execution,
  };
}

/** What is done counts, then what is at work, what waits, what has ended; one that found the prefix taken comes last. */
function rank(job: BatchJob): number {
  if (job.status === 'SUCCEEDED') return 0;
  if (!FINAL.has(job.status)) return WAITING.has(job.status) ? 2 : 1;
  return job.attempts.at(-1)?.exitCode === BATCH_EXIT.prefixTaken ? 4 : 3;
}

function phaseOf(job: BatchJob): JobView['phase'] {
  if (WAITING.has(job.status)) return job.isCancelled ? 'stopping' : 'waiting';
  if (!FINAL.has(job.status)) return job.isTerminated ? 'stopping' : 'running';
  if (job.status === 'SUCCEEDED') return 'completed';
  if (TIMED_OUT.test(job.statusReason ?? '')) return 'out of runtime';
  // Cancelled by the time limit of the queue, and not by us.
  if (/CAPACITY:|MISCONFIGURATION:/.test(job.statusReason ?? '')) return 'failed';
  return job.isTerminated || job.isCancelled ? 'stopped' : 'failed';
}

function lacksCapacity(job: BatchJob, phase: JobView['phase']): boolean {
  if (phase === 'waiting') return (job.statusReason ?? '').includes(NO_CAPACITY);
  const last = job.attempts.at(-1);
  return (
    phase === 'failed' && ((job.statusReason ?? '').includes(NO_CAPACITY) || (last !== undefined && isTaken(last)))
  );
}

/** Its instance was taken: seen by Batch, or told to the container in time, which saved and said so. */
function isTaken({ statusReason = '', exitCode }: BatchAttempt): boolean {
  return statusReason.startsWith(INSTANCE_GONE) || exitCode === BATCH_EXIT.stopped;
}

function wasStopped(job: BatchJob, attempt: BatchAttempt): boolean {
  return attempt === job.attempts.at(-1) && FINAL.has(job.status) && (job.isTerminated || job.isCancelled);
}

function reasonOf({ status, statusReason, attempts }: BatchJob): string {
  const last = attempts.at(-1);
  const exit = last?.exitCode === undefined ? undefined : `exit code ${last.exitCode}`;
  return [statusReason ?? status, last?.reason, exit].filter((part) => part !== undefined && part !== '').join('; ');
}

function trainingSeconds({ status, startedAt, attempts }: BatchJob, now: number): number {
  const ended = attempts.reduce(
    (sum, attempt) => sum + Math.max(0, (attempt.stoppedAt ?? 0) - (attempt.startedAt ?? Infinity)),
    0,
  );
  // Of an attempt that goes on. Batch keeps showing the start of one that has ended.
  const began = attempts.some((attempt) => attempt.startedAt === startedAt) ? undefined : startedAt;
  const running = status === 'RUNNING' && began !== undefined ? Math.max(0, now * 1000 - began) : 0;
  return (ended + running) / 1000;
}
