import { readdirSync, readFileSync } from 'node:fs';

/** A test that looks at this machine's processes; skipped, with the reason in its name, where there is no /proc. */
export function itOnLinux(name: string, test: () => Promise<void>): void {
  if (process.platform === 'linux') it(name, test);
  else it.skip(`${name} (skipped: it reads /proc, which only Linux has)`, test);
}

/** Processes of this machine, but this one, that have a text in their command line or environment. */
export function processesWith(text: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const command = contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      const known = command.includes(text) || contentOf(`/proc/${pid}/environ`).includes(text);
      return known && command !== '' ? [{ pid: Number(pid), command }] : [];
    });
}

/** Empty for a process that is gone. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
