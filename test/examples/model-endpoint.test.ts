import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { context } from '../../examples/model-endpoint/cdk.json';
import { run } from '../../shell/processes';

const EXAMPLE = join(__dirname, '..', '..', 'examples', 'model-endpoint');

describe('examples/model-endpoint', () => {
  let assembly: string;
  beforeAll(async () => {
    assembly = mkdtempSync(join(tmpdir(), 'slipway-example-'));
    const { code, lines } = await run(process.execPath, ['--import', 'tsx', 'app.ts'], {
      cwd: EXAMPLE,
      env: { ...process.env, CDK_VALIDATION: 'true', CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    expect({ code, lines }).toEqual({ code: 0, lines: [] });
  }, 60_000);
  afterAll(() => rmSync(assembly, { recursive: true, force: true }));

  it('has no finding of CloudFormation’s own rules nor of cdk-nag, and acknowledges none', () => {
    const { pluginReports } = read('validation-report.json') as { pluginReports: { violations: object[] }[] };
    expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
    expect(readFileSync(join(EXAMPLE, 'app.ts'), 'utf8')).not.toContain('acknowledge(');
  });

  it('is rolled back by its alarm', () => {
    const template = Template.fromJSON(read('tumours.template.json') as Record<string, unknown>);
    const [alarm] = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    template.hasResourceProperties('AWS::SageMaker::Endpoint', {
      EndpointName: 'tumours',
      DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: { Ref: alarm } }] } },
    });
  });

  function read(file: string): unknown {
    return JSON.parse(readFileSync(join(assembly, file), 'utf8'));
  }
});
