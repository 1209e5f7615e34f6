import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { alarmsArguments, ALARMS_USAGE } from './alarms-arguments';
import { Problem, reasonOf } from '../shell/problem';
import { endAllOnSignals, start } from '../shell/processes';
import { pythonEnvironment } from '../shell/python';
import { WorkFolder } from './work-folder';

/*
 * `npm run alarms`: makes the Python environment of the local cloud, if it is not there, and runs `local.alarms` in it.
 */

const ROOT = join(__dirname, '..');

async function main(): Promise<void> {
  const args = alarmsArguments(process.argv.slice(2), process.env);
  if (args === undefined) {
    console.log(ALARMS_USAGE);
    return;
  }
  endAllOnSignals(() => (process.exitCode = 130));
  const folder = join(ROOT, '.slipway');
  mkdirSync(folder, { recursive: true });
  const requirements = [join(ROOT, 'local', 'requirements.txt')];
  const python = await pythonEnvironment(new WorkFolder(folder).venv, requirements, console.error);
  const judging = start(python, ['-m', 'local.alarms', ...args], { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    judging.once('error', reject);
    judging.once('close', resolve);
  });
  process.exitCode ??= code ?? 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : String(error.stack));
  process.exitCode = 1;
});
