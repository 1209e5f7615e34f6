import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './problem';
import { endAllOnSignals, start } from './processes';
import { pythonEnvironment } from './python';

/*
 * `node --import tsx shell/python-module.ts MODULE ...`: runs a Python module of this repository, in the environment of the
 * local cloud, which it makes first if it is not there.
 */

const ROOT = join(__dirname, '..');

async function main(): Promise<void> {
  endAllOnSignals(() => (process.exitCode = 130));
  const folder = join(ROOT, '.slipway');
  mkdirSync(folder, { recursive: true });
  const requirements = [join(ROOT, 'local', 'requirements.txt')];
  const python = await pythonEnvironment(join(folder, 'venv'), requirements, console.error);
  const running = start(python, ['-m', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    running.once('error', reject);
    running.once('close', resolve);
  });
  process.exitCode ??= code ?? 1;
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
