import { EPOCH } from '../../machines/asl/clock';
import { type Input, type Invariant, ServiceError, type WorldSpec } from '../../machines';
import {
  at,
  endOf,
  hasEnded,
  isBarred,
  type Job,
  SAVE,
  segments,
  startOf,
  type TrainingWorld,
  workDone,
  world,
} from './training-world';

/*
 * AWS Batch with the market of the training world. Jobs have ids, and a name may have several. A job whose instance is taken is
 * tried again by Batch itself. Its container takes the checkpoint prefix before it trains, and ends where another has it.
 */

export interface BatchJob extends Job {
  readonly name: string;
  readonly attempt: number;
  readonly environment: Record<string, string>;
}

export interface BatchWorld extends TrainingWorld {
  readonly jobs: Record<string, BatchJob>;
}

const milliseconds = (seconds: number) => EPOCH + seconds * 1000;

function describe(state: BatchWorld, id: string, job: BatchJob, now: number): unknown {
  const end = endOf(state, job);
  const ended = end.at <= now;
  const parts = segments(state, job, Math.min(now, end.at));
  const runs = parts.filter(({ status }) => status === 'Training');
  const last = parts.at(-1);
  const [running, waits] = [last?.status === 'Training', hasCapacity(state, job, now)];
  const interrupted = ended || !running ? runs : runs.slice(0, -1);
  const stopped = job.stopAt !== undefined && job.stopAt <= now;
  const started = startOf(state, job) < Math.min(now, end.at);
  return {
    jobId: id,
    jobName: job.name,
    createdAt: milliseconds(job.createdAt),
    container: { environment: Object.entries(job.environment).map(([name, value]) => ({ name, value })) },
    startedAt: started ? milliseconds(runs.at(-1)?.from ?? 0) : undefined,
    status: ended
      ? end.status === 'Completed'
        ? 'SUCCEEDED'
        : 'FAILED'
      : running
        ? 'RUNNING'
        : waits
          ? 'STARTING'
          : 'RUNNABLE',
    statusReason: ended ? finalReason(end.status, end.secondary) : undefined,
    isCancelled: stopped && !started,
    isTerminated: stopped && started,
    attempts: interrupted.map(({ from, to }, index) => {
      const isLast = ended && index === interrupted.length - 1;
      return {
        startedAt: milliseconds(from),
        stoppedAt: milliseconds(to),
        statusReason: isLast
          ? finalReason(end.status, end.secondary)
          : 'Host EC2 (instance i-0123456789abcdef0) terminated.',
        container: isLast ? { exitCode: exitCode(state, job, end.status) } : {},
      };
    }),
  };
}

function finalReason(status: string, secondary: string): string {
  if (secondary === 'MaxRuntimeExceeded') return 'Job attempt duration exceeded timeout';
  return status === 'Stopped'
    ? 'The run goes on elsewhere, or has come to its limit'
    : 'Essential container in task exited';
}

function exitCode(state: BatchWorld, job: BatchJob, status: string): number {
  if (isBarred(state, job)) return 75;
  return status === 'Completed' ? 0 : 143;
}

function hasCapacity(state: BatchWorld, job: BatchJob, now: number): boolean {
  return !job.spot || state.spot.some(([from, to]) => from <= now && now < to);
}

/** The services that a run meets on Batch. */
export function batchWorld(
  work: number,
  spot: TrainingWorld['spot'],
  jobs: BatchWorld['jobs'] = {},
): WorldSpec<BatchWorld> {
  const { calls, staleSeconds } = world(work, spot);
  const named = (state: BatchWorld, name: string) => Object.entries(state.jobs).filter(([, job]) => job.name === name);
  return {
    initial: { work, spot, jobs, published: {} },
    calls: {
      ...(calls as WorldSpec<BatchWorld>['calls']),
      'batch:submitJob': {
        change: (state, request: Input, now) => {
          const name = String(request['JobName']);
          const { Environment } = request['ContainerOverrides'] as { Environment: { Name: string; Value: string }[] };
          const environment = Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value]));
          const checkpoints = environment['TRAINING_CHECKPOINTS_URI'] ?? '';
          const id = `id-${Object.keys(state.jobs).length + 1}`;
          state.jobs[id] = {
            name,
            environment,
            attempt: Number(environment['TRAINING_ATTEMPT']),
            spot: String(request['JobQueue']).includes('Spot'),
            checkpoints,
            createdAt: at(now),
            done: workDone(state, checkpoints, at(now)),
            maxRuntime: (request['Timeout'] as { AttemptDurationSeconds: number }).AttemptDurationSeconds,
            maxWait: Infinity,
          };
          return { JobArn: `arn:aws:batch:eu-west-1:111122223333:job/${id}`, JobName: name, JobId: id };
        },
      },
      'batch:terminateJob': {
        change: (state, { JobId }: Input, now) => {
          const job = state.jobs[String(JobId)];
          if (!job) throw ServiceError.listed('ClientException', `${String(JobId)} does not exist`);
          // One that has ended stays as it is.
          if (!hasEnded(state, job, at(now))) job.stopAt ??= at(now);
          return {};
        },
      },
      'batch:listJobs': {
        read: (state, { jobQueue, filters, nextToken }) => {
          // A page may be empty, and not be the last.
          if (nextToken === undefined) return { jobSummaryList: [], nextToken: 'more' };
          const [name = ''] = (filters as { values: string[] }[])[0]?.values ?? [];
          const spotQueue = String(jobQueue).includes('Spot');
          const found = named(state, name).filter(([, { spot: isSpot }]) => isSpot === spotQueue);
          return { jobSummaryList: found.map(([jobId]) => ({ jobId, jobName: name })) };
        },
      },
      'batch:describeJobs': {
        read: (state, { jobs: ids }, now) => ({
          jobs: (ids as string[]).flatMap((id) => {
            const job = state.jobs[id];
            return job ? [describe(state, id, job, at(now))] : [];
          }),
        }),
      },
      's3:getObject': {
        read: (state, request, now) => {
          const key = String(request['Key']);
          if (!key.endsWith('batch-owner.json')) {
            const progress = calls['s3:getObject'];
            if (!progress || !('read' in progress)) throw new Error('the training world has no s3:getObject');
            return progress.read(state, request, now);
          }
          const prefix = `s3://${String(request['Bucket'])}/${key.replace(/batch-owner\.json$/, '')}`;
          const owners = Object.values(state.jobs).filter(
            (job) => job.checkpoints === prefix && startOf(state, job) <= at(now),
          );
          if (owners.length === 0) throw ServiceError.listed('NoSuchKey', 'The specified key does not exist.');
          const attempt = Math.max(...owners.map((job) => job.attempt));
          const body = JSON.stringify({ attempt, job: 'some' });
          return { Body: { transformToString: () => Promise.resolve(body) } };
        },
      },
    },
    staleSeconds,
  };
}

/** What a run promises, whatever goes wrong. */
export const BATCH_INVARIANTS: Readonly<Record<string, Invariant<BatchWorld>>> = {
  'two jobs are never at work on one prefix': ({ world: state }) => {
    const times = Object.entries(state.jobs)
      .filter(([, job]) => !isBarred(state, job))
      .map(([id, job]) => ({ id, prefix: job.checkpoints, from: startOf(state, job), to: endOf(state, job).at }));
    for (const one of times) {
      const other = times.find(
        ({ id, prefix, from, to }) => id !== one.id && prefix === one.prefix && from < one.to && one.from < to,
      );
      if (other)
        return `${one.id} from ${one.from} s to ${one.to} s, ${other.id} from ${other.from} s to ${other.to} s`;
    }
    return undefined;
  },

  'no job is left that would train': ({ world: state, seconds }) => {
    const left = Object.entries(state.jobs).filter(
      ([, job]) => !hasEnded(state, job, seconds + SAVE) && !isBarred(state, job),
    );
    return left.length > 0 ? left.map(([id, { name }]) => `${id}, ${name}`).join('; ') : undefined;
  },
};
