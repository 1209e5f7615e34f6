import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from './problem';
import { type Finished, run } from './processes';

const UV = 'uv==0.9.11';
const CANDIDATES = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
const KNOWN_VERSIONS = 'import sys, venv, ensurepip; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))';

/**
 * The interpreter of a virtual environment that holds exactly these requirements; made when it is not there yet.
 *
 * @param folder where the environment lives; another one beside it is replaced when the requirements change
 * @param requirements requirements files, in order
 * @param env where the tools are found, and what they are told
 */
export async function pythonEnvironment(
  folder: string,
  requirements: string[],
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, '.requirements');
  const wanted = createHash('sha256')
    .update(requirements.map((file) => readFileSync(file, 'utf8')).join('\0'))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;

  say('making a Python environment (once)');
  const base = await findPython(env);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await must(`${base} -m venv`, run(base, ['-m', 'venv', folder], { env }));
  await install(python, requirements, say, env);
  writeFileSync(`${stamp}.new`, wanted);
  renameSync(`${stamp}.new`, stamp);
  return python;
}

async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  for (const candidate of CANDIDATES) {
    const found = await run(candidate, ['-c', KNOWN_VERSIONS], { env }).catch(() => undefined);
    if (found?.code === 0) return candidate;
  }
  throw new Problem(
    `Python 3.11, 3.12 or 3.13 with its venv module is needed, and none of ${CANDIDATES.join(', ')} is one: ` +
      'install it (on Debian: apt-get install python3 python3-venv)',
  );
}

/** uv takes seconds where pip takes half a minute; where uv cannot be had, pip does. */
async function install(
  python: string,
  requirements: string[],
  say: (line: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const files = requirements.flatMap((file) => ['--requirement', file]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const withUv =
    (await run(python, [...pip, UV], { env })).code === 0 &&
    (await run(join(dirname(python), 'uv'), ['pip', 'install', '--quiet', '--python', python, ...files], { env }))
      .code === 0;
  if (withUv) return;
  say('uv could not do it, trying pip');
  await must('pip install', run(python, [...pip, ...files], { env }));
}

async function must(what: string, running: Promise<Finished>): Promise<void> {
  const { code, lines } = await running;
  if (code === 0) return;
  const last = lines.filter((line) => line.trim() !== '').slice(-3);
  throw new Problem(`${what} failed (is there a network?): ${last.join(' | ') || `exit code ${String(code)}`}`);
}
