import type { Memory, Observation, SpotHistory, Terms } from './spot-types.decision';

/** The memory of a run that has seen nothing. */
function newMemory(terms: Terms): Memory {
  return {
    elapsedSeconds: 0,
    stale: 0,
    mode: 'spot',
    modeSinceSeconds: 0,
    committed: false,
    line: { elapsedSeconds: 0, workLeftSeconds: terms.workSeconds },
    blind: false,
    spot: { upSeconds: 0, losses: 0, downSeconds: 0, returns: 0, interruptions: 0 },
  };
}

/** Whether nothing is new in an observation: it was delivered again, or its clock went backwards. */
export function isStale(observation: Observation, memory: Memory | undefined): boolean {
  return memory !== undefined && observation.elapsedSeconds <= memory.elapsedSeconds;
}

/** The memory with what was observed. A stale observation is counted, and adds nothing else. */
export function notice(terms: Terms, observation: Observation, known: Memory | undefined): Memory {
  const memory = known ?? newMemory(terms);
  if (isStale(observation, known)) return { ...memory, stale: memory.stale + 1 };
  const { mode, workLeftSeconds } = observation;
  const elapsedSeconds = Math.max(observation.elapsedSeconds, 0);
  const changed = mode !== undefined && mode !== memory.mode;
  const seen: Memory = {
    ...memory,
    elapsedSeconds,
    stale: 0,
    ...(changed ? { mode, modeSinceSeconds: elapsedSeconds } : {}),
    spot: seenSpot(terms, observation, memory.spot),
  };
  if (workLeftSeconds === undefined) return { ...seen, blind: memory.blind || isOverdue(terms, seen) };
  if (workLeftSeconds === memory.workLeftSeconds) return seen;
  const line = memory.workLeftSeconds === undefined ? { line: { elapsedSeconds, workLeftSeconds } } : {};
  return { ...seen, ...line, workLeftSeconds, progressSeconds: elapsedSeconds, blind: false };
}

function seenSpot({ pollSeconds }: Terms, observation: Observation, history: SpotHistory): SpotHistory {
  const { elapsedSeconds, spot, interruptions = history.interruptions } = observation;
  // Of a loss that was told while a launch hid what became of it, the next look makes up its mind.
  if (spot === 'unknown') return history;
  const counted = { ...history, interruptions: Math.max(interruptions, history.interruptions) };
  const up = spot === 'up';
  const { last } = history;
  const fresh = { ...counted, last: { up, sinceSeconds: elapsedSeconds, seenSeconds: elapsedSeconds } };
  const lost = last?.up === true && interruptions > history.interruptions;
  // How long it was so while nobody looked is not guessed; that it was lost meanwhile is known.
  if (last === undefined || elapsedSeconds - last.seenSeconds > WATCHED_POLLS * pollSeconds) {
    return lost ? { ...fresh, losses: history.losses + 1, returns: history.returns + (up ? 1 : 0) } : fresh;
  }
  const seconds = elapsedSeconds - last.seenSeconds;
  const unseen = up && lost;
  const sums = last.up
    ? { upSeconds: history.upSeconds + seconds, losses: history.losses + (up && !unseen ? 0 : 1) }
    : { downSeconds: history.downSeconds + seconds, returns: history.returns + (up ? 1 : 0) };
  const since = up === last.up && !unseen ? { last: { ...last, seenSeconds: elapsedSeconds } } : {};
  return { ...fresh, ...sums, ...(unseen ? { returns: history.returns + 1 } : {}), ...since };
}

/** Two looks farther apart than this have seen nothing of the time between them. */
const WATCHED_POLLS = 3;

/** For how long training has gone on without a break; undefined when it does not. */
function trainedSeconds({ restartSeconds, checkpointSeconds }: Terms, memory: Memory): number | undefined {
  const { mode, modeSinceSeconds, elapsedSeconds, spot } = memory;
  // A job on-demand starts when the one before it has ended.
  if (mode === 'on-demand') return elapsedSeconds - modeSinceSeconds - checkpointSeconds - restartSeconds;
  const { last } = spot;
  if (last?.up !== true || last.seenSeconds < elapsedSeconds) return undefined;
  return elapsedSeconds - Math.max(last.sinceSeconds, modeSinceSeconds) - restartSeconds;
}

/** A checkpoint is seen at most so long after the training that it holds. */
function mostAge({ checkpointIntervalSeconds, checkpointSeconds, pollSeconds }: Terms): number {
  return checkpointIntervalSeconds + checkpointSeconds + 2 * pollSeconds;
}

function isOverdue(terms: Terms, memory: Memory): boolean {
  return memory.workLeftSeconds === undefined && (trainedSeconds(terms, memory) ?? 0) > mostAge(terms);
}

/**
 * What was trained since the newest checkpoint: an interruption and a stop leave the time to save it. Nothing when a
 * checkpoint is overdue, for then it is not known whether training goes on.
 */
export function unsavedSeconds(terms: Terms, memory: Memory): number {
  const trained = trainedSeconds(terms, memory) ?? 0;
  const since = memory.elapsedSeconds - (memory.progressSeconds ?? 0);
  const unsaved = Math.max(Math.min(trained, since), 0);
  return unsaved > mostAge(terms) ? 0 : unsaved;
}
