import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cdk } from '../shell/cdk';
import { LocalCloud } from './local-cloud';
import { tellPermissions } from './permissions';
import { linesOfResult } from './run-picture';
import { Problem, reasonOf } from '../shell/problem';
import { endAll, endAllOnSignals } from '../shell/processes';
import { pythonEnvironment } from '../shell/python';
import { readTrainArguments, type TrainArguments, USAGE } from './train-arguments';
import { TrainingRun } from './training-run';
import { logsOf, WorkFolder } from './work-folder';

const ROOT = join(__dirname, '..');
/** A minute here is half an hour there: fast, and slow enough for torch to start in minutes. */
const CLOCK_FACTOR = 30;
/** Enough work for Spot to come and go. */
const EPOCHS = '10';
const ROWS = 4000;
const FEATURES = 8;

async function main(): Promise<void> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const given = readTrainArguments(process.argv.slice(2), process.env);
  if (given.help) {
    console.log(USAGE);
    return;
  }
  endAllOnSignals((signal) => {
    console.error(`\n${signal}: stopping`);
    process.exitCode = 130;
  });
  const work = new WorkFolder(given.workDir);
  const run = work.newRun();
  try {
    await launch(given, work, run);
  } catch (error) {
    const logs = logsOf(run);
    if (process.exitCode === 130) {
      rmSync(run, { recursive: true, force: true });
      console.error('everything that was started is stopped');
    } else if (logs.length > 0) console.error(`\nLogs, until the next start:\n  ${logs.join('\n  ')}`);
    throw error;
  }
  rmSync(run, { recursive: true, force: true });
}

async function launch(given: TrainArguments, work: WorkFolder, run: string): Promise<void> {
  title('Python environment');
  const python = await pythonEnvironment(work.venv, [join(ROOT, 'local', 'requirements.txt')], say);

  title('Local cloud');
  const cloud = await LocalCloud.start({
    python,
    stateDir: run,
    cacheDir: work.images,
    clockFactor: CLOCK_FACTOR,
  });
  try {
    say(`listening on ${cloud.endpoint}, its clock runs ${CLOCK_FACTOR} times as fast as yours`);
    // Now, and not after a deployment: it may be wrong. It begins anew when the run does.
    if (given.trace !== undefined) await cloud.setTraining({ spot: { trace: given.trace } });
    await Promise.race([cloud.ended, train(cloud, given, work, run)]);
  } finally {
    await cloud.stop();
    await endAll();
  }
}

async function train(cloud: LocalCloud, given: TrainArguments, work: WorkFolder, run: string): Promise<void> {
  const { TrainingMachine: machine, TrainingData: data } = await deploy(cloud, given.environment, run);
  if (machine === undefined || data === undefined) {
    throw new Problem(`environment ${given.environment} trains nothing: give it "training" in its file of config/`);
  }
  title('Run');
  const training = new TrainingRun(cloud, say);
  await training.upload(data, 'rows.csv', given.data === undefined ? madeUp() : readFileSync(given.data, 'utf8'));
  if (given.trace !== undefined) await cloud.setTraining({ spot: { trace: given.trace } });
  const result = await training.run(machine, { epochs: EPOCHS, ...given.hyperparameters }).catch(withHint);

  title('Result');
  for (const line of linesOfResult(result)) say(line);
  title('Permissions');
  await tellPermissions(cloud, work.access, say);
}

/** Hours pass here in minutes, which is more than a busy machine keeps up with. */
function withHint(error: unknown): never {
  if (!(error instanceof Problem) || !error.message.includes('RuntimeLimit')) throw error;
  throw new Problem(
    `${error.message}\nThis machine trains too slowly for the clock of the local cloud: try fewer epochs, --set epochs=5`,
  );
}

async function deploy(cloud: LocalCloud, environment: string, run: string): Promise<Record<string, string>> {
  const assembly = join(run, 'cdk.out');
  title('Synth, bootstrap and images');
  await cdk(['synth', '--quiet', '--output', assembly], cloud.cliEnvironment);
  refuseBatch(assembly, environment);
  await cdk(['bootstrap', `aws://${cloud.account}/${cloud.region}`, '--app', assembly], cloud.cliEnvironment);
  await cloud.publishImages(assembly, say, { readyToTrain: true });

  title(`Deploy of ${environment}/training, and what it stands on`);
  const outputs = join(run, 'outputs.json');
  const where = ['--app', assembly, `${environment}/training`, '--outputs-file', outputs];
  await cdk(['deploy', ...where, '--require-approval', 'never', '--concurrency', '2'], cloud.cliEnvironment);
  const stacks = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>;
  return Object.assign({}, ...Object.values(stacks)) as Record<string, string>;
}

/** Batch is none of the services that are emulated. */
function refuseBatch(assembly: string, environment: string): void {
  const folder = join(assembly, `assembly-${environment}`);
  const templates = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.template.json')) : [];
  if (templates.some((file) => readFileSync(join(folder, file), 'utf8').includes('"AWS::Batch::'))) {
    throw new Problem(
      `environment ${environment} trains on AWS Batch, which this machine has none of, allowed are environments whose ` +
        'training.engine is "sagemaker"',
    );
  }
}

/** Rows of two classes, the same at every start: whether the sum of the features is above 0. */
function madeUp(): string {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const features = Array.from({ length: FEATURES }, (__, at) => Math.sin((row + 1) * (at + 1) * 12.9898) * 2);
    const above = features.reduce((sum, value) => sum + value, 0) > 0;
    return [above ? 1 : 0, ...features.map((value) => value.toFixed(4))].join(',');
  });
  return `${rows.join('\n')}\n`;
}

const started = Date.now();

function title(text: string): void {
  console.log(`\n${text}  [${((Date.now() - started) / 1000).toFixed(0)} s]`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

main().catch((error: unknown) => {
  if (process.exitCode === 130) return;
  console.error(`\n${error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : (error.stack ?? '')}`);
  process.exitCode = 1;
});
