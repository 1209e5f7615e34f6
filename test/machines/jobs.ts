import { asJson, isObject, type Json } from './asl/json';

/** A job that `.sync` waits for: the read that shows it, and what its status says. */
export interface Job {
  /** Where it is not `.sync`. */
  readonly pattern?: '.sync:2';
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
  // The second form gives what the execution ended with as JSON, the first as text (developer guide, "Manage AWS Step Functions").
  'states:startExecution': {
    pattern: '.sync:2',
    watch: 'states:describeExecution',
    input: (_, answer) => ({ ExecutionArn: field(answer, 'ExecutionArn') }),
    result: (shown) =>
      isObject(shown) && typeof shown['Output'] === 'string'
        ? { ...shown, Output: asJson(JSON.parse(shown['Output'])) }
        : shown,
    status: 'Status',
    succeeded: ['SUCCEEDED'],
    failed: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  },
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
