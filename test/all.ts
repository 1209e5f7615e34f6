import { join } from 'node:path';
import { run } from '../local/processes';
import { pythonEnvironment } from '../local/python';
import { reasonOf } from '../local/problem';

/*
 * `npm test`: everything, one step after the other, in the order of what fails fastest. Each step prints its output only
 * when it fails. `npm test -- unit e2e` runs the steps of these names.
 */

const ROOT = join(__dirname, '..');
const WORK = join(ROOT, '.slipway');
const DEV = join(WORK, 'venv-dev', 'bin');
const SCORER = join(WORK, 'venv-scorer', 'bin');

interface Step {
  readonly name: string;
  readonly what: string;
  readonly command: string[];
  readonly env?: NodeJS.ProcessEnv;
}

const node = (...script: string[]) => [process.execPath, ...script];
const bin = (name: string) => join(ROOT, 'node_modules', name);
const jest = (project: string) => node(bin('jest/bin/jest.js'), `--selectProjects=${project}`);

const STEPS: Step[] = [
  { name: 'types', what: 'TypeScript compiles', command: node(bin('typescript/bin/tsc'), '-p', '.') },
  { name: 'lint', what: 'ESLint has no finding', command: node(bin('eslint/bin/eslint.js'), '--cache', '.') },
  {
    name: 'format',
    what: 'Prettier has no finding',
    command: node(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  },
  { name: 'ruff', what: 'ruff has no finding', command: [join(DEV, 'ruff'), 'check', '.'] },
  { name: 'ruff-format', what: 'Python is formatted', command: [join(DEV, 'ruff'), 'format', '--check', '.'] },
  { name: 'mypy', what: 'Python types hold', command: [join(DEV, 'mypy')] },
  { name: 'unit', what: 'unit tests', command: jest('unit'), env: { CDK_VALIDATION: 'false' } },
  {
    name: 'jsii',
    what: 'the library compiles with jsii',
    command: node(
      bin('jsii/bin/jsii'),
      '--generate-tsconfig',
      'tsconfig.jsii.json',
      '--Werr',
      '--silence-warnings',
      'JSII6',
    ),
    env: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  },
  { name: 'gate', what: 'templates: rules, cfn-lint, golden, same bytes', command: jest('gate') },
  { name: 'scorer', what: 'the scorer image and its models', command: pytest(SCORER, 'images/scorer/tests') },
  { name: 'local', what: 'the local cloud', command: pytest(DEV, 'test/local') },
  { name: 'e2e', what: 'deploy, change, break, destroy', command: jest('e2e') },
];

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(`no step ${unknown.join(', ')}, known are ${STEPS.map(({ name }) => name).join(', ')}`);
  }
  await environments();

  const failed: string[] = [];
  const steps = STEPS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const step of steps) if (!(await passes(step))) failed.push(step.name);

  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  console.log(`\n${steps.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Test tools in one environment, the image's own requirements in another, as they never meet in production either. */
async function environments(): Promise<void> {
  const say = (line: string) => console.log(`  ${line}`);
  console.log('Python environments');
  const at = (...path: string[]) => join(ROOT, ...path);
  await pythonEnvironment(join(WORK, 'venv'), [at('local', 'requirements.txt')], say);
  await pythonEnvironment(
    join(WORK, 'venv-dev'),
    [at('local', 'requirements.txt'), at('local', 'requirements-dev.txt')],
    say,
  );
  await pythonEnvironment(
    join(WORK, 'venv-scorer'),
    [at('images', 'scorer', 'training', 'requirements.txt'), at('images', 'scorer', 'tests', 'requirements.txt')],
    say,
  );
}

function pytest(environment: string, tests: string): string[] {
  return [join(environment, 'python'), '-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests];
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

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
