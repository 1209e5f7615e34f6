import { join } from 'node:path';
import { readOptions } from '../shell/options';
import { Problem } from '../shell/problem';

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
  const {
    keep,
    port,
    help,
    'work-dir': workDir,
  } = readOptions(
    { name: 'npm start', usage: USAGE },
    {
      keep: { type: 'boolean', default: false },
      port: { type: 'string' },
      'work-dir': { type: 'string', default: join(ROOT, '.slipway') },
      help: { type: 'boolean', default: false },
    },
    args,
    env,
  );
  return { keep, port: port === undefined ? undefined : portOf(port), workDir, help };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new Problem(`--port is "${text}", allowed are 1 to 65535`);
  }
  return port;
}
