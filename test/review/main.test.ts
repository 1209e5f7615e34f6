import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aws_dynamodb as dynamodb, type Stack } from 'aws-cdk-lib';
import { run } from '../../shell/processes';
import { scratch, stackOf } from './assemblies';

const ROOT = join(__dirname, '..', '..');
const table = (name: string) => (stack: Stack) =>
  new dynamodb.Table(stack, 'Table', { partitionKey: { name, type: dynamodb.AttributeType.STRING } });

async function command(...args: string[]) {
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };
  const { code, lines } = await run(process.execPath, ['--import', 'tsx', 'review/main.ts', ...args], {
    cwd: ROOT,
    env,
  });
  return { code, told: lines.join('\n') };
}

describe('npm run review', () => {
  const [old, changed] = [stackOf(table('a')), stackOf(table('b'))];
  const out = join(scratch(), 'new', 'review.md');

  it('ends with 0, prints the short review, and writes the whole one', async () => {
    const { code, told } = await command('--base', old, '--app', changed, '--out', out, '--fail-on', 'broadened');
    expect([code, told]).toEqual([0, expect.stringContaining('STATEFUL RESOURCES AT RISK: 1')]);
    expect(told).toMatch(/The whole review: .*review\.md$/);
    expect(readFileSync(out, 'utf8')).toContain('**To decide: 🔴 1 stateful resource at risk');
  });

  it('ends with 1 when something is in the change that --fail-on names, and says what', async () => {
    const { code, told } = await command(
      '--base',
      old,
      '--app',
      changed,
      '--out',
      out,
      '--fail-on',
      'replace-stateful',
    );
    expect([code, told]).toEqual([
      1,
      expect.stringContaining('--fail-on replace-stateful: something that holds data is replaced, or may be'),
    ]);
  });

  it('ends with 0 and its help when asked for help', async () => {
    expect(await command('--help')).toEqual({ code: 0, told: expect.stringMatching(/^npm run review/) as string });
  });

  const empty = scratch();
  const newer = scratch();
  writeFileSync(join(newer, 'manifest.json'), JSON.stringify({ version: '999.0.0', artifacts: {} }));
  const taken = scratch();
  mkdirSync(join(taken, 'review.md'));

  it.each<[string, string[], RegExp]>([
    ['bad usage', ['--fail-on', 'anything'], /^--fail-on has "anything", known are /],
    [
      'an app that is no folder',
      ['--app', '/no/such'],
      /^\/no\/such is no folder: give one that cdk synth has written$/,
    ],
    ['an app that is no assembly', ['--app', empty], /is no cloud assembly: it has no manifest\.json/],
    ['an assembly that is too new', ['--app', newer], /cannot be read as a cloud assembly: .*999/s],
    [
      'a base that is no assembly',
      ['--base', empty, '--app', old],
      /^--base .* is no cloud assembly: it has no manifest\.json/,
    ],
    [
      'a base that is nothing',
      ['--base', 'no-such-branch', '--app', old],
      /^--base no-such-branch is neither a folder nor a commit, branch or tag/,
    ],
    [
      'a base that is an option of git',
      ['--base=--all', '--app', old],
      /^--base --all is neither a folder nor a commit/,
    ],
    [
      'a file that cannot be written',
      ['--app', old, '--out', join(taken, 'review.md')],
      /^--out .* cannot be written: /,
    ],
  ])('ends with 2 and the reason for %s', async (_, args, message) => {
    const { code, told } = await command(...args);
    expect({ code, told }).toEqual({ code: 2, told: expect.stringMatching(message) as string });
  });
});
