import type { Choice, Situation } from './spot-types.decision';

/** Share of the deadline after which the static rule goes on-demand. */
export const STATIC_SHARE = 0.5;

/** Spot for a fixed share of the deadline, then on-demand to the end. Needs no progress. */
export function staticShare({ terms, memory }: Situation): Choice {
  if (memory.elapsedSeconds < STATIC_SHARE * terms.deadlineSeconds) {
    return { mode: 'spot', reason: 'the share of the deadline that is for Spot is not over' };
  }
  return { mode: 'on-demand', reason: 'the share of the deadline that is for Spot is over', commit: true };
}

/** Spot, waiting for it when it is gone, as long as the deadline allows. */
export function safetyNet(): Choice {
  return { mode: 'spot', reason: 'the deadline allows to go on or to wait' };
}

/**
 * Keeps to the straight line from the start to the deadline: on-demand when Spot is gone and progress is behind the line,
 * back to Spot when it is ahead by two restarts. The four rules are those of section 4 of "Can't Be Late" (Wu et al.,
 * NSDI 2024); its fourth, the safety net, is `decide`'s own.
 * There Spot is seen from on-demand. Here it is not, so the return is an attempt.
 */
export function uniformProgress({ terms, memory, mode, spot, workLeftSeconds }: Situation): Choice {
  const { line } = memory;
  const lineSeconds = Math.max(terms.deadlineSeconds - line.elapsedSeconds, 1);
  const leftOnLine = (elapsed: number) =>
    line.workLeftSeconds * Math.max((terms.deadlineSeconds - elapsed) / lineSeconds, 0);
  const expected = leftOnLine(memory.elapsedSeconds);
  const numbers = { expectedWorkLeftSeconds: expected };
  if (mode === 'on-demand') {
    const ahead = workLeftSeconds <= leftOnLine(memory.elapsedSeconds + 2 * terms.restartSeconds);
    return ahead
      ? { mode: 'spot', reason: 'progress is two restarts ahead of the line', numbers }
      : { mode: 'on-demand', reason: 'progress is not yet two restarts ahead of the line', numbers };
  }
  if (spot !== 'down' && mode === 'spot') return { mode, reason: 'Spot runs or is tried', numbers };
  return workLeftSeconds > expected
    ? { mode: 'on-demand', reason: 'Spot is away and progress is behind the line', numbers }
    : { mode: 'spot', reason: 'Spot is away and progress is on the line', numbers };
}
