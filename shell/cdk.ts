import { join } from 'node:path';
import { Problem } from './problem';
import { run } from './processes';

const ROOT = join(__dirname, '..');
const CLI = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** One event of one resource, as the CDK CLI prints it with `--progress events`. */
const EVENT = /^(?<stack>\S+) \|\s*(?<done>\d+(?:\/\d+)?) \|[^|]+\| (?<status>\w+)\s*\| (?<type>\S+)\s*\| (?<name>.*)$/;
/** What the CDK CLI says itself, after an event or at the end. */
const SAYING = /^\s*(❌|✅|✨|⚠|Failed resources:|\d+(\/\d+)? Currently in progress:)/u;

export interface ResourceEvent {
  readonly stack: string;
  readonly done: string;
  readonly status: string;
  readonly type: string;
  /** Construct path with the logical id, and the first line of the reason of a failure. */
  readonly name: string;
}

export function resourceEvent(line: string): ResourceEvent | undefined {
  const groups = EVENT.exec(stripColours(line))?.groups;
  return groups && (groups as unknown as ResourceEvent);
}

/** Each event of a failure, with every line of its reason. */
export function failuresIn(output: string[]): string[] {
  const failures: string[][] = [];
  let open: string[] | undefined;
  for (const line of output.map(stripColours)) {
    const event = resourceEvent(line);
    if (event) {
      open = event.status.endsWith('_FAILED') ? [`${event.status} ${event.type} ${event.name}`] : undefined;
      if (open) failures.push(open);
    } else if (SAYING.test(line)) {
      open = undefined;
    } else if (isTold(line)) {
      open?.push(line);
    }
  }
  return failures.map((lines) => lines.join('\n    '));
}

export interface CdkOptions {
  /** Where the app stands; the root of this repository when left out. */
  readonly cwd?: string;
  readonly onEvent?: (event: ResourceEvent) => void;
}

/** Runs the CDK CLI of this repository, and fails with what it says when it does. */
export async function cdk(
  args: string[],
  env: NodeJS.ProcessEnv,
  { cwd = ROOT, onEvent }: CdkOptions = {},
): Promise<string[]> {
  const { code, lines } = await run(process.execPath, [CLI, ...args, '--no-notices', '--no-color'], {
    cwd,
    env,
    onLine: (line) => {
      const event = resourceEvent(line);
      if (event) onEvent?.(event);
    },
  });
  if (code === 0) return lines;
  const failures = failuresIn(lines);
  const told = failures.length > 0 ? failures : lines.map(stripColours).filter(isTold).slice(-15);
  throw new Problem(`cdk ${args[0] ?? ''} failed:\n  ${told.join('\n  ')}`);
}

/** Stack traces are for those who write the app's code, not for those who run it. */
function isTold(line: string): boolean {
  return line.trim() !== '' && !/^\s+(at |\\_ )/.test(line) && !line.startsWith('Node.js v');
}

function stripColours(line: string): string {
  // eslint-disable-next-line no-control-regex -- terminal colours start with the escape character
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}
