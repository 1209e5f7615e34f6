import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../shell/processes';
import { copyOfTree, edit } from '../tree';

const ROOT = join(__dirname, '..', '..');
const MINUTES = 60_000;

/** A repository with this app in it, committed. */
let tree: string;
/** Where the review makes its folders: tests beside this one have others. */
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-scratch-'));
  tree = copyOfTree();
  for (const source of ['review', 'shell', 'package-lock.json']) {
    cpSync(join(ROOT, source), join(tree, source), { recursive: true });
  }
  git('init', '--quiet');
  git('add', ...readdirSync(tree).filter((name) => !['.git', 'node_modules'].includes(name)));
  git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--no-gpg-sign', '-m', 'base');
});
afterAll(() => {
  for (const folder of [tree, scratch]) rmSync(folder, { recursive: true, force: true });
});

it(
  'a change of this app is reviewed against a commit of it, and nothing is left behind',
  async () => {
    edit(tree, 'config/prod.ts', 'latencyP95Millis: 50,', 'latencyP95Millis: 80,');
    edit(tree, 'config/prod.ts', "cidr: '10.0.0.0/16'", "cidr: '10.7.0.0/16'");
    const { code, lines } = await run(
      process.execPath,
      ['--import', 'tsx', 'review/main.ts', '--base', 'HEAD', '--fail-on', 'replaced'],
      { cwd: tree, env: environment() },
    );
    expect({ code, told: lines.join('\n') }).toEqual({ code: 1, told: expect.any(String) as string });

    const report = readFileSync(join(tree, '.slipway', 'review.md'), 'utf8');
    expect(report).toMatch(/^# Review of the working tree\n\nCompared with HEAD \([0-9a-f]{7}\)\.\n/);
    expect(report).toContain(
      'above 50 ms (50000 microseconds) for 5 min -> p95 of AWS/SageMaker ModelLatency above 80 ms',
    );
    expect(report).toMatch(
      /^\| replaced \| `network\/Vpc` \| AWS::EC2::VPC \| CidrBlock: 10\.0\.0\.0\/16 -> 10\.7\.0\.0\/16 \| prod \|$/m,
    );
    expect(report).not.toMatch(/undefined|\[object/);

    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    expect(reviewFolders()).toEqual([]);
    expect(existsSync(join(ROOT, 'node_modules', 'aws-cdk-lib'))).toBe(true);
  },
  5 * MINUTES,
);

it(
  'stopped by Ctrl-C while the base is synthesised, it leaves nothing behind and ends with 130',
  async () => {
    const review = spawn(process.execPath, ['--import', 'tsx', 'review/main.ts', '--base', 'HEAD'], {
      cwd: tree,
      env: environment(),
    });
    const closed = once(review, 'close');
    await until(() => reviewFolders().some((name) => existsSync(join(scratch, name, 'tree', 'node_modules'))));
    review.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    expect(reviewFolders()).toEqual([]);
  },
  5 * MINUTES,
);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(100);
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, CDK_VALIDATION: 'true', TMPDIR: scratch };
}

function reviewFolders(): string[] {
  return readdirSync(scratch).filter((name) => name.startsWith('slipway-review-'));
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: tree, encoding: 'utf8' });
}
