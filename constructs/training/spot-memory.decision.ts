import type { Memory, Observation, SpotHistory, Terms } from './spot-types.decision';

/** The memory of a run that has seen nothing. */
export function newMemory(terms: Terms): Memory {
  return {
    elapsedSeconds: 0,
    mode: 'spot',
    modeSinceSeconds: 0,
    committed: false,
    line: { elapsedSeconds: 0, workLeftSeconds: terms.workSeconds },
    blind: false,
    spot: { upSeconds: 0, losses: 0, downSeconds: 0, returns: 0 },
  };
}

/** Whether an observation is older than what is known: delivered again, or by a clock that went backwards. */
export function isStale(observation: Observation, memory: Memory): boolean {
  return observation.elapsedSeconds < memory.elapsedSeconds;
}

/** The memory with what was observed. A stale observation adds nothing. */
export function notice(terms: Terms, observation: Observation, memory: Memory): Memory {
  if (isStale(observation, memory)) return memory;
  const { elapsedSeconds, mode, workLeftSeconds } = observation;
  const changed = mode !== undefined && mode !== memory.mode;
  const seen: Memory = {
    ...memory,
    elapsedSeconds,
    ...(changed ? { mode, modeSinceSeconds: elapsedSeconds } : {}),
    spot: seenSpot(terms, observation, memory.spot),
  };
  if (workLeftSeconds !== undefined) {
    const first = memory.workLeftSeconds === undefined;
    return { ...seen, workLeftSeconds, blind: false, ...(first ? { line: { elapsedSeconds, workLeftSeconds } } : {}) };
  }
  return {
    ...seen,
    blind: seen.workLeftSeconds === undefined && (memory.blind || isOverdue(terms, observation, seen)),
  };
}

function seenSpot({ pollSeconds }: Terms, { elapsedSeconds, spot }: Observation, history: SpotHistory): SpotHistory {
  if (spot === 'unknown') return history;
  const up = spot === 'up';
  const { last } = history;
  const fresh = { ...history, last: { up, sinceSeconds: elapsedSeconds, seenSeconds: elapsedSeconds } };
  // What happened while nobody looked is not guessed.
  if (last === undefined || elapsedSeconds - last.seenSeconds > WATCHED_POLLS * pollSeconds) return fresh;
  const seconds = elapsedSeconds - last.seenSeconds;
  const counted = last.up
    ? { upSeconds: history.upSeconds + seconds, losses: history.losses + (up ? 0 : 1) }
    : { downSeconds: history.downSeconds + seconds, returns: history.returns + (up ? 1 : 0) };
  const since = up === last.up ? { last: { ...last, seenSeconds: elapsedSeconds } } : {};
  return { ...fresh, ...counted, ...since };
}

/** Two looks farther apart than this have seen nothing of the time between them. */
const WATCHED_POLLS = 3;

/** Training has gone on for longer than it takes to the first checkpoint. */
function isOverdue(terms: Terms, { mode, elapsedSeconds, spot }: Observation, memory: Memory): boolean {
  const since =
    mode === 'on-demand' ? memory.modeSinceSeconds : spot === 'up' ? memory.spot.last?.sinceSeconds : undefined;
  if (since === undefined) return false;
  const due = terms.restartSeconds + terms.checkpointIntervalSeconds + terms.checkpointSeconds + terms.pollSeconds;
  return elapsedSeconds - since > due;
}
