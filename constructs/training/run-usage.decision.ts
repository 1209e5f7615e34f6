import type { JobView } from './job-view.decision';
import type { Capacity, RunState, RunTerms, Usage } from './run.decision';

/** With what a job has used. Until the engine tells what is paid, a Spot job's share is taken for granted; Batch never tells. */
export function withJob({ capacity }: RunTerms, { used, mode }: RunState, job: JobView | undefined): Usage {
  if (!job) return used;
  const ratio = mode === 'spot' ? spotPriceRatio(capacity) : 1;
  return {
    trainingSeconds: used.trainingSeconds + job.trainingSeconds,
    paidSeconds: used.paidSeconds + (job.billableSeconds ?? job.trainingSeconds * ratio),
    interruptions: used.interruptions + job.interruptions,
  };
}

function spotPriceRatio(capacity: Capacity): number {
  if (capacity.kind === 'until-deadline') return capacity.terms.spotPriceRatio;
  return (capacity.kind === 'spot' ? capacity.spotPriceRatio : undefined) ?? 1;
}

/** USD; undefined without a price. */
export function cost({ onDemandUsdPerHour, nodes }: RunTerms, { paidSeconds }: Usage): number | undefined {
  return onDemandUsdPerHour === undefined ? undefined : (paidSeconds / 3600) * onDemandUsdPerHour * nodes;
}

/** Seconds on demand that the cost limit still pays for; undefined without one. */
export function affordableSeconds(terms: RunTerms, { paidSeconds }: Usage): number | undefined {
  const { maxCostUsd, onDemandUsdPerHour, nodes } = terms;
  if (maxCostUsd === undefined || onDemandUsdPerHour === undefined) return undefined;
  return (maxCostUsd / (onDemandUsdPerHour * nodes)) * 3600 - paidSeconds;
}

/** Saving over on-demand, percent of the time on instances; undefined before there was any. */
export function savingsPercent({ trainingSeconds, paidSeconds }: Usage): number | undefined {
  return trainingSeconds > 0 ? 100 * (1 - paidSeconds / trainingSeconds) : undefined;
}

/** Seconds since the deadline; undefined without a deadline, 0 before it. */
export function latenessSeconds({ capacity }: RunTerms, { elapsedSeconds }: RunState): number | undefined {
  if (capacity.kind !== 'until-deadline') return undefined;
  return Math.max(0, elapsedSeconds - capacity.terms.deadlineSeconds);
}
