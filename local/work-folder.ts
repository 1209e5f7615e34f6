import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Problem } from '../shell/problem';

const RUN = /^run-(?<pid>\d+)-/;
/** What a crashed run has left may still write for a moment. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 200 };

/** Where `npm start` keeps what it makes: Python environments from run to run, everything else for one run. */
export class WorkFolder {
  private readonly folder: string;

  /** @param folder made when missing */
  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  /** Python environment of the emulators. */
  public get venv(): string {
    return join(this.folder, 'venv');
  }

  /** Python environments of images. */
  public get images(): string {
    return join(this.folder, 'images');
  }

  /** The review of what was synthesised last. */
  public get review(): string {
    return join(this.folder, 'review.md');
  }

  /** What the last run that came so far says of permissions. */
  public get access(): string {
    return join(this.folder, 'access.txt');
  }

  /**
   * A new folder for one run, named after this process. Folders of runs whose process is gone are removed: those of a
   * crash, and those a failure has left for its logs.
   *
   * @throws Problem when nothing can be written there
   */
  public newRun(): string {
    try {
      mkdirSync(this.folder, { recursive: true });
      for (const name of readdirSync(this.folder)) {
        const pid = RUN.exec(name)?.groups?.['pid'];
        if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(this.folder, name), REMOVE);
      }
      return mkdtempSync(join(this.folder, `run-${process.pid}-`));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new Problem(
        `${this.folder} cannot be used as work folder: it must be a folder that can be written to (${message}); ` +
          'mend it, or name another by --work-dir DIR',
      );
    }
  }
}

/** Log files of a run that hold something. */
export function logsOf(run: string): string[] {
  return readdirSync(run, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size > 0)
    .sort();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
