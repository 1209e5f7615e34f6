import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, Stack, Validations } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { context as shipped } from '../cdk.json';
import { text } from './text';

/** An account and a region, so that ARNs in templates are plain text. */
export const ENV = { account: '111122223333', region: 'eu-west-1' };

const assemblies: string[] = [];
afterAll(() => {
  for (const folder of assemblies) rmSync(folder, { recursive: true });
});

export interface TestStackProps {
  /** By default the feature flags that cdk.json sets. */
  readonly context?: Record<string, unknown>;
  readonly env?: Environment;
}

/** A stack named Test, in an app of its own. */
export function testStack({ context = shipped, env = ENV }: TestStackProps = {}): Stack {
  const outdir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  assemblies.push(outdir);
  return new Stack(new App({ outdir, context }), 'Test', { env });
}

export { text };

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: Record<string, unknown>;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** A policy document as a sorted table: a line for each action on each resource, with its condition. */
export function policyTable(document: unknown): string[] {
  const lines = (document as { Statement: Statement[] }).Statement.flatMap((statement) =>
    list(statement.Action).flatMap((action) =>
      list(statement.Resource).map((resource) => line(statement, String(action), resource)),
    ),
  );
  return [...new Set(lines)].sort();
}

/** All identity policies of a template, or those whose logical id starts as given, as one table. */
export function permissions(template: Template, idStart = ''): string[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(idStart))
    .flatMap(([, { Properties }]) => policyTable((Properties as { PolicyDocument: unknown }).PolicyDocument))
    .sort();
}

/** The one resource of a type: its logical id and the rest. */
export function theOne(template: Template, type: string): { id: string; [section: string]: unknown } {
  const found = Object.entries(template.findResources(type));
  expect(found).toHaveLength(1);
  const [id, rest] = found[0] ?? ['', {}];
  return { id, ...rest };
}

/** What cdk-nag finds in a stack and nobody acknowledged, and what was acknowledged but is not found. */
export function findings(stack: Stack): { unacknowledged: string[]; unused: string[] } {
  // Wildcards are acknowledged while synth validates.
  (stack.node.root as App).synth();
  const all = violations(stack, { acknowledged: true });
  const unused = stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data as object))
      .map((id) => id.replace(/^annotation::/i, ''))
      .filter((id) => !all.some((found) => found.startsWith(`${id} at ${node.path}`)))
      .map((id) => `${id} at ${node.path}`),
  );
  return { unacknowledged: violations(stack, { acknowledged: false }), unused: [...new Set(unused)] };
}

function violations(stack: Stack, { acknowledged }: { acknowledged: boolean }): string[] {
  const checks = new AwsSolutionsChecks(stack.node.root);
  if (acknowledged) Reflect.set(checks, 'isAcknowledged', () => false);
  return checks
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath ?? ''}`),
    );
}

function line({ Effect, Principal, Condition }: Statement, action: string, resource: unknown): string {
  const principals = Principal ? ` by ${Object.values(Principal).flatMap(list).map(text).join(', ')}` : '';
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ` if ${key} ${operator} ${list(value).map(text).join(', ')}`),
  );
  const denied = Effect === 'Deny' ? 'DENIED: ' : '';
  return `${denied}${action}${resource === undefined ? '' : ` on ${text(resource)}`}${principals}${conditions.join('')}`;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
