import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { reasonOf } from './problem';

/*
 * `node --import tsx shell/handlers.ts`: bundles each `constructs/<area>/<name>.lambda.ts` with what it imports, the AWS
 * SDK included, into `build/handlers/<area>/<name>/index.js`. What is built already stays untouched.
 */

const ROOT = join(__dirname, '..');
const HANDLER = /^(.+)\.lambda\.ts$/;

/** Bundles every handler of the library. The same sources give the same bytes. */
export async function buildHandlers(): Promise<void> {
  const constructs = join(ROOT, 'constructs');
  const names = readdirSync(constructs, { recursive: true, encoding: 'utf8' })
    .map((file) => HANDLER.exec(file)?.[1])
    .filter((name) => name !== undefined);
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => ({ in: join(constructs, `${name}.lambda.ts`), out: join(name, 'index') })),
    outdir: join(ROOT, 'build', 'handlers'),
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    // Node 20 is the oldest on which the local cloud runs them.
    target: 'node20',
    mainFields: ['module', 'main'],
    // Names too: what is left of them holds the paths of packages, which differ from folder to folder.
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  for (const { path, contents } of outputFiles) put(path, contents);
}

/** Whole or not at all: tests that run beside each other read these files. */
function put(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

if (require.main === module) {
  buildHandlers().catch((error: unknown) => {
    console.error(reasonOf(error));
    process.exitCode = 1;
  });
}
