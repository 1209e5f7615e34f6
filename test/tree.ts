import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../shell/processes';

const ROOT = join(__dirname, '..');
const SOURCES = ['bin', 'lib', 'constructs', 'config', 'images', 'shell', 'cdk.json', 'package.json', 'tsconfig.json'];

/** A copy of what the app is made of, in another folder. */
export function copyOfTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-tree-'));
  for (const source of SOURCES) cpSync(join(ROOT, source), join(folder, source), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Replaces text that stands in the file exactly once. */
export function edit(tree: string, file: string, from: string, to: string): void {
  const path = join(tree, file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file} holds "${from}" ${parts.length - 1} times, not once`);
  writeFileSync(path, parts.join(to));
}

/** `npm run release:pin` in the copy. */
export async function pinRelease(tree: string): Promise<void> {
  const { code, lines } = await run(process.execPath, ['--import', 'tsx', 'bin/release-pin.ts', '--all'], {
    cwd: tree,
  });
  if (code !== 0) throw new Error(lines.join('\n'));
}
