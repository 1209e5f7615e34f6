import { EPOCH } from '../../../machines/asl/clock';
import { type Input, type Invariant, ServiceError, type WorldSpec } from '../../../machines';

/** The tuning jobs of one account. Times in seconds since the start of the run. */
export interface TuningWorld {
  /** How the next tuning jobs end. */
  readonly plan: Plan;
  readonly jobs: Record<string, TuningJob>;
}

export interface Plan {
  /** How long the search takes; Infinity for one that does not end by itself. */
  readonly seconds: number;
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  /** Whether a training job has told its objective by then. */
  readonly found: boolean;
  /** Whether SageMaker ends it when its time is over; it should. */
  readonly keepsTime: boolean;
  /** Until when requests are refused for want of quota. */
  readonly refusedUntil: number;
}

export interface TuningJob {
  readonly request: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly maxRuntime: number;
  stopAt?: number;
}

/** From a stop until the training jobs have ended. */
const STOPPING = 120;

const at = (now: number) => (now - EPOCH) / 1000;

interface End {
  readonly at: number;
  readonly status: string;
}

function endOf({ plan }: TuningWorld, job: TuningJob): End {
  const ends: End[] = [
    { at: job.createdAt + plan.seconds, status: plan.status },
    { at: plan.keepsTime ? job.createdAt + job.maxRuntime : Infinity, status: 'Stopped' },
    { at: (job.stopAt ?? Infinity) + STOPPING, status: 'Stopped' },
  ];
  return ends.reduce((first, end) => (end.at < first.at ? end : first));
}

export function isAtWork(world: TuningWorld, job: TuningJob, seconds: number): boolean {
  return endOf(world, job).at > seconds;
}

function describe(world: TuningWorld, name: string, job: TuningJob, seconds: number): unknown {
  const end = endOf(world, job);
  const stopping = job.stopAt !== undefined && job.stopAt <= seconds;
  return {
    HyperParameterTuningJobStatus: end.at <= seconds ? end.status : stopping ? 'Stopping' : 'InProgress',
    TrainingJobStatusCounters: { Completed: 11, NonRetryableError: 1, RetryableError: 0, Stopped: 0 },
    ...(world.plan.status === 'Failed' ? { FailureReason: 'All training jobs failed.' } : {}),
    ...(world.plan.found
      ? {
          BestTrainingJob: {
            TrainingJobName: `${name}-007-0123abcd`,
            TunedHyperParameters: { rate: '0.02' },
            FinalHyperParameterTuningJobObjectiveMetric: { MetricName: 'accuracy', Value: 0.875 },
          },
        }
      : {}),
  };
}

const unknown = (name: string) =>
  ServiceError.listed('ResourceNotFound', `Amazon SageMaker can't find a tuning job with the name ${name}`);

/** SageMaker, as a run meets it. */
export function world(plan: Partial<Plan> = {}): WorldSpec<TuningWorld> {
  const whole: Plan = { seconds: 3600, status: 'Completed', found: true, keepsTime: true, refusedUntil: 0, ...plan };
  return {
    initial: { plan: whole, jobs: {} },
    calls: {
      'sagemaker:createHyperParameterTuningJob': {
        change: (state, request: Input, now) => {
          const name = String(request['HyperParameterTuningJobName']);
          if (state.jobs[name]) throw ServiceError.listed('ResourceInUse', 'Tuning job names must be unique');
          if (at(now) < whole.refusedUntil)
            throw ServiceError.listed('ResourceLimitExceeded', 'The limit is 0 Instances');
          const config = request['HyperParameterTuningJobConfig'] as { ResourceLimits: Record<string, number> };
          const maxRuntime = config.ResourceLimits['MaxRuntimeInSeconds'] ?? 0;
          state.jobs[name] = { request, createdAt: at(now), maxRuntime };
          return { HyperParameterTuningJobArn: `arn:aws:sagemaker:eu-west-1:111122223333:tuning-job/${name}` };
        },
      },
      'sagemaker:stopHyperParameterTuningJob': {
        change: (state, { HyperParameterTuningJobName }: Input, now) => {
          const job = state.jobs[String(HyperParameterTuningJobName)];
          if (!job) throw unknown(String(HyperParameterTuningJobName));
          job.stopAt ??= at(now);
          return {};
        },
      },
      'sagemaker:describeHyperParameterTuningJob': {
        read: (state, { HyperParameterTuningJobName }, now) => {
          const name = String(HyperParameterTuningJobName);
          const job = state.jobs[name];
          if (!job) throw unknown(name);
          return describe(state, name, job, at(now));
        },
      },
    },
    staleSeconds: 120,
  };
}

/** What a run promises, whatever goes wrong. */
export const INVARIANTS: Readonly<Record<string, Invariant<TuningWorld>>> = {
  'an execution makes one tuning job': ({ world: state, second }) => {
    const made = Object.keys(state.jobs);
    return made.length > (second ? 2 : 1) ? made.join(', ') : undefined;
  },

  'no tuning job is left that nobody watches': ({ world: state, seconds, second }) => {
    const end = Math.max(seconds, second?.seconds ?? 0) + STOPPING;
    const left = Object.entries(state.jobs).filter(([, job]) => isAtWork(state, job, end));
    return left.length > 0 ? left.map(([name]) => name).join(', ') : undefined;
  },
};
