import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './problem';
import { endAllOnSignals, start } from './processes';
import { pythonEnvironment } from './python';

/*
 * `node --import tsx shell/python-module.ts MODULE ...` runs a Python module of this repository. A command that reads its
 * arguments in TypeScript first calls the function.
 */

const ROOT = join(__dirname, '..');

/**
 * Runs a Python module in the environment of the local cloud, which it makes first if it is not there. The exit code of
 * this process becomes the module's, or 130 after a signal.
 *
 * @param args the module's name, and its arguments
 * @throws Problem when the environment cannot be made
 */
export async function runPythonModule(args: string[]): Promise<void> {
  endAllOnSignals(() => (process.exitCode = 130));
  const folder = join(ROOT, '.slipway');
  mkdirSync(folder, { recursive: true });
  const requirements = [join(ROOT, 'local', 'requirements.txt')];
  const python = await pythonEnvironment(join(folder, 'venv'), requirements, console.error);
  const running = start(python, ['-m', ...args], { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    running.once('error', reject);
    running.once('close', resolve);
  });
  process.exitCode ??= code ?? 1;
}

if (require.main === module) {
  runPythonModule(process.argv.slice(2)).catch((error: unknown) => {
    console.error(reasonOf(error));
    process.exitCode = 1;
  });
}
