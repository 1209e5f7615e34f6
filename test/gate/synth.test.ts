import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environmentNames } from '../../config';
import { run } from '../../shell/processes';
import { synth } from '../cli-synth';
import { render } from '../golden/render';
import { copyOfTree, edit } from '../tree';

const ROOT = join(__dirname, '..', '..');
const MINUTES = 60_000;

let assembly: string;
beforeAll(async () => (assembly = await synth()), 3 * MINUTES);
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

describe('the assembly as the CDK CLI makes it', () => {
  it('has no finding of CloudFormation’s own rules, warnings included, nor of cdk-nag', () => {
    const report = JSON.parse(readFileSync(join(assembly, 'validation-report.json'), 'utf8')) as Report;
    expect(report.pluginReports.map(({ pluginName }) => pluginName)).toContain('CloudFormation Validate');
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it(
    'is judged by cdk-nag: a planted finding stops it',
    async () => {
      const tree = copyOfTree();
      const planted = "new Bucket(new Stack(app, 'planted'), 'Bucket');";
      edit(
        tree,
        'bin/slipway.ts',
        'told(() =>',
        "import { Stack } from 'aws-cdk-lib';\nimport { Bucket } from 'aws-cdk-lib/aws-s3';\n\ntold(() =>",
      );
      edit(tree, 'bin/slipway.ts', 'Validations.of(app)', `${planted}\nValidations.of(app)`);
      await expect(synth({ root: tree })).rejects.toThrow('AwsSolutions-S1');
      rmSync(tree, { recursive: true, force: true });
    },
    3 * MINUTES,
  );

  it.each(environmentNames)('of %s equals its golden templates', (name) => {
    expect(render(assembly, name)).toBe(readFileSync(join(ROOT, 'test', 'golden', `${name}.yaml`), 'utf8'));
  });

  it(
    'has no finding of cfn-lint',
    async () => {
      const python = join(ROOT, '.slipway', 'venv-dev', 'bin', 'cfn-lint');
      const templates = filesBelow(assembly).filter((file) => file.endsWith('.template.json'));
      // W3005: the CDK repeats what references imply. W3010: zones are stated on purpose.
      const args = ['--ignore-checks', 'W3005', 'W3010', '--non-zero-exit-code', 'informational', '--'];
      const { code, lines } = await run(python, [...args, ...templates.map((file) => join(assembly, file))]);
      expect({ code, lines }).toEqual({ code: 0, lines: [] });
    },
    3 * MINUTES,
  );

  it(
    'has the same bytes from another folder, in another time zone, on another day and without a network',
    async () => {
      const elsewhere = copyOfTree();
      const other = await synth({
        root: elsewhere,
        env: {
          TZ: 'Pacific/Kiritimati',
          NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, 'other-machine.mjs')).href}`,
        },
      });
      expect(contents(other)).toEqual(contents(assembly));
      for (const folder of [other, elsewhere]) rmSync(folder, { recursive: true, force: true });
    },
    3 * MINUTES,
  );
});

interface Report {
  readonly pluginReports: { readonly pluginName: string; readonly violations: object[] }[];
}

/** Every file but those that hold absolute paths, in stack traces. */
function contents(directory: string): Record<string, string> {
  const kept = filesBelow(directory).filter((file) => !file.endsWith('.metadata.json'));
  return Object.fromEntries(kept.map((file) => [file, readFileSync(join(directory, file), 'base64')]));
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}
