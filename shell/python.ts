import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { locked } from './lock';
import { Problem } from './problem';
import { type Finished, run } from './processes';

const UV = 'uv==0.9.11';
const CANDIDATES = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
/** Prints the version even where it then fails. */
const PROBE = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); import venv, ensurepip';
const IDENTITY = 'import os, sys; print(sys.version); print(os.path.realpath(sys.executable))';
const UNREACHABLE =
  /connection broken by|NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|name resolution|Name or service not known|Network is unreachable/i;

/**
 * The interpreter of a virtual environment that holds exactly these requirements; made when it is not there yet, when
 * the requirements have changed, or when the Python it was made of is another one or gone. Processes that want the same
 * one at the same time make it once.
 *
 * @param folder where the environment lives; another one there is replaced
 * @param requirements requirements files, in order
 * @param env where the tools are found, and what they are told
 * @throws Problem without a fitting Python, without the packages' index, when the tools fail, or when interrupted
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
  const isComplete = async () => {
    if (!existsSync(stamp)) return false;
    const identity = await identityOf(python, env);
    return identity !== undefined && readFileSync(stamp, 'utf8') === `${wanted}\n${identity}`;
  };
  if (await isComplete()) return python;

  const wait = () => say('another run is making the Python environment, waiting');
  await locked(folder, wait, async (check) => {
    if (await isComplete()) return;
    say('making a Python environment (once)');
    const base = await findPython(env);
    rmSync(folder, { recursive: true, force: true });
    const { code, lines } = await run(base, ['-m', 'venv', folder], { env });
    if (code !== 0) throw new Problem(`${base} -m venv failed: ${lastError(lines)}`);
    await install(python, requirements, say, env);
    check();
    writeFileSync(`${stamp}.new`, `${wanted}\n${String(await identityOf(python, env))}`);
    renameSync(`${stamp}.new`, stamp);
  });
  return python;
}

/** Version and real path of an interpreter, undefined when it does not start. */
async function identityOf(python: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const found = await tryRun(python, ['-c', IDENTITY], env);
  return found?.code === 0 ? found.lines.join('\n') : undefined;
}

async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const others: string[] = [];
  for (const candidate of CANDIDATES) {
    const found = await tryRun(candidate, ['-c', PROBE], env);
    const version = found?.lines.find((line) => /^\d+\.\d+\.\d+$/.test(line));
    if (!found || version === undefined) continue;
    if (found.code === 0 && /^3\.1[123]\./.test(version)) return candidate;
    others.push(`${candidate} is ${version}${found.code === 0 ? '' : ' without venv'}`);
  }
  throw new Problem(
    'Python 3.11, 3.12 or 3.13 with its venv module is needed; of ' +
      `${CANDIDATES.join(', ')} ${others.length > 0 ? `none fits: ${others.join(', ')}` : 'none is there'}: ` +
      'install one (on Debian: apt-get install python3 python3-venv)',
  );
}

/** Undefined when there is no such command. */
async function tryRun(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Finished | undefined> {
  return run(command, args, { env }).catch((error: unknown) => {
    if (error instanceof Problem) throw error;
    return undefined;
  });
}

/** uv takes seconds where pip takes half a minute; where uv cannot do it, pip does. */
async function install(
  python: string,
  requirements: string[],
  say: (line: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const files = requirements.flatMap((file) => ['--requirement', file]);
  const pip = async (...what: string[]) => {
    const options = ['--quiet', '--disable-pip-version-check', '--retries', '1'];
    const done = await run(python, ['-m', 'pip', 'install', ...options, ...what], { env });
    if (done.code !== 0 && done.lines.some((line) => UNREACHABLE.test(line))) {
      throw new Problem('Cannot reach the Python package index; connect, or set PIP_INDEX_URL to a mirror');
    }
    return done;
  };
  if ((await pip(UV)).code === 0) {
    const uv = join(dirname(python), 'uv');
    if ((await run(uv, ['pip', 'install', '--quiet', '--python', python, ...files], { env })).code === 0) return;
  }
  say('uv could not do it, trying pip');
  const { code, lines } = await pip(...files);
  if (code !== 0) throw new Problem(`pip install failed: ${lastError(lines)}`);
}

function lastError(lines: string[]): string {
  const told = lines.filter((line) => line.trim() !== '');
  return told.findLast((line) => /error/i.test(line)) ?? told.at(-1) ?? 'it said nothing';
}
