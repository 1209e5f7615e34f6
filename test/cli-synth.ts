import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../shell/processes';

const ROOT = join(__dirname, '..');

export interface SynthOptions {
  /** Where the app stands. */
  readonly root?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Synthesises every environment as the CDK CLI does, into a new folder, and returns that folder. */
export async function synth({ root = ROOT, env = {} }: SynthOptions = {}): Promise<string> {
  const output = mkdtempSync(join(tmpdir(), 'slipway-synth-'));
  const cli = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const { code, lines } = await run(process.execPath, [cli, 'synth', '--quiet', '--no-notices', '--output', output], {
    cwd: root,
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', ...env },
  });
  if (code !== 0) {
    rmSync(output, { recursive: true });
    throw new Error(`cdk synth ended with ${String(code)}:\n${lines.join('\n')}`);
  }
  return output;
}
