import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { context } from '../cdk.json';

const assemblies: string[] = [];
afterAll(() => {
  for (const folder of assemblies) rmSync(folder, { recursive: true });
});

/** An app with the feature flags of cdk.json, as the CDK CLI makes it. */
export function slipwayApp(): App {
  const outdir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  assemblies.push(outdir);
  return new App({ outdir, context, analyticsReporting: false });
}
