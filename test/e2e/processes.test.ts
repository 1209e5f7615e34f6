import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

const ROOT = join(__dirname, '..', '..');
/** A shell that takes its time to end, with a child that never would. */
const ENDLESS = `exec 2>/dev/null; trap 'sleep 1; exit' TERM; sh -c 'echo up; sleep 100'; true`;
const SCRIPT = `
  const { endAllOnSignals, run } = require('./shell/processes.ts');
  endAllOnSignals(() => console.log('asked'));
  run('sh', ['-c', ${JSON.stringify(ENDLESS)}], { onLine: console.log })
    .catch((error) => console.log(error.message))
    .then(() => run('echo', ['next'], { onLine: console.log }))
    .catch((error) => console.log(error.message));
`;

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

it('once a signal has come, children and their children are ended, and nothing starts any more', async () => {
  const script = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', SCRIPT], { cwd: ROOT });
  child = script;
  const lines: string[] = [];
  const output = createInterface({ input: script.stdout }).on('line', (line) => {
    lines.push(line);
    // Once more when it is ending, as npm does.
    if (line === 'up' || line === 'asked') script.kill('SIGTERM');
  });
  await once(output, 'close');
  expect(lines).toEqual(['up', 'asked', 'interrupted', 'interrupted']);
}, 60_000);
