import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
// Node has no file locks of its own; this package's are folders, which are made by one process only on any file system.
import { lock } from 'proper-lockfile';
import { Problem } from './problem';
import { goOn } from './processes';

/** A lock is dead when its holder has not renewed it for so long, as after a crash. */
const STALE_MILLIS = 15_000;
const POLL_MILLIS = 250;

/**
 * Does work that only one process may do at a time, by a lock beside a path.
 *
 * @param onWait called once when another process holds the lock
 * @param work gets a check to call before its last step: it throws when the lock was lost, as on a machine that slept
 */
export async function locked<T>(path: string, onWait: () => void, work: (check: () => void) => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const held = { lost: false };
  const take = async () => {
    try {
      return await lock(path, { realpath: false, stale: STALE_MILLIS, onCompromised: () => (held.lost = true) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
      throw error;
    }
  };
  let release = await take();
  if (!release) onWait();
  while (!release) {
    await sleep(POLL_MILLIS);
    goOn();
    release = await take();
  }
  try {
    return await work(() => {
      if (held.lost) throw new Problem(`${path} was taken over by another run: start again`);
    });
  } finally {
    if (!held.lost) await release();
  }
}
