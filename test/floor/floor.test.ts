import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Difference, differences } from '../differences';
import { unexplained, unused } from './known-differences';
import { context } from '../../cdk.json';
import { run } from '../../shell/processes';
import { devDependencies, peerDependencies } from '../../package.json';
import { installation } from '../installation';

/*
 * The library is compiled against a newer aws-cdk-lib than it allows its users. The compiler does not notice what the
 * older one lacks, and that drops properties it does not know without a word: only its templates tell.
 */

const ROOT = join(__dirname, '..', '..');
const WORK = join(ROOT, '.slipway', 'floor');
const MINUTES = 60_000;

const FLOOR = {
  'aws-cdk-lib': lowest(peerDependencies['aws-cdk-lib']),
  constructs: lowest(peerDependencies.constructs),
  'cdk-nag': devDependencies['cdk-nag'],
};

interface Found extends Difference {
  readonly template: string;
}

let floor: string;
let current: string;
let found: Found[];

beforeAll(async () => {
  floor = await assembly('lowest', FLOOR);
  // Without packages of its own, it has those of this repository.
  current = await assembly('current', {});
  found = templates(current).flatMap((template) =>
    differences(read(floor, template), read(current, template)).map((difference) => ({ template, ...difference })),
  );
}, 10 * MINUTES);

it('the app really ran on either version', () => {
  expect(versionsIn(floor)).toEqual([FLOOR['aws-cdk-lib']]);
  expect(versionsIn(current)).toEqual([devDependencies['aws-cdk-lib']]);
});

it('the packed library loads an area when it is first asked for', async () => {
  const script = `
    const library = require('cdk-slipway');
    const areas = () => Object.keys(require.cache).map((file) => /build.constructs.(\\w+).index.js$/.exec(file)?.[1]).filter(Boolean);
    const before = areas();
    void library.data;
    console.log(JSON.stringify({ before, after: areas() }));`;
  expect(await printed('commonjs', script)).toEqual({ before: [], after: ['data'] });
});

it('an ES module imports its areas by name', async () => {
  const script = `
    import { data, serving } from 'cdk-slipway';
    console.log(JSON.stringify([typeof data.ModelData, typeof serving.ModelEndpoint]));`;
  expect(await printed('module', script)).toEqual(['function', 'function']);
});

it('both make the same templates', () => {
  expect(templates(floor)).toEqual(templates(current));
  expect(templates(current)).not.toEqual([]);
});

it('the templates are equal, property by property, but for what is known', () => {
  const shown = unexplained(found).map(({ template, path, left, right }) => ({
    template,
    path,
    floor: left,
    current: right,
  }));
  expect(shown).toEqual([]);
});

it('what is known is still there', () => {
  expect(unused(found)).toEqual([]);
});

it('the lowest version has no finding either', () => {
  const { pluginReports } = read(floor, 'validation-report.json') as { pluginReports: { violations: object[] }[] };
  expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
});

/** What a script prints, as JSON, where the lowest versions and the library are installed. */
async function printed(type: 'commonjs' | 'module', script: string): Promise<unknown> {
  const { lines } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd: join(WORK, 'lowest') });
  return JSON.parse(lines.join('\n'));
}

/** Synthesises all environments with these packages and the library as it is packed. */
async function assembly(name: string, packages: Record<string, string>): Promise<string> {
  const folder = join(WORK, name);
  await installation(folder, packages);
  for (const source of ['bin', 'lib', 'config', 'images']) {
    rmSync(join(folder, source), { recursive: true, force: true });
    cpSync(join(ROOT, source), join(folder, source), { recursive: true });
  }
  const output = join(folder, 'cdk.out');
  rmSync(output, { recursive: true, force: true });
  const { code, lines } = await run(process.execPath, ['--import', 'tsx', join('bin', 'slipway.ts')], {
    cwd: folder,
    env: { ...process.env, CDK_VALIDATION: 'true', CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  if (code !== 0) throw new Error(`synth in ${folder} ended with ${String(code)}:\n${lines.join('\n')}`);
  return output;
}

function templates(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.template.json'))
    .sort();
}

function read(directory: string, file: string): unknown {
  return JSON.parse(readFileSync(join(directory, file), 'utf8'));
}

/** Versions of aws-cdk-lib whose constructs stand in the tree. */
function versionsIn(directory: string): string[] {
  const text = readFileSync(join(directory, 'tree.json'), 'utf8');
  const constructs = text.matchAll(/"fqn":\s*"aws-cdk-lib\.[^"]*",\s*"version":\s*"([^"]*)"/g);
  return [...new Set([...constructs].map(([, version]) => version ?? ''))];
}

/** `^2.263.0` allows nothing below 2.263.0. */
function lowest(range: string): string {
  const [, version] = /^\^(\d+\.\d+\.\d+)$/.exec(range) ?? [];
  if (version === undefined) throw new Error(`a peer's range is ${range}, allowed is ^<version>: its floor is tested`);
  return version;
}
