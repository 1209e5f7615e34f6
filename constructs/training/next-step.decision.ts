import { MAX_ATTEMPTS, MIN_RUNTIME_SECONDS, POLLS_PER_EXECUTION } from './constants';
import type { JobView } from './job-view.decision';
import { type Progress, secondsLeft } from './progress.decision';
import {
  isOver,
  isOverdue,
  limitReached,
  outOfTime,
  plannedSeconds,
  runtimeLimit,
  spotUnavailable,
} from './run-limits.decision';
import { affordableSeconds, withJob } from './run-usage.decision';
import { jobName, runExists, type RunError, type RunState, type RunTerms } from './run.decision';
import { decide, type Memory, type Mode, type Terms } from './spot-policy.decision';

/** What is seen at a poll. */
export interface Seen {
  /** Seconds since 1970. */
  readonly now: number;
  /** The job of the last attempt; undefined when the engine knows none. */
  readonly job: JobView | undefined;
  readonly progress: Progress | undefined;
  /** What was answered when the job was to be made. */
  readonly refusal?: RunError;
}

/** What a poll leads to. */
export interface Step {
  readonly action: 'StartOnSpot' | 'StartOnDemand' | 'Stop' | 'Wait' | 'Continue' | 'Succeed' | 'Fail';
  readonly state: RunState;
  /** The job to make. */
  readonly job?: JobOrder;
  readonly error?: RunError;
  readonly reason: string;
  readonly numbers: Numbers;
}

export interface JobOrder {
  readonly name: string;
  readonly checkpointsUri: string;
  readonly maxRuntimeSeconds: number;
  readonly maxWaitSeconds: number;
}

type Numbers = Readonly<Record<string, number>>;

/** Polls in a row after which a job that SageMaker does not know was never made. */
const MISSING_POLLS = 10;

/** Answers after which the same request may succeed later. Step Functions gives an error of no name of its own as a service says it. */
const CAPACITY_REFUSED = 'ResourceLimitExceeded';
const TRANSIENT =
  /Throttl|Rate exceeded|Too ?Many ?Requests|ServiceUnavailable|ServerException|Internal ?Failure|Status Code: (429|5\d\d)|SdkClient|States\.Timeout/i;

/** What to do next. Asked again with the same, it says the same: a poll that is repeated does no harm. */
export function nextStep(terms: RunTerms, before: RunState, seen: Seen): Step {
  if (before.polls >= POLLS_PER_EXECUTION) {
    return { action: 'Continue', state: { ...before, polls: 1 }, reason: 'this execution is long enough', numbers: {} };
  }
  const step = afterLook(terms, before, seen);
  return step.action === 'Wait' ? step : { ...step, state: { ...step.state, polls: step.state.polls + 1 } };
}

function afterLook(terms: RunTerms, before: RunState, seen: Seen): Step {
  const first = before.polls === 0;
  const state: RunState = {
    ...before,
    elapsedSeconds: Math.max(before.elapsedSeconds, seen.now - before.startedAt),
    polls: before.polls + 1,
    progress: seen.progress ?? before.progress,
    missing: seen.job ? 0 : before.missing + 1,
    // An answer that was lost may have been that of a job in the other mode.
    mode: first ? undefined : (seen.job?.mode ?? before.mode),
  };
  if (first) return beginning(terms, state, seen.job);
  if (!seen.job) return seen.refusal ? afterRefusal(terms, state, seen.refusal) : whileMissing(terms, state);
  if (seen.job.execution !== undefined && seen.job.execution !== state.execution) {
    return failedWith(state, runExists(state.run));
  }
  switch (seen.job.phase) {
    case 'stopping':
      return isOverdue(terms, state) ? failedWith(state, outOfTime(state)) : wait(state, 'the job is stopping');
    case 'waiting':
    case 'running':
      return whileInProgress(terms, state, seen.job);
    default:
      return afterEnd(terms, state, seen.job);
  }
}

function beginning(terms: RunTerms, state: RunState, job: JobView | undefined): Step {
  if (job && ['waiting', 'running', 'stopping'].includes(job.phase)) {
    return failed(state, 'RunInProgress', `${jobName(terms, state)} is at work on this run`);
  }
  return start(terms, state, undefined);
}

function whileInProgress(terms: RunTerms, state: RunState, job: JobView): Step {
  if (state.stop && isOverdue(terms, state)) return failedWith(state, outOfTime(state));
  if (state.stop) return { action: 'Stop', state, reason: 'it was asked to stop, and has not', numbers: {} };
  const limit = limitReached(terms, state, job);
  if (limit) return { action: 'Stop', state: { ...state, stop: { error: limit } }, reason: limit.cause, numbers: {} };

  const { mode, memory, reason, numbers } = choose(terms, state, job, withJob(terms, state, job).interruptions);
  if (mode === state.mode) return wait({ ...state, memory }, reason, numbers);
  return { action: 'Stop', state: { ...state, memory, stop: { next: mode } }, reason, numbers };
}

function afterEnd(terms: RunTerms, before: RunState, job: JobView): Step {
  const state = { ...before, used: withJob(terms, before, job) };
  if (job.phase === 'completed') return { action: 'Succeed', state, reason: 'the job is completed', numbers: {} };
  if (state.stop && 'error' in state.stop) return failedWith(state, state.stop.error);
  // A job on Spot that ran for as long as there was money for one on demand has left some of it.
  const cut = (affordableSeconds(terms, before.used) ?? Infinity) < terms.maxRuntimeSeconds;
  if (job.phase === 'out of runtime' && !cut) return failedWith(state, runtimeLimit(job.trainingSeconds));
  // One that was to stop may end with any code: it goes on from its checkpoint.
  if (job.phase === 'failed' && !job.noCapacity && !state.stop) return failed(state, 'TrainingFailed', job.reason);
  if (job.phase === 'stopped' && !state.stop) {
    return failed(state, 'Stopped', 'something other than this execution has stopped the job');
  }
  if (job.phase === 'out of wait' && terms.capacity.kind === 'spot') {
    return failedWith(state, spotUnavailable(terms.capacity));
  }
  return start(terms, state, job);
}

function start(terms: RunTerms, state: RunState, ended: JobView | undefined): Step {
  if (state.attempt >= MAX_ATTEMPTS) return failed(state, 'TooManyAttempts', `${state.attempt} jobs have not done it`);
  if (isOver(terms, state)) return failedWith(state, outOfTime(state));
  const affordable = affordableSeconds(terms, state.used) ?? Infinity;
  if (affordable < MIN_RUNTIME_SECONDS) return outOfMoney(terms, state);
  const limit = limitReached(terms, state, undefined);
  if (limit) return failedWith(state, limit);
  const chosen = choose(terms, state, ended, state.used.interruptions);
  const mode = modeAfterStop(state, chosen);
  const { memory, reason, numbers } = chosen;
  const next: RunState = { ...state, attempt: state.attempt + 1, mode, memory, stop: undefined, missing: 0 };
  const maxRuntimeSeconds = Math.floor(Math.min(terms.maxRuntimeSeconds, affordable));
  return {
    action: mode === 'spot' ? 'StartOnSpot' : 'StartOnDemand',
    state: next,
    job: {
      name: jobName(terms, next),
      checkpointsUri: `${terms.checkpointsUri}${state.run}/`,
      maxRuntimeSeconds,
      // SageMaker refuses less than the runtime. The machine stops a job before that, where it has to.
      maxWaitSeconds: Math.max(maxRuntimeSeconds, Math.ceil(plannedSeconds(terms) - state.elapsedSeconds)),
    },
    reason,
    numbers,
  };
}

/** What the job was stopped for. Whether Spot is still worth it is asked again: the stop may have taken the time for it. */
function modeAfterStop({ stop }: RunState, { mode }: Choice): Mode {
  return stop && 'next' in stop && stop.next === 'on-demand' ? stop.next : mode;
}

function outOfMoney(terms: RunTerms, state: RunState): Step {
  return failed(state, 'CostLimit', `the run has spent the $${terms.maxCostUsd ?? 0} that it may cost`);
}

/** The job was not made, and is not there, so its name is free. Without quota or capacity it may be made later, or in the other mode. */
function afterRefusal(terms: RunTerms, state: RunState, refusal: RunError): Step {
  const text = `${refusal.name} ${refusal.cause}`;
  const back = { ...state, attempt: state.attempt - 1 };
  if (text.includes(CAPACITY_REFUSED)) return start(terms, back, NO_CAPACITY);
  if (TRANSIENT.test(text)) return start(terms, back, undefined);
  return failed(state, refusal.name, refusal.cause);
}

function whileMissing(terms: RunTerms, state: RunState): Step {
  if (state.missing <= MISSING_POLLS) return wait(state, 'the job is not known yet');
  return failed(state, 'JobMissing', `${jobName(terms, state)} was asked for, and is not there`);
}

interface Choice {
  readonly mode: Mode;
  readonly memory?: Memory;
  readonly reason: string;
  readonly numbers: Numbers;
}

function choose({ capacity }: RunTerms, state: RunState, job: JobView | undefined, interruptions: number): Choice {
  if (capacity.kind === 'on-demand') return { mode: 'on-demand', reason: 'on-demand only', numbers: {} };
  if (capacity.kind === 'spot') return { mode: 'spot', reason: 'Spot only', numbers: {} };
  const { elapsedSeconds, mode, progress, memory } = state;
  const observation = {
    elapsedSeconds,
    mode,
    spot: spotSeen(capacity.terms, mode, job),
    workLeftSeconds: secondsLeft(progress),
    interruptions,
  };
  return decide(capacity.terms, observation, memory);
}

/**
 * Spot shows only while a job waits for it, or has it. A launch that takes no longer than a start may is neither: it could be
 * on its way.
 */
function spotSeen(terms: Terms, mode: Mode | undefined, job: JobView | undefined): 'up' | 'down' | 'unknown' {
  if (mode !== 'spot' || !job) return 'unknown';
  if (job.noCapacity || job.phase === 'out of wait') return 'down';
  if (job.phase !== 'waiting') return 'up';
  return job.waitingSeconds > terms.restartSeconds ? 'down' : 'unknown';
}

const NO_CAPACITY: JobView = {
  mode: 'spot',
  phase: 'waiting',
  noCapacity: true,
  waitingSeconds: 0,
  reason: 'no capacity',
  interruptions: 0,
  trainingSeconds: 0,
  billableSeconds: 0,
};

function wait(state: RunState, reason: string, numbers: Numbers = {}): Step {
  return { action: 'Wait', state, reason, numbers };
}

function failed(state: RunState, name: string, cause: string): Step {
  return failedWith(state, { name, cause });
}

function failedWith(state: RunState, error: RunError): Step {
  return { action: 'Fail', state, error, reason: error.cause, numbers: {} };
}
