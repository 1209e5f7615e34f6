import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames } from '../../config';
import { synth } from '../cli-synth';
import { render } from './render';

/** Writes the golden templates anew: `npm run golden`. Read the difference before you commit it. */
async function main(): Promise<void> {
  const assembly = await synth();
  for (const name of environmentNames) writeFileSync(join(__dirname, `${name}.yaml`), render(assembly, name));
}

void main();
