import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem, reasonOf } from '../shell/problem';

const ROOT = join(__dirname, '..');

export const USAGE = `npm start [-- [--keep] [--port NUMBER] [--work-dir DIR]]

Deploys the environment "local" to emulators on this machine, and sends its endpoint a request.
  --keep          leave everything up afterwards, until Ctrl-C
  --port NUMBER   loopback port of the emulators (default: a free one)
  --work-dir DIR  where Python environments and what belongs to a run are kept (default: .slipway)
  --help          say this
`;

export interface Arguments {
  readonly keep: boolean;
  /** A free one when left out. */
  readonly port?: number;
  readonly workDir: string;
  readonly help: boolean;
}

/**
 * What stands behind `npm start --`.
 *
 * @throws Problem for what is not allowed
 */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments {
  for (const name of ['keep', 'port', 'work-dir']) {
    if (env[`npm_config_${name.replace('-', '_')}`] === undefined) continue;
    throw new Problem(`npm took --${name} for itself: write npm start -- --${name}`);
  }
  const { keep, port, help, 'work-dir': workDir } = parse(args);
  return { keep, port: port === undefined ? undefined : portOf(port), workDir, help };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        keep: { type: 'boolean', default: false },
        port: { type: 'string' },
        'work-dir': { type: 'string', default: join(ROOT, '.slipway') },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${reasonOf(error)}\n\n${USAGE}`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new Problem(`--port is "${text}", allowed are 1 to 65535`);
  }
  return port;
}
