import { TRAINING } from './constants';
import type { JobView } from './job-view.decision';
import type { Step } from './next-step.decision';
import { cost, latenessSeconds, savingsPercent, withJob } from './run-usage.decision';
import { jobName, type RunTerms, type Usage } from './run.decision';

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: 'Percent' | 'Count' | 'Seconds';
}

/** What a poll puts into CloudWatch: totals of the run so far, so that one that is told twice counts once. */
export function metricsOf(terms: RunTerms, step: Step, job: JobView | undefined): Metric[] {
  const used = usedSoFar(terms, step, job);
  const savings = savingsPercent(used);
  const ended = hasEnded(step);
  const lateness = latenessSeconds(terms, step.state);
  return [
    ...(savings === undefined || terms.capacity.kind === 'on-demand'
      ? []
      : [
          { name: TRAINING.savings, value: savings, unit: 'Percent' } as const,
          ...(ended ? [{ name: TRAINING.runSavings, value: savings, unit: 'Percent' } as const] : []),
          { name: TRAINING.interruptions, value: used.interruptions, unit: 'Count' } as const,
        ]),
    ...(lateness === undefined ? [] : [{ name: TRAINING.lateness, value: lateness, unit: 'Seconds' } as const]),
  ];
}

/** What an execution ends with, and what is known of that before. */
export function resultOf(terms: RunTerms, step: Step, job: JobView | undefined): Readonly<Record<string, unknown>> {
  const { state } = step;
  const { run, attempt, elapsedSeconds } = state;
  const used = usedSoFar(terms, step, job);
  return {
    run,
    trainingJobName: attempt > 0 ? jobName(terms, state) : undefined,
    batchJob: job?.id === undefined ? undefined : { JobId: job.id },
    checkpoints: `${terms.checkpointsUri}${run}/`,
    modelArtifacts:
      job?.phase === 'completed' ? `${terms.outputUri}${jobName(terms, state)}/output/model.tar.gz` : undefined,
    attempts: attempt,
    interruptions: used.interruptions,
    elapsedSeconds: Math.round(elapsedSeconds),
    savingsPercent: savingsPercent(used),
    costUsd: cost(terms, used),
  };
}

/** With the job that is at work. One that has ended is in the state already. */
function usedSoFar(terms: RunTerms, step: Step, job: JobView | undefined): Usage {
  const { state } = step;
  return hasEnded(step) || !job || isFinal(job) ? state.used : withJob(terms, state, job);
}

function hasEnded({ action }: Step): boolean {
  return action === 'Succeed' || action === 'Fail';
}

function isFinal({ phase }: JobView): boolean {
  return !['waiting', 'running', 'stopping'].includes(phase);
}
