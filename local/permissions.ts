import { writeFileSync } from 'node:fs';
import type { LocalCloud } from './local-cloud';
import { Problem } from '../shell/problem';

/**
 * Says in a line what roles asked for so far, and writes all of it into a file.
 *
 * @throws Problem when a role lacks a permission, or a call could not be judged
 */
export async function tellPermissions(
  cloud: Pick<LocalCloud, 'access'>,
  file: string,
  say: (line: string) => void,
): Promise<void> {
  const { totals, text } = await cloud.access();
  writeFileSync(file, text);
  say(text.split('\n', 1)[0] ?? '');
  say(`in full: ${file}`);
  if (totals.missing + totals.undecided > 0) {
    throw new Problem(`${totals.missing} permissions are missing, ${totals.undecided} undecided: see ${file}`);
  }
}
