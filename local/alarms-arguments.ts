import { join, resolve } from 'node:path';
import { readOptions } from '../shell/options';
import { Problem } from '../shell/problem';

const ROOT = join(__dirname, '..');

export const ALARMS_USAGE = `npm run alarms -- --replay FILE [--template PATH] [--alarm ID] [--json]
npm run alarms -- --rules

Tells which alarm of which template would have gone off when, had CloudWatch seen the metrics of FILE.
  --replay FILE    recorded metrics, a CSV file (docs/alarms.md has its columns)
  --template PATH  a template, or a folder with templates in it or below it (default: cdk.out)
  --alarm ID       alarms with this logical id only
  --json           JSON instead of a table
  --rules          print the rules alarms are judged by, each with its source
  --help           say this
`;

/** What stands behind `npm run alarms --`: the arguments of `python -m local.alarms`, or undefined to say the usage. */
export function alarmsArguments(args: string[], env: NodeJS.ProcessEnv): string[] | undefined {
  const { replay, template, alarm, json, rules, help } = readOptions(
    { name: 'npm run alarms', usage: ALARMS_USAGE },
    {
      replay: { type: 'string' },
      template: { type: 'string' },
      alarm: { type: 'string' },
      json: { type: 'boolean', default: false },
      rules: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    args,
    env,
  );
  if (help) return undefined;
  if (rules) return ['rules'];
  if (replay === undefined) throw new Problem(`--replay FILE is missing\n\n${ALARMS_USAGE}`);
  // npm runs scripts in the repository's root, wherever it was called.
  const path = (given: string) => resolve(env['INIT_CWD'] ?? '.', given);
  return [
    ...['replay', '--metrics', path(replay)],
    ...['--template', template === undefined ? join(ROOT, 'cdk.out') : path(template)],
    ...(alarm === undefined ? [] : ['--alarm', alarm]),
    ...(json ? ['--json'] : []),
  ];
}
