import { TUNING } from '../constants';
import type { RunError } from '../run.decision';
import type { BestJob, TuningDescription, TuningState, TuningTerms } from './state.decision';

/** What is seen at a poll. */
export interface Seen {
  /** Seconds since 1970. */
  readonly now: number;
  /** Undefined when SageMaker knows none of this name. */
  readonly job: TuningDescription | undefined;
  /** What was answered when the tuning job was to be made. */
  readonly refusal?: RunError;
}

/** What a poll leads to. */
export interface Step {
  readonly action: 'Start' | 'Stop' | 'Wait' | 'Succeed' | 'Fail';
  readonly state: TuningState;
  readonly error?: RunError;
  readonly reason: string;
}

/** Polls in a row after which a tuning job that SageMaker does not know was never made. */
const MISSING_POLLS = 10;

/** Answers after which the same request may succeed later. */
const MAY_SUCCEED_LATER =
  /ResourceLimitExceeded|Throttl|Rate exceeded|ServiceUnavailable|InternalFailure|SdkClient|States\.Timeout/i;

/** What to do next. Asked again with the same, it says the same: a poll that is repeated does no harm. */
export function nextStep(terms: TuningTerms, before: TuningState, { now, job, refusal }: Seen): Step {
  const state: TuningState = {
    ...before,
    elapsedSeconds: Math.max(before.elapsedSeconds, now - before.startedAt),
    polls: before.polls + 1,
    missing: job ? 0 : before.missing + 1,
  };
  if (before.polls === 0) return start(state, 'the tuning job is not made yet');
  if (refusal) return afterRefusal(state, refusal);
  if (!job) return whileMissing(state);
  switch (job.status) {
    case 'InProgress':
    case 'Stopping':
      return whileInProgress(terms, state, job);
    case 'Completed':
      if (job.best) return { action: 'Succeed', state, reason: 'the tuning job is completed' };
      return failed(state, { name: 'NoObjective', cause: 'no training job has told its objective' });
    case 'Stopped':
      return failed(state, state.stop ?? stopped(terms, state), job.best);
    case 'Failed':
      return failed(state, { name: 'TuningFailed', cause: job.failureReason ?? 'SageMaker says no reason' }, job.best);
    default:
      return failed(state, { name: 'TuningFailed', cause: `the tuning job is ${job.status}` }, job.best);
  }
}

/** SageMaker ends it when its time is over. Where it does not, it is asked to; where it does not stop, nobody waits for it. */
function whileInProgress(terms: TuningTerms, state: TuningState, { best }: TuningDescription): Step {
  const late = state.elapsedSeconds - state.askedAt - terms.maxRuntimeSeconds;
  if (late > 2 * TUNING.graceSeconds) return failed(state, outOfTime(terms), best);
  if (late > TUNING.graceSeconds) {
    return { action: 'Stop', state: { ...state, stop: outOfTime(terms) }, reason: 'it has not ended in its time' };
  }
  return { action: 'Wait', state, reason: 'the tuning job is at work' };
}

function stopped(terms: TuningTerms, state: TuningState): RunError {
  if (state.elapsedSeconds - state.askedAt >= terms.maxRuntimeSeconds) return outOfTime(terms);
  return { name: 'Stopped', cause: 'something other than this execution has stopped the tuning job' };
}

function outOfTime({ maxRuntimeSeconds }: TuningTerms): RunError {
  return {
    name: 'RuntimeLimit',
    cause: `the tuning job was not done after ${maxRuntimeSeconds} s, the most it may take`,
  };
}

/** Asked again it has the same name: should it have been made after all, SageMaker makes no second one. */
function afterRefusal(state: TuningState, refusal: RunError): Step {
  const mayWait = state.elapsedSeconds <= TUNING.patienceSeconds;
  if (mayWait && MAY_SUCCEED_LATER.test(`${refusal.name} ${refusal.cause}`)) return start(state, refusal.cause);
  return failed(state, refusal);
}

function start(state: TuningState, reason: string): Step {
  return { action: 'Start', state: { ...state, askedAt: state.elapsedSeconds, missing: 0 }, reason };
}

function whileMissing(state: TuningState): Step {
  if (state.missing <= MISSING_POLLS) return { action: 'Wait', state, reason: 'SageMaker does not know the job yet' };
  return failed(state, { name: 'JobMissing', cause: `SageMaker knows no tuning job ${state.name}` });
}

/** What was found by then is not lost: the cause names it. */
function failed(state: TuningState, { name, cause }: RunError, best?: BestJob): Step {
  const found = best ? `; the best by then is ${best.name}, ${best.metric} ${best.value}` : '';
  const error = { name, cause: `${cause}${found}` };
  return { action: 'Fail', state, error, reason: error.cause };
}
