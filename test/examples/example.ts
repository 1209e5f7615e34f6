import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { run } from '../../shell/processes';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** An app of `examples/`, synthesised as its `cdk.json` says, and promised to have no finding and to acknowledge none. */
export function describeExample(
  name: string,
  context: object,
  promises: (stack: (id: string) => Template) => void,
): void {
  const folder = join(EXAMPLES, name);

  describe(`examples/${name}`, () => {
    let assembly: string;
    beforeAll(async () => {
      assembly = mkdtempSync(join(tmpdir(), 'slipway-example-'));
      const { code, lines } = await run(process.execPath, ['--import', 'tsx', 'app.ts'], {
        cwd: folder,
        env: {
          ...process.env,
          CDK_VALIDATION: 'true',
          CDK_OUTDIR: assembly,
          CDK_CONTEXT_JSON: JSON.stringify(context),
        },
      });
      expect({ code, lines }).toEqual({ code: 0, lines: [] });
    }, 60_000);
    afterAll(() => rmSync(assembly, { recursive: true, force: true }));

    const read = (file: string): unknown => JSON.parse(readFileSync(join(assembly, file), 'utf8'));

    it('has no finding of CloudFormation’s own rules nor of cdk-nag, and acknowledges none', () => {
      const { pluginReports } = read('validation-report.json') as { pluginReports: { violations: object[] }[] };
      expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
      expect(readFileSync(join(folder, 'app.ts'), 'utf8')).not.toContain('acknowledge(');
    });

    promises((id) => Template.fromJSON(read(`${id}.template.json`) as Record<string, unknown>));
  });
}
