import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from '../review/markdown';
import { review } from '../review/review';
import { terminal } from '../review/terminal';
import { readArguments, USAGE } from './arguments';
import { cdk, type ResourceEvent } from '../shell/cdk';
import { LocalCloud } from './local-cloud';
import { tellPermissions } from './permissions';
import { Problem, reasonOf } from '../shell/problem';
import { endAll, endAllOnSignals } from '../shell/processes';
import { pythonEnvironment } from '../shell/python';
import { Tour } from './tour';
import { logsOf, WorkFolder } from './work-folder';

const ROOT = join(__dirname, '..');
const SAMPLE = join(ROOT, 'images', 'scorer', 'samples', 'tumours.json');
/** Waits of endpoints pass this much faster here: ten minutes of baking in ten seconds. */
const CLOCK_FACTOR = 60;

const interrupted = new AbortController();
let kept = false;

async function main(): Promise<void> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const { keep, port, workDir, help } = readArguments(process.argv.slice(2), process.env);
  if (help) {
    console.log(USAGE);
    return;
  }
  endAllOnSignals((signal) => {
    console.error(`\n${signal}: stopping`);
    process.exitCode = kept ? 0 : 130;
    interrupted.abort();
  });
  const work = new WorkFolder(workDir);
  const run = work.newRun();
  try {
    await launch(work, run, keep, port);
  } catch (error) {
    if (!interrupted.signal.aborted) throw withLogs(error, run);
    say('everything that was started is stopped');
  }
  rmSync(run, { recursive: true, force: true });
}

async function launch(work: WorkFolder, run: string, keep: boolean, port: number | undefined): Promise<void> {
  title('Python environment');
  const python = await pythonEnvironment(work.venv, [join(ROOT, 'local', 'requirements.txt')], say);

  title('Local cloud');
  const cacheDir = work.images;
  const cloud = await LocalCloud.start({ python, stateDir: run, cacheDir, port, clockFactor: CLOCK_FACTOR });
  try {
    say(`listening on ${cloud.endpoint}, its clock runs ${CLOCK_FACTOR} times as fast as yours`);
    await Promise.race([cloud.ended, use(cloud, work, run, keep)]);
  } finally {
    await cloud.stop();
    await endAll();
  }
  say('everything that was started is stopped');
}

async function use(cloud: LocalCloud, work: WorkFolder, run: string, keep: boolean): Promise<void> {
  const outputs = await deploy(cloud, work, run);
  await show(cloud, outputs);
  title('Permissions');
  await tellPermissions(cloud, work.access, say);
  limits(cloud);
  if (keep) await stayUp(cloud);
}

async function deploy(cloud: LocalCloud, work: WorkFolder, run: string): Promise<Outputs> {
  const assembly = join(run, 'cdk.out');
  const environment = cloud.cliEnvironment;

  title('Synth of every environment');
  await cdk(['synth', '--quiet', '--output', assembly], environment);
  await tellOf(assembly, work.review);

  title('Bootstrap and images');
  await cdk(['bootstrap', `aws://${cloud.account}/${cloud.region}`, '--app', assembly], environment);
  await cloud.publishImages(assembly, say);

  title('Deploy of local');
  const outputs = join(run, 'outputs.json');
  const where = ['--app', assembly, 'local/**', '--outputs-file', outputs];
  await cdk(
    ['deploy', ...where, '--require-approval', 'never', '--progress', 'events', '--concurrency', '2'],
    environment,
    { onEvent: progress },
  );
  return Object.assign(
    {},
    ...Object.values(JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, object>),
  ) as Outputs;
}

/** What every environment holds, in short; the whole of it in a file. */
async function tellOf(assembly: string, file: string): Promise<void> {
  const found = await review({ directory: assembly, label: 'every environment' });
  writeFileSync(file, markdown(found));
  for (const line of terminal(found).split('\n')) say(line);
  say(`the whole review: ${file}`);
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
  const ahead = await cloud.setPace(1);
  title('Up until Ctrl-C');
  say(`its clock runs as fast as yours from now on, ${(ahead / 60).toFixed(0)} minutes ahead of it`);
  say('point an SDK or the AWS CLI at it:');
  for (const [name, value] of Object.entries(cloud.clientEnvironment)) console.log(`export ${name}=${value}`);
  say('Ctrl-C stops it');
  kept = true;
  await new Promise((resolve) => interrupted.signal.addEventListener('abort', resolve));
}

/** A failed run leaves its folder, so that the files named here are there. */
function withLogs(error: unknown, run: string): unknown {
  const logs = logsOf(run);
  if (logs.length === 0) rmSync(run, { recursive: true, force: true });
  else console.error(`\nLogs, until the next npm start:\n  ${logs.join('\n  ')}`);
  return error;
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

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : String(error.stack)}`);
  process.exitCode = 1;
});
