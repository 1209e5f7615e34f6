import { prod } from '../../config/prod';
import { QUALITY_METRICS } from '../../constructs/quality/constants';
import { Document } from './documents';

const page = new Document('docs/metrics.md');
const { namespace, endpointDimension, periodMinutes, driftScore, accuracy } = QUALITY_METRICS;

it('names namespace, dimension and cadence as the alarms have them', () => {
  expect(page.text).toContain(`| namespace | \`${namespace}\` |`);
  expect(page.text).toContain(`| dimension | \`${endpointDimension}\``);
  expect(page.text).toContain(`| cadence | one value every ${periodMinutes} minutes`);
});

it('has a line for every metric, and no other', () => {
  const { text = '' } = page.sections(2).find(({ title }) => title === 'The contract') ?? {};
  const metrics = new Set([...text.matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, name]) => name));
  expect([...metrics]).toEqual([driftScore, accuracy]);
});

it('publishes what the alarms read', () => {
  const commands = page.code('sh').flatMap((code) => code.split(/^(?=aws )/m));
  const publishing = commands.filter((command) => command.startsWith('aws cloudwatch put-metric-data'));
  expect(publishing.map((command) => command.replace(/ --value \S+\n/, '').replace(/ \\\n +/g, ' '))).toEqual(
    [driftScore, accuracy].map(
      (metric) =>
        `aws cloudwatch put-metric-data --namespace ${namespace} --metric-name ${metric} ` +
        `--dimensions ${endpointDimension}=${prod.endpoint.name}`,
    ),
  );
  expect(page.code('json').join('')).toContain(`"cloudwatch:namespace": "${namespace}"`);
});

it('gives the numbers of prod', () => {
  const { driftScore: drift, driftMinutes, accuracy: right, accuracyMinutes } = prod.alarms;
  expect(page.text).toContain(`| \`${driftScore}\` | Maximum | above ${drift} for ${driftMinutes} minutes`);
  expect(page.text).toContain(`| \`${accuracy}\` | Average | below ${right} for ${accuracyMinutes} minutes`);
});
