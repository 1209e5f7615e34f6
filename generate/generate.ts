import { join } from 'node:path';
import { reasonOf } from '../shell/problem';
import { endAllOnSignals, run } from '../shell/processes';
import { pythonEnvironment } from '../shell/python';

/* `npm run generate`: the generator in the Python environment whose packages it reads. */

const ROOT = join(__dirname, '..');

async function main(): Promise<void> {
  endAllOnSignals((signal) => console.error(`${signal}: stopping`));
  const requirements = [join(ROOT, 'local', 'requirements.txt')];
  const python = await pythonEnvironment(join(ROOT, '.slipway', 'venv'), requirements, (line) => console.log(line));
  const { code, lines } = await run(python, ['-m', 'generate', ...process.argv.slice(2)], { cwd: ROOT });
  console.log(lines.join('\n'));
  process.exitCode = code ?? 1;
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
