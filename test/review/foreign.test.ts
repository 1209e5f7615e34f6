import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markdown } from '../../review/markdown';
import { review } from '../../review/review';
import type { Resource } from '../../review/template';
import { reviewed, scratch } from './assemblies';

/** The finished assembly of an app that others have written, as it comes with their package on npm. */
const APP = join(
  dirname(require.resolve('@aws-solutions-constructs/aws-lambda-elasticsearch-kibana/package.json')),
  'test/integ.lamels-no-arguments.js.snapshot',
);

/** The same, with one resource changed: the first of its type. */
function edited(type: string, change: (properties: Record<string, unknown>) => void): string {
  const folder = scratch();
  cpSync(APP, folder, { recursive: true });
  const file = join(folder, 'lamels-no-arguments.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  const found = Object.values(template.Resources).find((resource) => resource.Type === type);
  change(found?.Properties ?? {});
  writeFileSync(file, JSON.stringify(template));
  return folder;
}

describe('an app of others', () => {
  it('is read: its resources, alarms and what it has accepted', async () => {
    const { environments, validated } = await review({ directory: APP, label: 'their app' });
    const [app] = environments;
    expect(environments).toHaveLength(1);
    expect(validated).toBe(false);
    expect(app?.types).toEqual(
      expect.arrayContaining([
        ['AWS::CloudWatch::Alarm', 9],
        ['AWS::Elasticsearch::Domain', 1],
      ]),
    );
    expect(app?.alarms.map(({ goesOff }) => goesOff)).toContain(
      'Maximum of AWS/ES ClusterStatus.red at or above 1 for 1 min',
    );
    expect(app?.acknowledgements.map(({ rule }) => rule)).toContain('W58');
  });

  it('is compared: a domain that gets a name is replaced, a role that gets more is told', async () => {
    const renamed = edited('AWS::Elasticsearch::Domain', (domain) => (domain['DomainName'] = 'another'));
    const { risks } = (await reviewed(APP, renamed)).comparison;
    expect(risks.map(({ one }) => [one.what, one.type])).toEqual([['replaced', 'AWS::Elasticsearch::Domain']]);

    const wider = edited(
      'AWS::IAM::Role',
      (role) => (role['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/PowerUserAccess']),
    );
    const { broadened } = (await reviewed(APP, wider)).comparison;
    expect(broadened.map(({ one }) => one.may)).toEqual(['what arn:aws:iam::aws:policy/PowerUserAccess allows']);
  });

  it('has a report without a hole in it', async () => {
    const report = markdown(await review({ directory: APP, label: 'their app' }));
    expect(report).not.toMatch(/undefined|\[object/);
  });
});
