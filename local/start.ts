import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { summarise } from './assembly';
import { cdk, type ResourceEvent } from './cdk';
import { LocalCloud } from './local-cloud';
import { Problem, reasonOf } from './problem';
import { endAll } from './processes';
import { pythonEnvironment } from './python';
import { Tour } from './tour';

const ROOT = join(__dirname, '..');
const WORK = join(ROOT, '.slipway');
const IMAGES = join(WORK, 'images');
const SAMPLE = join(ROOT, 'images', 'scorer', 'samples', 'tumours.json');
/** Waits of endpoints pass this much faster here: ten minutes of baking in ten seconds. */
const CLOCK_FACTOR = 60;

const USAGE = `npm start [-- --keep] [-- --port <number>]

Deploys the environment "local" to emulators on this machine, and sends its endpoint a request.
  --keep         leave everything up afterwards, until Ctrl-C
  --port NUMBER  loopback port of the emulators (default: a free one)
`;

async function main(): Promise<void> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const { keep, port } = readArguments();
  mkdirSync(WORK, { recursive: true });
  const run = mkdtempSync(join(WORK, 'run-'));
  try {
    await launch(run, keep, port);
  } finally {
    rmSync(run, { recursive: true, force: true });
  }
}

async function launch(run: string, keep: boolean, port: number | undefined): Promise<void> {
  title('Python environment');
  const python = await pythonEnvironment(join(WORK, 'venv'), [join(ROOT, 'local', 'requirements.txt')], say);

  title('Local cloud');
  const cloud = await LocalCloud.start({ python, stateDir: run, cacheDir: IMAGES, port, clockFactor: CLOCK_FACTOR });
  try {
    say(`listening on ${cloud.endpoint}, its clock runs ${CLOCK_FACTOR} times as fast as yours`);
    const outputs = await deploy(cloud, run);
    await show(cloud, outputs);
    limits(cloud);
    if (keep) await stayUp(cloud);
  } finally {
    await cloud.stop();
  }
  say('everything that was started is stopped');
}

async function deploy(cloud: LocalCloud, run: string): Promise<Outputs> {
  const assembly = join(run, 'cdk.out');
  const environment = cloud.cliEnvironment;

  title('Synth of every environment');
  await cdk(['synth', '--quiet', '--output', assembly], environment);
  for (const { name, stacks, resources, alarms, endpoints } of summarise(assembly)) {
    say(`${name}: ${stacks.length} stacks, ${resources} resources, ${alarms} alarms; ${endpoints.join('; ')}`);
  }

  title('Bootstrap and images');
  await cdk(['bootstrap', `aws://${cloud.account}/${cloud.region}`, '--app', assembly], environment);
  await cloud.publishImages(assembly, say);

  title('Deploy of local');
  const outputs = join(run, 'outputs.json');
  const where = ['--app', assembly, 'local/**', '--outputs-file', outputs];
  await cdk(
    ['deploy', ...where, '--require-approval', 'never', '--progress', 'events', '--concurrency', '2'],
    environment,
    progress,
  );
  return Object.assign(
    {},
    ...Object.values(JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, object>),
  ) as Outputs;
}

interface Outputs {
  readonly EndpointName: string;
  readonly CapturedTraffic: string;
}

async function show(cloud: LocalCloud, { EndpointName, CapturedTraffic }: Outputs): Promise<void> {
  const tour = new Tour(cloud);
  title(`Endpoint ${EndpointName}`);
  say(await tour.status(EndpointName));
  const { request, truth } = JSON.parse(readFileSync(SAMPLE, 'utf8')) as { request: object; truth: string[] };
  const { answer, variant } = await tour.invoke(EndpointName, JSON.stringify(request));
  say(`asked with the tumours of ${SAMPLE.slice(ROOT.length + 1)}, variant ${variant} answers:`);
  say(answer.trim());
  say(`in truth they are: ${truth.join(', ')}`);

  title('Captured traffic');
  const { key, record } = await tour.captured(CapturedTraffic);
  say(key);
  say(shorten(record));

  title('Alarms');
  for (const alarm of await tour.alarms()) {
    say(`${String(alarm.StateValue).padEnd(17)} ${String(alarm.AlarmDescription).split(' Published by')[0] ?? ''}`);
  }
}

function limits({ recordedOnly, assumed }: LocalCloud): void {
  title('What this does not prove');
  say(`types that are only recorded: ${recordedOnly.join(', ')}`);
  say('behaviour that is assumed, neither read in AWS’s documentation nor observed:');
  for (const behaviour of assumed) say(`- ${behaviour}`);
}

async function stayUp(cloud: LocalCloud): Promise<void> {
  title('Up until Ctrl-C');
  say('point an SDK or the AWS CLI at it:');
  for (const [name, value] of Object.entries(cloud.clientEnvironment)) console.log(`export ${name}=${value}`);
  kept = true;
  await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve));
}

function readArguments(): { keep: boolean; port: number | undefined } {
  const { values } = parseArgs({
    options: { keep: { type: 'boolean', default: false }, port: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new Problem(`--port is "${String(values.port)}", allowed are 1 to 65535`);
  }
  return { keep: values.keep, port };
}

const started = Date.now();

function title(text: string): void {
  console.log(`\n${text}  [${((Date.now() - started) / 1000).toFixed(0)} s]`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function progress({ stack, done, status, type, name }: ResourceEvent): void {
  if (status.endsWith('_COMPLETE') || status.endsWith('_FAILED')) say(`${stack} ${done} ${status} ${type} ${name}`);
}

function shorten(record: string): string {
  return record.length > 400 ? `${record.slice(0, 400)}...` : record;
}

const interrupted = new AbortController();
let kept = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.error(`\n${signal}: stopping`);
    interrupted.abort();
    endAll();
    process.exitCode = kept ? 0 : 130;
  });
}

main().catch((error: unknown) => {
  if (interrupted.signal.aborted) return;
  console.error(`\n${error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : String(error.stack)}`);
  process.exitCode = 1;
});
