import { expectedCost } from './expected-cost.decision';
import { isStale, notice, unsavedSeconds } from './spot-memory.decision';
import { safetyNet, staticShare, uniformProgress } from './spot-rules.decision';
import { checkObservation, checkTerms } from './spot-terms.decision';
import type { Choice, Decision, Memory, Observation, Situation, Terms } from './spot-types.decision';

export type { Decision, Memory, Mode, Observation, Policy, Prior, Terms } from './spot-types.decision';

/**
 * Spot or on-demand, until the next decision.
 *
 * Whatever the policy wants, Spot ends while the work can still be brought to its end on-demand. So a deadline that can
 * be met at the first decision is met, as long as decisions come at least every `pollSeconds`, starts take at most
 * `restartSeconds`, stops at most `checkpointSeconds`, interruptions leave the time to save, and the work left was not
 * told too small.
 *
 * An observation that is no newer than the last one, delivered again or by a clock that went backwards, is not believed;
 * until a newer one comes, each decision counts as a poll of time.
 *
 * @throws Error when a term or an observation is out of range
 */
export function decide(terms: Terms, observation: Observation, memory?: Memory): Decision {
  checkTerms(terms);
  checkObservation(observation);
  const situation = situationOf(terms, observation, memory);
  const choice = guarded(situation);
  return decision(situation, choice);
}

function situationOf(terms: Terms, observation: Observation, known: Memory | undefined): Situation {
  const stale = isStale(observation, known);
  const memory = notice(terms, observation, known);
  const mode = stale ? memory.mode : observation.mode;
  // While the clock cannot be believed, a poll goes by with each decision.
  const latest = memory.elapsedSeconds + memory.stale * terms.pollSeconds;
  const timeLeftSeconds = terms.deadlineSeconds - latest;
  const inCheckpoint = memory.workLeftSeconds ?? terms.workSeconds;
  const workLeftSeconds = Math.max(inCheckpoint - unsavedSeconds(terms, memory), 0);
  return {
    terms,
    memory,
    stale,
    mode,
    spot: stale ? 'unknown' : observation.spot,
    timeLeftSeconds,
    workLeftSeconds,
    slackSeconds: timeLeftSeconds - workLeftSeconds,
    reserveSeconds: reserveOf(terms, mode === 'spot' && memory.spot.last?.up === true),
  };
}

/** A poll until it is seen that Spot is gone, the stop of what came up again, and a start on-demand. */
function reserveOf({ pollSeconds, checkpointSeconds, restartSeconds }: Terms, training: boolean): number {
  // An interruption costs what runs the work of a save as well.
  return pollSeconds + checkpointSeconds + restartSeconds + (training ? checkpointSeconds : 0);
}

/** What the policy wants, unless the deadline forbids it. */
function guarded(situation: Situation): Choice {
  const { terms, memory, mode, slackSeconds, reserveSeconds } = situation;
  if (memory.committed) return { mode: 'on-demand', reason: 'on-demand to the end', commit: true };
  if (mode === 'on-demand') {
    // Its stop takes time, and so does to see that Spot is away.
    const needed = reserveSeconds + terms.checkpointSeconds + terms.pollSeconds;
    if (slackSeconds < needed) return { mode, reason: 'the deadline allows no return to Spot' };
  } else if (slackSeconds < reserveSeconds) {
    // The other policies are published so; expected cost may come back when a checkpoint shows more progress.
    const commit = terms.policy !== 'expected-cost';
    return { mode: 'on-demand', reason: 'the deadline allows no more Spot', commit };
  }
  return wanted(situation);
}

function wanted(situation: Situation): Choice {
  const { terms, memory } = situation;
  if (situation.stale) return { mode: memory.mode, reason: 'nothing new was observed' };
  if (memory.blind || terms.policy === 'static') return staticShare(situation);
  if (terms.policy === 'safety-net') return safetyNet();
  return terms.policy === 'uniform-progress' ? uniformProgress(situation) : expectedCost(situation);
}

function decision({ memory, ...situation }: Situation, { mode, reason, commit = false, numbers }: Choice): Decision {
  const { elapsedSeconds } = memory;
  const { timeLeftSeconds, workLeftSeconds, slackSeconds, reserveSeconds } = situation;
  const since = mode === memory.mode ? {} : { modeSinceSeconds: elapsedSeconds };
  return {
    mode,
    memory: { ...memory, mode, ...since, committed: commit },
    numbers: { elapsedSeconds, timeLeftSeconds, workLeftSeconds, slackSeconds, reserveSeconds, ...numbers },
    reason,
  };
}
