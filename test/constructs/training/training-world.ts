import { EPOCH } from '../../machines/asl/clock';
import { type Input, type Invariant, ServiceError, type WorldSpec } from '../../machines';

/** A Spot market and the jobs of one account. Times in seconds since the start of the run. */
export interface TrainingWorld {
  /** Work of the run, seconds of training. */
  readonly work: number;
  /** When Spot capacity is there: from, to. */
  readonly spot: readonly (readonly [from: number, to: number])[];
  readonly jobs: Record<string, Job>;
  /** Values of each metric, in the order in which they were published. */
  readonly published: Record<string, number[]>;
  /** How the execution ends in which it goes on; by default it succeeds. */
  readonly there?: { readonly Status: string; readonly Error?: string; readonly Cause?: string };
  /** CloudWatch takes no metrics. */
  readonly noMetrics?: boolean;
  /** No more executions may be started. */
  readonly full?: boolean;
  /** With what jobs are refused. */
  readonly refused?: string;
  /** With what the run was to go on in another execution. */
  continuedWith?: unknown;
}

export interface Job {
  readonly spot: boolean;
  readonly checkpoints: string;
  readonly createdAt: number;
  /** Work that its checkpoint held when it began. */
  readonly done: number;
  readonly maxRuntime: number;
  readonly maxWait: number;
  /** ARN of the execution that has made it. */
  readonly execution?: string;
  /** Of a run, where jobs take the checkpoint prefix before they train, as on Batch. */
  readonly attempt?: number;
  stopAt?: number;
}

/** From the return of capacity until training goes on, and from a stop until it has ended. */
export const START = 60;
export const SAVE = 30;

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly status: 'Starting' | 'Training' | 'Interrupted';
}

/** What a job does until `now`: its launches, its training, its interruptions. */
export function segments(world: TrainingWorld, job: Job, now: number): Segment[] {
  const windows: readonly (readonly [number, number])[] = job.spot ? world.spot : [[-Infinity, Infinity]];
  const found: Segment[] = [];
  let at = job.createdAt;
  for (const [from, to] of windows) {
    if (to <= job.createdAt) continue;
    // Until capacity is back it is interrupted, or still starting where it never had any.
    if (at < from) found.push({ from: at, to: from, status: at === job.createdAt ? 'Starting' : 'Interrupted' });
    const up = Math.max(from, at);
    const ready = Math.min(up + START, to);
    found.push({ from: up, to: ready, status: 'Starting' });
    if (ready < to) found.push({ from: ready, to, status: 'Training' });
    at = to;
  }
  if (at < Infinity) found.push({ from: at, to: Infinity, status: at === job.createdAt ? 'Starting' : 'Interrupted' });
  return found.filter(({ from }) => from < now).map((segment) => ({ ...segment, to: Math.min(segment.to, now) }));
}

export function trained(world: TrainingWorld, job: Job, now: number): number {
  return segments(world, job, now)
    .filter(({ status }) => status === 'Training')
    .reduce((sum, { from, to }) => sum + to - from, 0);
}

/** When a job begins to train; never, when it was stopped before. */
export function startOf(world: TrainingWorld, job: Job): number {
  const start = segments(world, job, 1e9).find(({ status }) => status === 'Training')?.from ?? Infinity;
  return job.stopAt !== undefined && job.stopAt <= start ? Infinity : start;
}

/** Whether another job has the prefix when this one begins: one of a later attempt, or one of the same that was first. */
export function isBarred(world: TrainingWorld, job: Job): boolean {
  const { attempt } = job;
  const start = startOf(world, job);
  if (attempt === undefined || start === Infinity) return false;
  const all = Object.values(world.jobs);
  return all.some((other, at) => {
    if (other === job || other.checkpoints !== job.checkpoints || other.attempt === undefined) return false;
    const theirs = startOf(world, other);
    if (other.attempt > attempt) return theirs <= start;
    return other.attempt === attempt && (theirs < start || (theirs === start && at < all.indexOf(job)));
  });
}

/** When a job has done the work, and when it is otherwise over. */
export function endOf(world: TrainingWorld, job: Job): { at: number; status: string; secondary: string } {
  if (isBarred(world, job)) return { at: startOf(world, job) + 1, status: 'Failed', secondary: 'Failed' };
  let left = world.work - job.done;
  let runtime = job.maxRuntime;
  const stop = job.stopAt === undefined ? Infinity : job.stopAt + SAVE;
  const wait = job.spot ? job.createdAt + job.maxWait : Infinity;
  for (const { from, to, status } of segments(world, job, 1e9)) {
    if (status !== 'Training') continue;
    const done = from + left;
    const out = from + runtime;
    const first = Math.min(done, out, stop, wait);
    if (first <= to) return ending(first, done, out, stop);
    left -= to - from;
    runtime -= to - from;
  }
  return ending(Math.min(stop, wait), Infinity, Infinity, stop);
}

function ending(at: number, done: number, out: number, stop: number) {
  if (at === done) return { at, status: 'Completed', secondary: 'Completed' };
  if (at === stop) return { at, status: 'Stopped', secondary: 'Stopped' };
  if (at === out) return { at, status: 'Stopped', secondary: 'MaxRuntimeExceeded' };
  return { at, status: 'Stopped', secondary: 'MaxWaitTimeExceeded' };
}

/** Work in the checkpoint of a run: everything that was trained by now, since every end is told two minutes before. */
export function workDone(world: TrainingWorld, checkpoints: string, now: number): number {
  const all = Object.values(world.jobs)
    .filter((job) => job.checkpoints === checkpoints)
    .map((job) => job.done + trained(world, job, Math.min(now, endOf(world, job).at)));
  return Math.min(world.work, Math.max(0, ...all));
}

/** Whether a job has ended. */
export function hasEnded(world: TrainingWorld, job: Job, now: number): boolean {
  return endOf(world, job).at <= now;
}

function describe(world: TrainingWorld, job: Job, now: number): unknown {
  const end = endOf(world, job);
  const ended = end.at <= now;
  const shown = segments(world, job, Math.min(now, end.at));
  const stopping = !ended && job.stopAt !== undefined && job.stopAt <= now;
  const training = trained(world, job, Math.min(now, end.at));
  return {
    EnableManagedSpotTraining: job.spot,
    Environment: { TRAINING_EXECUTION: job.execution },
    TrainingJobStatus: ended ? end.status : stopping ? 'Stopping' : 'InProgress',
    SecondaryStatus: ended ? end.secondary : stopping ? 'Stopping' : (shown.at(-1)?.status ?? 'Starting'),
    SecondaryStatusTransitions: shown.map(({ from, to, status }) => ({
      Status: status,
      StartTime: date(from),
      EndTime: to < now ? date(to) : undefined,
      StatusMessage:
        status === 'Interrupted' ? 'Insufficient capacity error from EC2 while launching instances, retrying!' : '',
    })),
    ...(ended ? { TrainingTimeInSeconds: training, BillableTimeInSeconds: job.spot ? training * 0.3 : training } : {}),
  };
}

const date = (seconds: number) => new Date(EPOCH + seconds * 1000);

const unknown = (name: string) =>
  ServiceError.common('ValidationException', `Requested resource not found: training job ${name}`);

/** Seconds since the start of the run. */
export const at = (now: number) => (now - EPOCH) / 1000;

/** The services that a run meets. */
export function world(
  work: number,
  spot: TrainingWorld['spot'],
  jobs: TrainingWorld['jobs'] = {},
  given: Partial<TrainingWorld> = {},
): WorldSpec<TrainingWorld> {
  return {
    initial: { work, spot, jobs, published: {}, ...given },
    calls: {
      'sagemaker:createTrainingJob': {
        change: (state, request: Input, now) => {
          const name = String(request['TrainingJobName']);
          if (state.refused !== undefined) throw ServiceError.listed(state.refused, 'not now');
          if (state.jobs[name]) throw ServiceError.listed('ResourceInUse', 'Training job names must be unique');
          const { MaxRuntimeInSeconds, MaxWaitTimeInSeconds } = request['StoppingCondition'] as Record<string, number>;
          const checkpoints = (request['CheckpointConfig'] as { S3Uri: string }).S3Uri;
          state.jobs[name] = {
            spot: request['EnableManagedSpotTraining'] === true,
            checkpoints,
            createdAt: at(now),
            done: workDone(state, checkpoints, at(now)),
            maxRuntime: MaxRuntimeInSeconds ?? 0,
            maxWait: MaxWaitTimeInSeconds ?? Infinity,
            execution: (request['Environment'] as Record<string, string>)['TRAINING_EXECUTION'],
          };
          return { TrainingJobArn: `arn:aws:sagemaker:eu-west-1:111122223333:training-job/${name}` };
        },
      },
      'sagemaker:stopTrainingJob': {
        change: (state, { TrainingJobName }: Input, now) => {
          const job = state.jobs[String(TrainingJobName)];
          if (!job) throw unknown(String(TrainingJobName));
          if (hasEnded(state, job, at(now))) throw ServiceError.common('ValidationException', 'The job has ended');
          job.stopAt ??= at(now);
          return {};
        },
      },
      'sagemaker:describeTrainingJob': {
        read: (state, { TrainingJobName }, now) => {
          const job = state.jobs[String(TrainingJobName)];
          // One of another execution may be made a moment later.
          if (!job || job.createdAt > at(now)) throw unknown(String(TrainingJobName));
          return describe(state, job, at(now));
        },
      },
      's3:getObject': {
        read: (state, { Bucket, Key }, now) => {
          const checkpoints = `s3://${String(Bucket)}/${String(Key).replace(/progress\.json$/, '')}`;
          const completed = workDone(state, checkpoints, at(now));
          if (completed === 0) throw ServiceError.listed('NoSuchKey', 'The specified key does not exist.');
          const progress = {
            version: 1,
            completed,
            total: state.work,
            trainingSeconds: completed,
            checkpointSeconds: SAVE,
          };
          return { Body: { transformToString: () => Promise.resolve(JSON.stringify(progress)) } };
        },
      },
      'states:startExecution': {
        change: (state, { Input: input }: Input) => {
          if (state.full) throw ServiceError.listed('ExecutionLimitExceeded', 'too many executions');
          state.continuedWith = input;
          return { ExecutionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Train:next' };
        },
      },
      'states:describeExecution': {
        read: ({ there }) => ({ ...(there ?? { Status: 'SUCCEEDED', Output: '{"run":"from there"}' }) }),
      },
      'cloudwatch:putMetricData': {
        change: (state, { MetricData }: Input) => {
          if (state.noMetrics) throw ServiceError.listed('InternalServiceFault', 'not now');
          for (const { MetricName, Value } of MetricData as { MetricName: string; Value: number }[])
            (state.published[MetricName] ??= []).push(Value);
          return {};
        },
      },
    },
    staleSeconds: 120,
  };
}

/** What a run promises, whatever goes wrong. */
export const INVARIANTS: Readonly<Record<string, Invariant<TrainingWorld>>> = {
  'two jobs are never at work on one prefix': ({ changes }) => {
    for (const { state, seconds } of changes) {
      const busy = Object.entries(state.jobs).filter(([, job]) => !hasEnded(state, job, seconds));
      const prefixes = busy.map(([, { checkpoints }]) => checkpoints);
      if (new Set(prefixes).size < prefixes.length) return `at ${seconds} s: ${busy.map(([name]) => name).join(', ')}`;
    }
    return undefined;
  },

  'no job is left that nobody watches': ({ world: state, seconds }) => {
    const left = Object.entries(state.jobs).filter(([, job]) => !hasEnded(state, job, seconds + SAVE));
    return left.length > 0 ? left.map(([name]) => name).join(', ') : undefined;
  },
};
