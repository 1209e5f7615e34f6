import type { JobView } from './job-view.decision';
import { cost, latenessSeconds, withJob } from './run-usage.decision';
import type { RunError, RunState, RunTerms } from './run.decision';

/** For so long after its time a run still tries to get instances, seconds. */
const PATIENCE_SECONDS = 24 * 3600;

/** Why a run must end, with the job that it has, or before it makes one. */
export function limitReached(terms: RunTerms, state: RunState, job: JobView | undefined): RunError | undefined {
  const { capacity, maxCostUsd, maxRuntimeSeconds, batch } = terms;
  const spent = cost(terms, withJob(terms, state, job));
  if (maxCostUsd !== undefined && spent !== undefined && spent >= maxCostUsd) {
    return { name: 'CostLimit', cause: `the run has cost $${spent.toFixed(2)}, allowed are $${maxCostUsd}` };
  }
  // SageMaker minds this by itself. Batch's own limit of time holds for each of a job's attempts.
  if (batch && job && job.trainingSeconds >= maxRuntimeSeconds) return runtimeLimit(job.trainingSeconds);
  if (capacity.kind === 'spot' && state.elapsedSeconds >= capacity.maxWaitSeconds) return spotUnavailable(capacity);
  const late = latenessSeconds(terms, state) ?? 0;
  if (late > 0 && capacity.kind === 'until-deadline' && capacity.afterDeadline === 'fail') {
    return { name: 'DeadlineMissed', cause: `the deadline was ${Math.round(late)} s ago` };
  }
  return isOverdue(terms, state) ? outOfTime(state) : undefined;
}

/** So long after its time that no further job is worth while. */
export function isOver(terms: RunTerms, { elapsedSeconds }: RunState): boolean {
  return elapsedSeconds > plannedSeconds(terms) + PATIENCE_SECONDS;
}

/** So long after its time that whatever is still going on has gone wrong. */
export function isOverdue(terms: RunTerms, { elapsedSeconds }: RunState): boolean {
  return elapsedSeconds > plannedSeconds(terms) + terms.maxRuntimeSeconds + PATIENCE_SECONDS;
}

export function outOfTime({ elapsedSeconds }: RunState): RunError {
  return {
    name: 'OutOfTime',
    cause: `after ${Math.round(elapsedSeconds)} s there is still no job that has done it`,
  };
}

export function runtimeLimit(seconds: number): RunError {
  return { name: 'RuntimeLimit', cause: `the job was not done after ${seconds} s, the most it may run` };
}

export function spotUnavailable({ maxWaitSeconds }: { readonly maxWaitSeconds: number }): RunError {
  return { name: 'SpotUnavailable', cause: `the job was not done within ${maxWaitSeconds} s on Spot` };
}

/** For how long a run is meant to last, seconds. */
export function plannedSeconds({ capacity, maxRuntimeSeconds }: RunTerms): number {
  switch (capacity.kind) {
    case 'on-demand':
      return maxRuntimeSeconds;
    case 'spot':
      return capacity.maxWaitSeconds;
    case 'until-deadline':
      return capacity.terms.deadlineSeconds;
  }
}
