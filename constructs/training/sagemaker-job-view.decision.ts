import type { JobView } from './job-view.decision';

/** A training job as DescribeTrainingJob shows it, as far as a decision reads it. Times in seconds since 1970. */
export interface SageMakerJob {
  readonly status: string;
  readonly secondaryStatus: string;
  /** Whether it is a managed Spot job. */
  readonly spot: boolean;
  readonly transitions: readonly Transition[];
  readonly failureReason?: string;
  /** ARN of the execution that has made it. */
  readonly execution?: string;
  /** Known once the job has ended. */
  readonly trainingSeconds?: number;
  /** Known once the job has ended. On Spot, less than the time it trained for. */
  readonly billableSeconds?: number;
}

export interface Transition {
  readonly status: string;
  readonly start: number;
  readonly end?: number;
  readonly message?: string;
}

/** Statuses in which a job has no instances (API DescribeTrainingJob, SecondaryStatus). All others of a job in progress have some. */
const WAITING = new Set([
  'Starting',
  'Pending',
  'LaunchingMLInstances',
  'PreparingTrainingStack',
  'Interrupted',
  'Restarting',
]);
/** Statuses that say all, and for stopped jobs the secondary ones that say why. */
const PHASES: Readonly<Record<string, JobView['phase']>> = {
  Completed: 'completed',
  Failed: 'failed',
  Stopping: 'stopping',
  MaxWaitTimeExceeded: 'out of wait',
  MaxRuntimeExceeded: 'out of runtime',
};

/** @param now seconds since 1970 */
export function viewOfSageMaker(job: SageMakerJob, now: number): JobView {
  const phase = phaseOf(job);
  const last = job.transitions.at(-1);
  return {
    mode: job.spot ? 'spot' : 'on-demand',
    phase,
    noCapacity: NO_CAPACITY.test(job.failureReason ?? (phase === 'waiting' ? last?.message : undefined) ?? ''),
    waitingSeconds: phase === 'waiting' && last ? Math.max(0, now - waitingSince(job.transitions)) : 0,
    reason: job.failureReason ?? job.secondaryStatus,
    interruptions: job.transitions.filter(({ status }) => status === 'Interrupted').length,
    trainingSeconds: job.trainingSeconds ?? secondsOnInstances(job.transitions, now),
    billableSeconds: job.billableSeconds,
    execution: job.execution,
  };
}

/** A failure's reason, or the message of a launch that is tried again (API SecondaryStatusTransition, StatusMessage). */
const NO_CAPACITY = /^CapacityError|insufficient ?capacity/i;

/** The start of the first of the transitions without instances that the last one ends. */
function waitingSince(transitions: readonly Transition[]): number {
  const running = transitions.findLastIndex(({ status }) => !WAITING.has(status));
  return transitions[running + 1]?.start ?? 0;
}

function phaseOf({ status, secondaryStatus }: SageMakerJob): JobView['phase'] {
  if (status === 'Stopped') return PHASES[secondaryStatus] ?? 'stopped';
  return PHASES[status] ?? (WAITING.has(secondaryStatus) ? 'waiting' : 'running');
}

function secondsOnInstances(transitions: readonly Transition[], now: number): number {
  return transitions
    .filter(({ status }) => !WAITING.has(status) && !/^(Completed|Failed|Stopped|Stopping|Max)/.test(status))
    .reduce((sum, { start, end }) => sum + Math.max(0, (end ?? now) - start), 0);
}
