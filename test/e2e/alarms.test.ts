import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALARMS_USAGE } from '../../local/alarms-arguments';
import { run } from '../../shell/processes';
import { Document, ROOT } from '../docs/documents';

jest.setTimeout(300_000);

/** Runs the script; whether a Python environment had to be made is not told. */
async function alarms(args: string[], env: NodeJS.ProcessEnv = {}) {
  const command = ['--import', 'tsx', 'local/alarms-replay.ts', ...args];
  const { code, lines } = await run(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...env } });
  return { code, told: lines.filter((line) => !line.includes('Python environment')).join('\n') };
}

describe('npm run alarms', () => {
  it('prints what docs/alarms.md shows of the example', async () => {
    const page = new Document('docs/alarms.md');
    const command = page.code('sh').find((code) => code.includes('examples/alarms')) ?? '';
    const [, args = ''] = /^npm run alarms -- (.*)\n$/.exec(command) ?? [];
    const { code, told } = await alarms(args.split(' '));
    expect(code).toBe(0);
    expect(page.code('text')).toContain(`${told}\n`);
  });

  it('finds files where it was called', async () => {
    const example = join(ROOT, 'examples', 'alarms');
    const { code, told } = await alarms(['--replay', 'metrics.csv', '--template', 'template.json', '--json'], {
      INIT_CWD: example,
    });
    expect(code).toBe(0);
    const { alarms: found } = JSON.parse(told) as { alarms: { alarm: string }[] };
    expect(found.map(({ alarm }) => alarm)).toEqual(['SlowAnswers', 'ErrorRate', 'Drift', 'Page']);
  });

  it('judges one alarm where one is named', async () => {
    const where = ['--replay', 'examples/alarms/metrics.csv', '--template', 'examples/alarms/template.json'];
    const { told } = await alarms([...where, '--alarm', 'Page', '--json']);
    const { alarms: found } = JSON.parse(told) as { alarms: { alarm: string }[] };
    expect(found.map(({ alarm }) => alarm)).toEqual(['Page']);
    expect(await alarms([...where, '--alarm', 'Nobody'])).toEqual({
      code: 1,
      told: 'alarms: no template has an alarm Nobody. Alarms: Drift, ErrorRate, Page, SlowAnswers.',
    });
  });

  it('says how it is used', async () => {
    expect(await alarms(['--help'])).toEqual({ code: 0, told: ALARMS_USAGE });
    expect(await alarms([])).toEqual({ code: 1, told: `--replay FILE is missing\n\n${ALARMS_USAGE}` });
    const { code, told } = await alarms(['--reply', 'x']);
    expect(code).toBe(1);
    expect(told).toMatch(/^Unknown option '--reply'/);
  });

  it('fails when npm has taken an option for itself', async () => {
    expect(await alarms([], { npm_config_replay: 'x' })).toEqual({
      code: 1,
      told: 'npm took --replay for itself: write npm run alarms -- --replay',
    });
  });

  it('hands on what is wrong with the recording, and the exit code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-alarms-'));
    const recording = join(folder, 'metrics.csv');
    writeFileSync(recording, 'timestamp,namespace,metric,dimensions,value\n1,N,M,,fast\n');
    const { code, told } = await alarms(['--replay', recording, '--template', 'examples/alarms/template.json']);
    rmSync(folder, { recursive: true });
    expect({ code, told }).toEqual({
      code: 2,
      told: `alarms: ${recording}, line 2: value is 'fast'; needed is a number.`,
    });
  });

  it('prints the rules, each with its source', async () => {
    const { code, told } = await alarms(['--rules']);
    expect(code).toBe(0);
    expect(told).toContain('M of N (documented)');
    expect(told.match(/^ {2}Source: /gm)?.length).toBeGreaterThan(50);
  });
});
