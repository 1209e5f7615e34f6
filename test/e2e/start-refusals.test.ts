import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { USAGE } from '../../local/arguments';
import { StartRun } from './start-run';

jest.setTimeout(300_000);
afterEach(() => StartRun.clear());

describe('npm start', () => {
  it('says how it is used', async () => {
    const start = StartRun.fromNothing(['--help']);
    await expect(start.ended).resolves.toBe(0);
    expect(start.told).toContain(USAGE.trim());
  });

  it('fails when the port is in use, and names the log', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as { port: number };
      const start = StartRun.withPython(['--port', String(port)]);
      await expect(start.ended).resolves.toBe(1);
      expect(start.told).toContain(`port ${port} of 127.0.0.1 is in use`);
      const log = start.lines.find((line) => line.endsWith('local-cloud.log')) ?? '';
      expect(existsSync(log.trim())).toBe(true);
    } finally {
      server.close();
    }
  });

  it('fails when the port is no port', async () => {
    await expect(refusal(['--port', '70000'])).resolves.toBe('--port is "70000", allowed are 1 to 65535');
  });

  it('fails when it does not know an option, and says which it knows', async () => {
    const told = await refusal(['--kepe']);
    expect(told).toMatch(/^Unknown option '--kepe'/);
    expect(told).toContain(USAGE.trim());
  });

  it('fails when npm has taken an option for itself', async () => {
    await expect(refusal([], { npm_config_keep: 'true' })).resolves.toBe(
      'npm took --keep for itself: write npm start -- --keep',
    );
    await expect(refusal([], { npm_config_work_dir: 'x' })).resolves.toBe(
      'npm took --work-dir for itself: write npm start -- --work-dir',
    );
  });

  it('fails when its work folder cannot be one', async () => {
    const file = join(StartRun.scratch(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below')]) {
      await expect(refusal(['--work-dir', folder])).resolves.toMatch(
        new RegExp(`^${folder} cannot be used as work folder: .*; mend it, or name another by --work-dir DIR$`),
      );
    }
  });
});

/** All it says, when that is a refusal. */
async function refusal(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const start = StartRun.fromNothing(args, env);
  await expect(start.ended).resolves.toBe(1);
  return start.told.trim();
}
