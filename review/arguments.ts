import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem, reasonOf } from '../shell/problem';
import { CONDITIONS, type Condition } from './fail-on';

const ROOT = join(__dirname, '..');
const DEFAULT_OUT = join('.slipway', 'review.md');

export const USAGE = `npm run review [-- [--base BASE] [--app DIR] [--out FILE] [--fail-on WORD,...]]

Says what a change does: what it adds, replaces and destroys, who may do more, which data is at risk.
  --base BASE      what to compare with: a folder that cdk synth has written, or a git commit, branch or tag of
                   this repository, which is then synthesised (default: nothing, an inventory only)
  --app DIR        a folder that cdk synth has written, of any CDK app (default: this app, synthesised now)
  --out FILE       where the whole review is written, as Markdown (default: ${DEFAULT_OUT})
  --fail-on WORDS  end with 1 when one of these is in the change:
${CONDITIONS.map(({ word, means }) => `                   ${word.padEnd(16)} ${means}`).join('\n')}
  --help           say this

Ends with 0, with 1 for what --fail-on names, with 2 when there is no review.
`;

export interface Arguments {
  readonly base?: string;
  /** This app when left out. */
  readonly app?: string;
  readonly out: string;
  readonly failOn: Condition[];
  readonly help: boolean;
}

/**
 * What stands behind `npm run review --`.
 *
 * @throws Problem for what is not allowed
 */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments {
  for (const name of ['base', 'app', 'out', 'fail-on']) {
    if (env[`npm_config_${name.replace('-', '_')}`] === undefined) continue;
    throw new Problem(`npm took --${name} for itself: write npm run review -- --${name}`);
  }
  const { base, app, out, help, 'fail-on': words } = parse(args);
  const failOn = words.flatMap((list) => list.split(',')).map((word) => conditionOf(word.trim()));
  const comparing = failOn.find(({ comparesWithBase }) => comparesWithBase);
  if (comparing && base === undefined && !help) {
    throw new Problem(`--fail-on ${comparing.word} needs something to compare with: give --base as well`);
  }
  return { base, app, out, failOn, help };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        base: { type: 'string' },
        app: { type: 'string' },
        out: { type: 'string', default: join(ROOT, DEFAULT_OUT) },
        'fail-on': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${reasonOf(error)}\n\n${USAGE}`);
  }
}

function conditionOf(word: string): Condition {
  const found = CONDITIONS.find((condition) => condition.word === word);
  if (found) return found;
  throw new Problem(`--fail-on has "${word}", known are ${CONDITIONS.map((condition) => condition.word).join(', ')}`);
}
