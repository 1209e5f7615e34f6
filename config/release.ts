import type * as z from 'zod';
import type { EnvironmentName } from '.';
import { check, fields } from './check';
import * as field from './fields';
import dev from './releases/dev.json';
import local from './releases/local.json';
import prod from './releases/prod.json';
import staging from './releases/staging.json';

/** Imported, not read, so that synth does no I/O. */
const files: Readonly<Record<EnvironmentName, unknown>> = { local, dev, staging, prod };

const version = fields({
  /** SHA-256 of the model archive, 64 lower-case hexadecimal digits. */
  archiveSha256: field.sha256,
  /** Asset hash of the image that serves it, as the CDK computes it. */
  imageAssetHash: field.sha256,
  /** SageMaker instance type that it was tried on. */
  instanceType: field.instanceType,
});

const schema = fields({
  /** The version that carries the traffic. */
  stable: version,
});

/** What stands in `config/releases/<environment>.json`: checked, immutable. */
export type Release = z.infer<typeof schema>;

/** @throws Error with one line for each problem: file, field path, what was given, what is allowed. */
export const checkRelease = (environmentName: string, value: unknown): Release =>
  check(`config/releases/${environmentName}.json`, schema, value);

/**
 * The checked release of an environment.
 *
 * @throws Error when it has none, or with one line for each problem in its file.
 */
export function release(environmentName: string): Release {
  const file = Object.entries(files).find(([name]) => name === environmentName)?.[1];
  if (file === undefined) {
    throw new Error(
      `config/releases/${environmentName}.json is missing, known are ${Object.keys(files).join(', ')}: ` +
        `write it with \`npm run release:pin -- ${environmentName}\` and import it in config/release.ts`,
    );
  }
  return checkRelease(environmentName, file);
}
