import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, type App, aws_s3 as s3, CfnResource, Stack, Stage, Validations } from 'aws-cdk-lib';
import { acknowledge } from '../../constructs/private/acknowledge';
import { review } from '../../review/review';
import { assemblyOf, reviewed, scratch, stackOf } from './assemblies';

const bucket = (stack: Stack) => new s3.CfnBucket(stack, 'Bucket');
const reviewOf = (directory: string) => review({ directory, label: 'app' });

/** An assembly with a report, as validation writes it. */
function withReport(assembly: string, report: object): string {
  const folder = scratch();
  cpSync(assembly, folder, { recursive: true });
  writeFileSync(join(folder, 'validation-report.json'), JSON.stringify({ version: '55.0.0', ...report }));
  return folder;
}

const VIOLATION = {
  ruleName: 'S1',
  description: 'The bucket  keeps\nno logs',
  severity: 'error',
  violatingConstructs: [{ constructPath: 'Shop/Bucket' }],
};

describe('findings', () => {
  it('are those of the report', async () => {
    const { findings, validated } = await reviewOf(
      withReport(stackOf(bucket), {
        pluginReports: [
          {
            pluginName: 'rules',
            conclusion: 'failure',
            violations: [
              VIOLATION,
              { ...VIOLATION, ruleName: 'App', violatingConstructs: [] },
              { ...VIOLATION, severity: 'info' },
            ],
          },
        ],
      }),
    );
    expect(validated).toBe(true);
    expect(findings.map(({ one }) => one)).toEqual([
      { environment: 'Shop', name: 'Shop/Bucket', rule: 'S1', severity: 'error', says: 'The bucket keeps no logs' },
      { environment: 'Shop', name: '', rule: 'App', severity: 'error', says: 'The bucket keeps no logs' },
    ]);
  });

  it('are annotations of constructs too, as cdk-nag made them before version 3', async () => {
    const annotated = (stack: Stack) => {
      const { node } = bucket(stack);
      Annotations.of(stack).addWarningV2('Old:runtime', 'The runtime is old');
      Annotations.of(node.scope ?? stack).addInfo('Nothing to see');
    };
    const { findings, validated } = await reviewOf(stackOf(annotated));
    expect(validated).toBe(false);
    expect(findings.map(({ one }) => [one.name, one.rule, one.severity, one.says])).toEqual([
      ['Shop', 'Old:runtime', 'warning', 'The runtime is old'],
    ]);
  });

  it('of a report that cannot be read are no review', async () => {
    const folder = withReport(stackOf(bucket), { pluginReports: 'none' });
    await expect(reviewOf(folder)).rejects.toThrow(/^validation-report\.json of .* cannot be read: /);
  });
});

describe('acknowledgements', () => {
  const REASON = 'Nothing of value is in this bucket, and nobody reads it.';
  const of = async (directory: string) =>
    (await reviewOf(directory)).environments.flatMap((one) => one.acknowledgements);

  it('are those of Slipway, of Validations, and of cdk-nag and cfn-nag in templates', async () => {
    const accepting = (stack: Stack) => {
      acknowledge(new s3.CfnBucket(stack, 'One'), 'AwsSolutions-S1', REASON);
      Validations.of(new s3.CfnBucket(stack, 'Two')).acknowledge({ id: 'Rules::S2', reason: REASON });
      new s3.CfnBucket(stack, 'Three').addMetadata('cdk_nag', {
        rules_to_suppress: [
          { id: 'AwsSolutions-S3', reason: Buffer.from('Für später.').toString('base64'), is_reason_encoded: true },
        ],
      });
      new s3.CfnBucket(stack, 'Four').addMetadata('cfn_nag', { rules_to_suppress: [{ id: 'W35' }] });
    };
    expect((await of(stackOf(accepting))).map(({ name, rule, reason }) => ({ name, rule, reason }))).toEqual([
      { name: 'Shop/One', rule: 'AwsSolutions-S1', reason: REASON },
      { name: 'Shop/Two', rule: 'Rules::S2', reason: REASON },
      { name: 'Shop/Three', rule: 'AwsSolutions-S3', reason: 'Für später.' },
      { name: 'Shop/Four', rule: 'W35', reason: '' },
    ]);
  });

  it('of a stage stand in the report alone', async () => {
    const staged = assemblyOf((app) => bucket(new Stack(new Stage(app, 'prod'), 'shop')));
    const folder = withReport(staged, {
      pluginReports: [
        {
          pluginName: 'rules',
          conclusion: 'success',
          violations: [],
          suppressedViolations: [
            { ...VIOLATION, acknowledgedId: 'rules::S1', acknowledgedAt: 'prod', reason: REASON },
            { ...VIOLATION, acknowledgedId: 'rules::S2', acknowledgedAt: '', reason: REASON },
          ],
        },
      ],
    });
    expect(await of(folder)).toEqual([{ environment: 'prod', name: '', rule: 'rules::S1', reason: REASON }]);
  });

  it('that are new are told, and not those that were there', async () => {
    const app = (...ids: string[]) =>
      stackOf((stack) => {
        for (const id of ids)
          acknowledge(new CfnResource(stack, id, { type: 'AWS::S3::Bucket' }), 'AwsSolutions-S1', REASON);
      });
    const { comparison } = await reviewed(app('Old', 'Kept'), app('Kept', 'New'));
    expect(comparison.newAcknowledgements.map(({ one }) => one.name)).toEqual(['Shop/New']);
  });
});

it('environments are stages, also those in stages, and what stands in the app itself', async () => {
  const build = (app: App) => {
    new Stack(app, 'tools');
    new Stack(app, 'pipeline');
    const outer = new Stage(app, 'eu');
    new Stack(new Stage(outer, 'prod'), 'shop');
  };
  const { environments } = await reviewOf(assemblyOf(build));
  expect(environments.map(({ name, stacks }) => [name, stacks])).toEqual([
    ['app', ['pipeline', 'tools']],
    ['eu/prod', ['shop']],
  ]);
});
