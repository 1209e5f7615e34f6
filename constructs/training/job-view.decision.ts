/** A training job as DescribeTrainingJob shows it, as far as a decision reads it. Times in seconds since 1970. */
export interface JobDescription {
  readonly status: string;
  readonly secondaryStatus: string;
  readonly transitions: readonly Transition[];
  readonly failureReason?: string;
  /** Known once the job has ended. */
  readonly trainingSeconds?: number;
  /** Known once the job has ended. On Spot, less than the time it trained for. */
  readonly billableSeconds?: number;
}

export interface Transition {
  readonly status: string;
  readonly start: number;
  readonly end?: number;
}

/** What a job is doing, and what it has used, as far as can be told. */
export interface JobView {
  readonly phase: 'waiting' | 'running' | 'stopping' | 'completed' | 'failed' | 'stopped' | 'out of wait' | 'out of runtime';
  /** Whether a failure was only that there was no capacity. */
  readonly noCapacity: boolean;
  readonly reason: string;
  readonly interruptions: number;
  /** Seconds on instances. */
  readonly trainingSeconds: number;
  /** Seconds that are paid at the on-demand price; undefined until SageMaker tells. */
  readonly billableSeconds: number | undefined;
}

/** Statuses in which a job has no instances (API DescribeTrainingJob, SecondaryStatus). All others of a job in progress have some. */
const WAITING = new Set(['Starting', 'Pending', 'LaunchingMLInstances', 'PreparingTrainingStack', 'Interrupted', 'Restarting']);
const FINAL = { Completed: 'completed', Failed: 'failed', Stopping: 'stopping' } as const;
/** Why a job was stopped that nobody asked to stop. */
const STOPPED = { MaxWaitTimeExceeded: 'out of wait', MaxRuntimeExceeded: 'out of runtime' } as const;

/** @param now seconds since 1970 */
export function viewOf(job: JobDescription, now: number): JobView {
  return {
    phase: phaseOf(job),
    noCapacity: /^CapacityError\b|InsufficientCapacity/.test(job.failureReason ?? ''),
    reason: job.failureReason ?? job.secondaryStatus,
    interruptions: job.transitions.filter(({ status }) => status === 'Interrupted').length,
    trainingSeconds: job.trainingSeconds ?? secondsOnInstances(job.transitions, now),
    billableSeconds: job.billableSeconds,
  };
}

function phaseOf({ status, secondaryStatus }: JobDescription): JobView['phase'] {
  if (status in FINAL) return FINAL[status as keyof typeof FINAL];
  if (status === 'Stopped') return STOPPED[secondaryStatus as keyof typeof STOPPED] ?? 'stopped';
  return WAITING.has(secondaryStatus) ? 'waiting' : 'running';
}

function secondsOnInstances(transitions: readonly Transition[], now: number): number {
  return transitions
    .filter(({ status }) => !WAITING.has(status) && !/^(Completed|Failed|Stopped|Stopping|Max)/.test(status))
    .reduce((sum, { start, end }) => sum + Math.max(0, (end ?? now) - start), 0);
}
