import { isObject, type Json } from './asl/json';

/** A job that `.sync` waits for: the read that shows it, and what its status says. */
export interface Job {
  readonly watch: string;
  readonly input: (parameters: Json, answer: Json) => Record<string, Json>;
  /** The part of the read's answer that becomes the result. */
  readonly result: (shown: Json) => Json;
  readonly status: string;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
}

const whole = (shown: Json) => shown;
const field = (value: Json, name: string): Json => (isObject(value) ? (value[name] ?? null) : null);

/** A job of SageMaker. That a stopped one counts as done is what users report, the guide does not say it. */
function sagemaker(kind: string): Job {
  const name = `${kind}JobName`;
  return {
    watch: `sagemaker:describe${kind}Job`,
    input: (parameters) => ({ [name]: field(parameters, name) }),
    result: whole,
    status: `${kind}JobStatus`,
    succeeded: ['Completed', 'Stopped'],
    failed: ['Failed'],
  };
}

/** The actions whose `.sync` is carried. */
export const JOBS: Readonly<Record<string, Job>> = {
  'sagemaker:createTrainingJob': sagemaker('Training'),
  'sagemaker:createProcessingJob': sagemaker('Processing'),
  'batch:submitJob': {
    watch: 'batch:describeJobs',
    input: (_, answer) => ({ Jobs: [field(answer, 'JobId')] }),
    result: (shown) => {
      const jobs = field(shown, 'Jobs');
      return Array.isArray(jobs) ? (jobs[0] ?? null) : null;
    },
    status: 'Status',
    succeeded: ['SUCCEEDED'],
    failed: ['FAILED'],
  },
};
