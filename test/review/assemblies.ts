import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, Stack } from 'aws-cdk-lib';
import { type Comparison } from '../../review/comparison';
import { review, type Review } from '../../review/review';

// Two synths a test, on a machine that may have other work.
jest.setTimeout(60_000);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder that goes when the tests of a file are done. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-review-test-'));
  folders.push(folder);
  return folder;
}

/** What the CDK CLI tells an app. */
const CLI = { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true };

/** The assembly of an app of plain CDK constructs. */
export function assemblyOf(build: (app: App) => void): string {
  const outdir = scratch();
  const app = new App({ outdir, context: CLI, analyticsReporting: false });
  build(app);
  app.synth();
  return outdir;
}

/** The assembly of an app with one stack, `Shop`. */
export function stackOf(build: (stack: Stack) => void, env?: Environment): string {
  return assemblyOf((app) => build(new Stack(app, 'Shop', { env })));
}

export async function reviewed(before: string, after: string): Promise<Review & { comparison: Comparison }> {
  const found = await review({ directory: after, label: 'the change' }, { directory: before, label: 'the base' });
  if (!found.comparison) throw new Error('there is a base, and no comparison');
  return { ...found, comparison: found.comparison };
}

/** How two apps of one stack differ. */
export async function compared(before: (stack: Stack) => void, after: (stack: Stack) => void): Promise<Comparison> {
  return (await reviewed(stackOf(before), stackOf(after))).comparison;
}
