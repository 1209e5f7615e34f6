import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Problem, reasonOf } from './problem';

/** A command of package.json that takes options. */
export interface Command {
  /** As it is typed: `npm run review`. */
  readonly name: string;
  readonly usage: string;
}

/** npm has options of these names too: they may be meant for it. */
const OF_NPM_TOO = ['help', 'json'];

/**
 * The options behind `--`.
 *
 * @throws Problem for what is not allowed, and for an option that npm took because `--` was left out
 */
export function readOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  { name: command, usage }: Command,
  options: T,
  args: string[],
  env: NodeJS.ProcessEnv,
) {
  for (const name of Object.keys(options)) {
    if (OF_NPM_TOO.includes(name) || env[`npm_config_${name.replaceAll('-', '_')}`] === undefined) continue;
    throw new Problem(`npm took --${name} for itself: write ${command} -- --${name}`);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Problem(`${reasonOf(error)}\n\n${usage}`);
  }
}
