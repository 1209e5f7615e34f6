/** What `progress.json` says: how much of the work the newest complete checkpoint holds (docs/trainers.md). */
export interface Progress {
  readonly completed: number;
  readonly total: number;
  /** Seconds that the completed work took, start-up not included. */
  readonly trainingSeconds: number;
  /** Seconds that the last save took. */
  readonly checkpointSeconds: number;
}

const FIELDS = ['completed', 'total', 'trainingSeconds', 'checkpointSeconds'] as const;

/** The progress in a file's text; undefined when it is not whole, or not of a version that is known. */
export function progressIn(text: string): Progress | undefined {
  const parsed = parse(text);
  if (parsed?.['version'] !== 1) return undefined;
  if (
    !FIELDS.every((field) => typeof parsed[field] === 'number' && Number.isFinite(parsed[field]) && parsed[field] >= 0)
  )
    return undefined;
  const { completed, total, trainingSeconds, checkpointSeconds } = parsed as Record<keyof Progress, number>;
  return completed <= total && total > 0 ? { completed, total, trainingSeconds, checkpointSeconds } : undefined;
}

/** Seconds of training that are left; undefined before the first work is done. */
export function secondsLeft(progress: Progress | undefined): number | undefined {
  if (!progress || progress.completed === 0) return undefined;
  return (progress.trainingSeconds / progress.completed) * (progress.total - progress.completed);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
