import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../shell/processes';
import { synth } from '../cli-synth';

/*
 * The alarms of prod, as synthesised, judged over recorded metrics by CloudWatch's documented rules: which of them would
 * have gone off, and when.
 */

const ROOT = join(__dirname, '..', '..');
const START = Date.parse('2026-11-02T10:00:00Z');
const LATENCY = 'AWS/SageMaker,ModelLatency,EndpointName=production-ml-endpoint;VariantName=primary';
const ERRORS = 'AWS/SageMaker,Invocation5XXErrors,EndpointName=production-ml-endpoint;VariantName=primary';
const DRIFT = 'Slipway/Quality,DataDriftScore,EndpointName=production-ml-endpoint';
const ACCURACY = 'Slipway/Quality,ModelAccuracy,EndpointName=production-ml-endpoint';

let assembly: string;
let template: string;
beforeAll(async () => {
  assembly = await synth({ env: { CDK_VALIDATION: 'false' } });
  const stage = join(assembly, 'assembly-prod');
  template = join(stage, readdirSync(stage).find((file) => /^prodserving.*\.template\.json$/.test(file)) ?? '');
}, 120_000);
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

describe('an alarm of prod', () => {
  it.each([
    ['latency goes off after five minutes above 50 ms', LATENCY, 1, [50_001, 50_001, 50_001, 50_001, 50_001], true],
    ['latency is quiet after four minutes', LATENCY, 1, [50_001, 50_001, 50_001, 50_001, 50_000], false],
    ['latency is quiet at exactly 50 ms', LATENCY, 1, [50_000, 50_000, 50_000, 50_000, 50_000], false],
    ['5xx goes off after five minutes above 1 %', ERRORS, 1, [0.02, 0.02, 0.02, 0.02, 0.02], true],
    ['5xx is quiet at 1 %', ERRORS, 1, [0.01, 0.01, 0.01, 0.01, 0.01], false],
    ['drift goes off after ten minutes above 0.3', DRIFT, 5, [0.1, 0.31, 0.31], true],
    ['drift is quiet after one score above 0.3', DRIFT, 5, [0.31, 0.3, 0.31], false],
    ['accuracy goes off after fifteen minutes below 0.85', ACCURACY, 5, [0.9, 0.84, 0.84, 0.84], true],
    ['accuracy is quiet after ten minutes', ACCURACY, 5, [0.84, 0.84, 0.85, 0.84], false],
  ] as const)('%s', async (_, metric, minutes, values, goesOff) => {
    const states = await replay(metric, minutes, values);
    expect(states.includes('ALARM')).toBe(goesOff);
  });

  it('on accuracy keeps its state while no score comes', async () => {
    const states = await replay(ACCURACY, 5, [0.84, 0.84, 0.84, undefined, undefined, undefined]);
    expect(states.at(-1)).toBe('ALARM');
  });
});

/** The states the alarm on a metric goes through, with 1000 samples a datapoint. */
async function replay(metric: string, minutes: number, values: readonly (number | undefined)[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-replay-'));
  const rows = values.flatMap((value, i) => {
    const at = new Date(START + i * minutes * 60_000).toISOString();
    return value === undefined ? [] : [`${at},${metric},${value},1000`];
  });
  const csv = join(folder, 'metrics.csv');
  writeFileSync(csv, ['timestamp,namespace,metric,dimensions,value,count', ...rows, ''].join('\n'));
  const python = join(ROOT, '.slipway', 'venv-dev', 'bin', 'python');
  const command = ['-m', 'local.alarms', 'replay', '--template', template, '--metrics', csv, '--json'];
  const { code, lines } = await run(python, command, { cwd: ROOT });
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(lines.join('\n'));
  const { alarms } = JSON.parse(lines.join('\n')) as Report;
  const judged = alarms.filter(({ datapoints }) => datapoints > 0);
  expect(judged).toHaveLength(1);
  return judged.flatMap(({ transitions }) => transitions.map(({ state }) => state));
}

interface Report {
  readonly alarms: { readonly datapoints: number; readonly transitions: { readonly state: string }[] }[];
}
