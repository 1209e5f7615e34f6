import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import { context } from '../../cdk.json';
import { run } from '../../shell/processes';
import { ENV } from '../helpers';

/** Builds what an input describes, in a scope of its own. */
export type Build<T> = (scope: Construct, input: T) => void;

/** What is wrong with what one input became: who says it, and what. Without index, no input could be told. */
export interface Finding {
  readonly index: number | undefined;
  readonly by: 'build' | 'CloudFormation or cdk-nag' | 'cfn-lint';
  readonly text: string;
}

/** Inputs that share a stack: CloudFormation takes 500 resources. */
const PER_STACK = 10;

/**
 * Builds every input, in few stacks of one app, and has all templates judged at once: by CloudFormation's rules, warnings
 * included, and cdk-nag at synth, and by cfn-lint.
 */
export async function findingsOf<T>(inputs: readonly T[], build: Build<T>, withLint = true): Promise<Finding[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'slipway-arbitrary-'));
  try {
    const strict = { ...context, '@aws-cdk/core:failSynthOnValidationErrors': false };
    const app = new App({ outdir, context: strict, analyticsReporting: false });
    const refused = inputs.flatMap((input, index) => buildCase(app, input, index, build));
    if (refused.length === inputs.length) return refused;
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
    return [...refused, ...reported(outdir), ...(withLint ? await linted(outdir) : [])];
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function buildCase<T>(app: App, input: T, index: number, build: Build<T>): Finding[] {
  const id = `Stack${Math.floor(index / PER_STACK)}`;
  const found = app.node.tryFindChild(id);
  const stack = found instanceof Stack ? found : new Stack(app, id, { env: ENV });
  const name = `Case${index}`;
  try {
    build(new Construct(stack, name), input);
    return [];
  } catch (error) {
    // What it had defined by then is judged no more.
    stack.node.tryRemoveChild(name);
    return [{ index, by: 'build', text: (error as Error).message }];
  }
}

interface Report {
  readonly pluginReports: { readonly pluginName: string; readonly violations: Violation[] }[];
}
interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingConstructs: { readonly constructPath?: string; readonly locations?: string[] }[];
}

/** What CloudFormation's rules and cdk-nag found, from the report that synth writes. */
function reported(outdir: string): Finding[] {
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => ({
        index: caseIn(constructPath),
        by: 'CloudFormation or cdk-nag' as const,
        text: `${ruleName} at ${constructPath}: ${description}`,
      })),
    ),
  );
}

interface Match {
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: (string | number)[] | null };
  readonly Message: string;
}

/** What cfn-lint found, in one process for all templates. */
async function linted(outdir: string): Promise<Finding[]> {
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));
  const cfnLint = join(__dirname, '..', '..', '.slipway', 'venv-dev', 'bin', 'cfn-lint');
  // W3005: the CDK repeats what references imply.
  const options = ['--format', 'json', '--ignore-checks', 'W3005', '--non-zero-exit-code', 'informational', '--'];
  const { code, lines } = await run(cfnLint, [...options, ...templates.map((file) => join(outdir, file))]);
  if (code === 0) return [];
  return parsed(lines.join('\n')).map(({ Rule, Location, Message }) => ({
    index: caseIn(String(Location.Path?.[1])),
    by: 'cfn-lint' as const,
    text: `${Rule.Id} at ${Location.Path?.join('.') ?? 'the template'}: ${Message}`,
  }));
}

function parsed(output: string): Match[] {
  try {
    return JSON.parse(output) as Match[];
  } catch {
    throw new Error(`cfn-lint failed:\n${output}`);
  }
}

/** The input that a construct path or a logical id belongs to. */
function caseIn(text: string): number | undefined {
  const index = /(?:^|\/)Case(\d+)/.exec(text)?.[1];
  return index === undefined ? undefined : Number(index);
}
