import { join } from 'node:path';
import { CONDITIONS, type Condition } from './fail-on';
import { readOptions } from '../shell/options';
import { Problem } from '../shell/problem';

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
  const {
    base,
    app,
    out,
    help,
    'fail-on': words,
  } = readOptions(
    { name: 'npm run review', usage: USAGE },
    {
      base: { type: 'string' },
      app: { type: 'string' },
      out: { type: 'string', default: join(ROOT, DEFAULT_OUT) },
      'fail-on': { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
    args,
    env,
  );
  const failOn = words.flatMap((list) => list.split(',')).map((word) => conditionOf(word.trim()));
  const comparing = failOn.find(({ comparesWithBase }) => comparesWithBase);
  if (comparing && base === undefined && !help) {
    throw new Problem(`--fail-on ${comparing.word} needs something to compare with: give --base as well`);
  }
  return { base, app, out, failOn, help };
}

function conditionOf(word: string): Condition {
  const found = CONDITIONS.find((condition) => condition.word === word);
  if (found) return found;
  throw new Problem(`--fail-on has "${word}", known are ${CONDITIONS.map((condition) => condition.word).join(', ')}`);
}
