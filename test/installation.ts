import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { run } from '../shell/processes';
import { name } from '../package.json';

const ROOT = join(__dirname, '..');

/**
 * A folder as a user of the library has it: packages from npm at exactly these versions, and the library as it is
 * packed, in `node_modules`. A link in `constructs/` leads there, where the sources of this repository look for it, so
 * that they run unchanged.
 *
 * @throws Error when npm cannot install the packages
 */
export async function installation(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (Object.keys(packages).length > 0) await install(folder, packages);
  await pack(folder);
}

/** Once: a folder that has these versions already is used again. */
async function install(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  const manifest = `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`;
  const done = join(folder, 'installed.json');
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return;

  for (const old of ['installed.json', 'node_modules', 'package-lock.json']) {
    rmSync(join(folder, old), { recursive: true, force: true });
  }
  writeFileSync(join(folder, 'package.json'), manifest);
  const { code, lines } = await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  if (code !== 0) {
    const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
    throw new Error(
      `npm cannot install ${wanted.join(', ')} into ${folder}. They are fetched from the registry once, and that needs ` +
        `a network:\n${lines.join('\n')}`,
    );
  }
  writeFileSync(done, manifest);
}

async function pack(folder: string): Promise<void> {
  if (!isBuilt()) await succeed('npm', ['run', 'build'], ROOT);
  const packed = join(folder, 'packed');
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed);
  await succeed('npm', ['pack', '--pack-destination', packed], ROOT);
  const [archive = ''] = readdirSync(packed);
  await succeed('tar', ['-xzf', archive], packed);
  const library = join(folder, 'node_modules', name);
  const constructs = join(folder, 'constructs');
  for (const old of [library, constructs]) rmSync(old, { recursive: true, force: true });
  cpSync(join(packed, 'package'), library, { recursive: true });
  symlinkSync(join(library, 'build', 'constructs'), constructs, 'dir');
}

/** jsii writes `.jsii` last. Anything newer was not built. */
function isBuilt(): boolean {
  const built = join(ROOT, '.jsii');
  if (!existsSync(built) || !existsSync(join(ROOT, 'build', 'constructs'))) return false;
  const sources = readdirSync(join(ROOT, 'constructs'), { recursive: true, encoding: 'utf8' });
  const newest = ['package.json', ...sources.map((file) => join('constructs', file))].map(
    (file) => statSync(join(ROOT, file)).mtimeMs,
  );
  return Math.max(...newest) < statSync(built).mtimeMs;
}

async function succeed(command: string, args: string[], cwd: string): Promise<void> {
  const { code, lines } = await run(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${lines.join('\n')}`);
}
