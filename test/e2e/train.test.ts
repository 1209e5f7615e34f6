import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { itOnLinux } from '../processes';
import { savedSteps, until } from './cloud-clients';
import { StartRun } from './start-run';

/*
 * The environment `local`, trained by images/trainer with torch. Whatever this machine's speed is, Spot goes when a
 * checkpoint is there, and comes when the loss of it was told.
 */

jest.setTimeout(900_000);
afterEach(() => StartRun.clear());

describe('npm run train', () => {
  itOnLinux('refuses a wrong trace before it deploys anything, and ends with 1', async () => {
    const trace = join(StartRun.scratch(), 'wrong.json');
    writeFileSync(trace, '{"metadata": {"gap": 60}, "data": [0]}');
    const train = StartRun.training(['--trace', trace]);
    await expect(train.ended).resolves.toBe(1);
    expect(train.told).toContain('is no JSON of the form {"metadata": {"gap_seconds": 600}, "data": [1, 0]}');
    expect(train.told).not.toContain('Synth');
    expect(train.left()).toEqual([]);
  });

  itOnLinux('shows a run that waits for Spot, is interrupted twice and finishes on it, and ends with 0', async () => {
    const trace = join(StartRun.scratch(), 'none.json');
    writeFileSync(trace, '{"metadata": {"gap_seconds": 60}, "data": [0]}');
    const train = StartRun.training(['--trace', trace, ...set({ epochs: '3', checkpoint_seconds: '0' })]);
    await train.says(/Starting: Insufficient capacity error/);
    const cloud = { endpoint: train.found(/listening on (\S+),/), region: 'us-east-1' };
    const checkpoints = train.found(/checkpoints in (s3:\S+)/);
    await spot(cloud.endpoint, 'always');
    let from = 0;
    for (const loss of [1, 2]) {
      const saved = await until('more steps', async () => {
        const steps = await savedSteps(cloud, checkpoints);
        return steps > from && steps;
      });
      await spot(cloud.endpoint, 'never');
      await train.says(new RegExp(`Interrupted \\(${loss}\\): `));
      await spot(cloud.endpoint, 'always');
      from = await until('another start', () => Promise.resolve(resumptions(train)[loss - 1]));
      // SIGTERM had it save once more, so nothing was lost.
      expect(from).toBeGreaterThanOrEqual(saved);
    }
    await expect(train.ended).resolves.toBe(0);

    expect(train.told).toMatch(/^ {2}StartOnSpot: Spot is tried \(minutes: 120 of work left, \d+ until the deadline/m);
    expect(train.told).toMatch(/^ {4}\d+ % is saved \(\d+ of 168\), on Spot, \$\d+\.\d\d so far$/m);
    expect(train.told).toMatch(/^ {4}100 % is saved \(168 of 168\), on Spot, \$\d+\.\d\d so far$/m);
    expect(train.told).toMatch(/^ {2}Succeed: the job is completed$/m);
    expect(train.told).not.toMatch(/OnDemand/);
    expect(train.told).toMatch(/^ {2}jobs +1, interrupted 2 times$/m);
    expect(train.told).toMatch(/^ {2}cost +\$\d+\.\d\d, 70 % less than on-demand$/m);
    expect(train.told).toMatch(/^ {2}model +s3:\/\/\S+-1\/output\/model\.tar\.gz$/m);
    expect(train.told).toMatch(/\d+ roles made \d+ calls .*: 0 permissions missing, 0 undecided, \d+ never used/);
    expect(readFileSync(join(train.workDir, 'access.txt'), 'utf8')).toMatch(/^local\/training\/Cluster\/Role \(/m);
    expect(train.left()).toEqual([]);
    expect(train.runFolders()).toEqual([]);
  });
});

function set(hyperparameters: Record<string, string>): string[] {
  return Object.entries(hyperparameters).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
}

async function spot(endpoint: string, supply: string): Promise<void> {
  const answer = await fetch(`${endpoint}/_local/training`, { method: 'POST', body: JSON.stringify({ spot: supply }) });
  expect(await answer.json()).toMatchObject({ noticeSeconds: 120 });
}

/** Steps at which the trainer says that it goes on. */
function resumptions(train: StartRun): number[] {
  const logs = train.files(/\/algo-1\.log$/).map((file) => readFileSync(file, 'utf8'));
  return [...logs.join('\n').matchAll(/^resumes at epoch \d+ step (\d+) /gm)].map(([, step]) => Number(step));
}
