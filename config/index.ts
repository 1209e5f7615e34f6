import { dev } from './dev';
import type { Environment } from './environment';
import { checkEnvironment } from './environment-rules';
import { local } from './local';
import { prod } from './prod';
import { staging } from './staging';

const environments = { local, dev, staging, prod };

export type { Environment } from './environment';
export type EnvironmentName = keyof typeof environments;

export const environmentNames = Object.keys(environments) as readonly EnvironmentName[];

/**
 * The checked environment of that name.
 *
 * @throws Error when the name is not known, or with one line for each problem in its file.
 */
export function environment(name: string): Environment {
  const known = environmentNames.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new Error(`environment ${JSON.stringify(name)} is not known, known are ${environmentNames.join(', ')}`);
  }
  return checkEnvironment(known, environments[known]);
}
