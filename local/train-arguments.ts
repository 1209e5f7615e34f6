import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from '../shell/options';
import { Problem } from '../shell/problem';

const ROOT = join(__dirname, '..');

export const USAGE = `npm run train [-- [--env NAME] [--trace FILE] [--data FILE] [--set NAME=VALUE]... [--work-dir DIR]]

Deploys the training stack of an environment to emulators on this machine, starts a run, and shows how it goes: what the
job does, and what is decided at each poll, and why. Half an hour there takes a minute here.
  --env NAME        environment (default: local)
  --trace FILE      when there is Spot capacity: docs/local-cloud.md#spot-capacity (default: always)
  --data FILE       CSV to train on, the class first, without a header (default: two classes that are made up)
  --set NAME=VALUE  hyperparameter of images/trainer, such as epochs=20; as often as you like
  --work-dir DIR    where Python environments and what belongs to a run are kept (default: .slipway)
  --help            say this
`;

export interface TrainArguments {
  readonly environment: string;
  readonly trace?: string;
  readonly data?: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly workDir: string;
  readonly help: boolean;
}

/**
 * What stands behind `npm run train --`.
 *
 * @throws Problem for what is not allowed
 */
export function readTrainArguments(args: string[], env: NodeJS.ProcessEnv): TrainArguments {
  const given = readOptions(
    { name: 'npm run train', usage: USAGE },
    {
      env: { type: 'string', default: 'local' },
      trace: { type: 'string' },
      data: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      'work-dir': { type: 'string', default: join(ROOT, '.slipway') },
      help: { type: 'boolean', default: false },
    },
    args,
    env,
  );
  for (const name of ['trace', 'data'] as const) {
    const file = given[name];
    if (file !== undefined && !existsSync(file)) throw new Problem(`--${name} is ${file}, and there is no such file`);
  }
  return {
    environment: given.env,
    trace: given.trace,
    data: given.data,
    hyperparameters: Object.fromEntries(given.set.map(pairOf)),
    workDir: given['work-dir'],
    help: given.help,
  };
}

function pairOf(text: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Problem(`--set is "${text}", allowed is NAME=VALUE`);
  return [name, value];
}
