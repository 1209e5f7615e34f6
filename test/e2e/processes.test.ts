import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

const ROOT = join(__dirname, '..', '..');
const ENDLESS = `sh -c 'echo up; sleep 1000'; true`;
const SCRIPT = `
  const { endAllOnSignals, run } = require('./local/processes.ts');
  endAllOnSignals(() => console.log('asked'));
  run('sh', ['-c', ${JSON.stringify(ENDLESS)}], { onLine: console.log })
    .catch((error) => console.log(error.message))
    .then(() => run('echo', ['next'], { onLine: console.log }))
    .catch((error) => console.log(error.message));
`;

it('once a signal has come, children and their children are ended, and nothing starts any more', async () => {
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', SCRIPT], { cwd: ROOT });
  try {
    const lines: string[] = [];
    const output = createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line === 'up') child.kill('SIGTERM');
    });
    child.stderr.pipe(process.stderr);
    await once(output, 'close');
    expect(lines).toEqual(['up', 'asked', 'interrupted', 'interrupted']);
  } finally {
    child.kill('SIGKILL');
  }
}, 60_000);
