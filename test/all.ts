import { join } from 'node:path';
import { endAllOnSignals, run } from '../shell/processes';
import { pythonEnvironment } from '../shell/python';
import { reasonOf } from '../shell/problem';

/*
 * `npm test`: everything, one step after the other, in the order of what fails fastest. Each step prints its output only
 * when it fails. `npm test -- unit e2e` runs the steps of these names.
 */

const ROOT = join(__dirname, '..');
const WORK = join(ROOT, '.slipway');

/**
 * Python environments, each with its requirements: what runs the local cloud, that with the test tools, and the image's
 * own, which never meets the others in production either.
 */
const PYTHON = {
  venv: ['local/requirements.txt'],
  'venv-dev': ['local/requirements-dev.txt'],
  'venv-scorer': ['images/scorer/training/requirements.txt', 'images/scorer/tests/requirements.txt'],
  'venv-trainer': ['images/trainer/requirements.txt', 'images/trainer/tests/requirements.txt'],
};
type Python = keyof typeof PYTHON;

/** Without what torch needs of NVIDIA's: gigabytes that nothing calls here. `local/torch_on_cpu.py` stands in for it. */
const WITHOUT_CUDA = { UV_EXCLUDE: join(ROOT, 'images/trainer/requirements.cuda.txt'), PIP_NO_DEPS: '1' };

interface Step {
  readonly name: string;
  readonly what: string;
  readonly command: string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The Python environments that it needs. */
  readonly python?: Python[];
  /** Left out of a plain `npm test` where `CI` is not set; its name runs it anywhere. */
  readonly onlyInCi?: boolean;
}

const node = (...script: string[]) => [process.execPath, ...script];
const bin = (name: string) => join(ROOT, 'node_modules', name);
const jest = (project: string, ...options: string[]) =>
  node(bin('jest/bin/jest.js'), `--selectProjects=${project}`, ...options);
const python = (environment: Python, name: string) => join(WORK, environment, 'bin', name);
const pytest = (environment: Python, tests: string) => [
  python(environment, 'python'),
  ...['-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests],
];

const STEPS: Step[] = [
  { name: 'types', what: 'TypeScript compiles', command: node(bin('typescript/bin/tsc'), '-p', '.') },
  { name: 'lint', what: 'ESLint has no finding', command: node(bin('eslint/bin/eslint.js'), '--cache', '.') },
  {
    name: 'format',
    what: 'Prettier has no finding',
    command: node(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  },
  {
    name: 'ruff',
    what: 'ruff has no finding',
    command: [python('venv-dev', 'ruff'), 'check', '.'],
    python: ['venv-dev'],
  },
  {
    name: 'ruff-format',
    what: 'Python is formatted',
    command: [python('venv-dev', 'ruff'), 'format', '--check', '.'],
    python: ['venv-dev'],
  },
  { name: 'mypy', what: 'Python types hold', command: [python('venv-dev', 'mypy')], python: ['venv-dev'] },
  {
    name: 'generate',
    what: 'generated tables are fresh',
    command: pytest('venv-dev', 'test/generate'),
    python: ['venv-dev'],
  },
  { name: 'unit', what: 'unit tests', command: jest('unit'), env: { CDK_VALIDATION: 'false' } },
  {
    name: 'jsii',
    what: 'the library is built, by jsii',
    command: ['npm', 'run', 'build'],
    env: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  },
  {
    name: 'floor',
    what: 'the same templates on the lowest aws-cdk-lib',
    command: jest('floor', '--runInBand'),
  },
  {
    name: 'gate',
    what: 'templates: rules, cfn-lint, golden, same bytes',
    command: jest('gate', '--runInBand'),
    python: ['venv-dev'],
  },
  {
    name: 'scorer',
    what: 'the scorer image and its models',
    command: pytest('venv-scorer', 'images/scorer/tests'),
    python: ['venv-scorer'],
  },
  {
    name: 'trainer',
    what: 'the trainer image, killed five times',
    command: pytest('venv-trainer', 'images/trainer/tests'),
    python: ['venv-trainer'],
  },
  {
    name: 'batch-entry',
    what: 'what stands before a trainer on AWS Batch',
    command: pytest('venv-dev', 'images/trainer/batch_entry/tests'),
    env: { PYTHONPATH: join(ROOT, 'images', 'trainer') },
    python: ['venv-dev'],
  },
  {
    name: 'resume',
    what: 'training killed fifty times ends as if it had not been',
    command: [python('venv-trainer', 'python'), join(ROOT, 'bench', 'trainer_resume.py'), '--kills', '50'],
    python: ['venv-trainer'],
    onlyInCi: true,
  },
  { name: 'local', what: 'the local cloud', command: pytest('venv-dev', 'test/local'), python: ['venv-dev'] },
  { name: 'e2e', what: 'deploy, change, break, train, destroy', command: jest('e2e', '--runInBand'), python: ['venv'] },
];

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(`no step ${unknown.join(', ')}, known are ${STEPS.map(({ name }) => name).join(', ')}`);
  }
  endAllOnSignals((signal) => console.error(`\n${signal}: stopping`));

  const failed: string[] = [];
  const isPlain = (step: Step) => wanted.length === 0 && (!step.onlyInCi || process.env.CI !== undefined);
  const steps = STEPS.filter((step) => isPlain(step) || wanted.includes(step.name));
  for (const environment of new Set(steps.flatMap((step) => step.python ?? []))) await make(environment);
  for (const step of steps) if (!(await passes(step))) failed.push(step.name);

  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  console.log(`\n${steps.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

async function make(environment: Python): Promise<void> {
  const requirements = PYTHON[environment].map((file) => join(ROOT, file));
  const say = (line: string) => console.log(`${environment}: ${line}`);
  const env = { ...process.env, ...(environment === 'venv-trainer' ? WITHOUT_CUDA : {}) };
  const made = await pythonEnvironment(join(WORK, environment), requirements, say, env);
  if (environment !== 'venv-trainer') return;
  const { code, lines } = await run(made, [join(ROOT, 'local', 'torch_on_cpu.py'), made]);
  if (code !== 0) throw new Error(lines.join('\n'));
}

async function passes({ name, what, command, env }: Step): Promise<boolean> {
  const started = Date.now();
  process.stdout.write(`${name.padEnd(12)} ${what} ... `);
  const [file = '', ...args] = command;
  const { code, lines } = await run(file, args, { cwd: ROOT, env: { ...process.env, ...env } });
  console.log(`${code === 0 ? 'passed' : 'FAILED'}, ${((Date.now() - started) / 1000).toFixed(0)} s`);
  const told = code === 0 ? lines.filter((line) => /^(Tests:|\d+ passed)/.test(line)) : lines;
  for (const line of told) console.log(`  ${line}`);
  return code === 0;
}

if (process.platform !== 'linux') console.log('Tests that look at processes need /proc of Linux: skipped here');

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
