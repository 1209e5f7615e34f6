import type { Acknowledgement } from './acknowledgements';
import type { AlarmRow } from './alarms';
import type { Environment } from './assembly';
import { type Comparison, comparison } from './comparison';
import type { Finding } from './findings';
import { type Group, grouped } from './grouped';
import { type Known, known } from './known';
import { resourcesOf } from './template';

/** A cloud assembly, and what it is called. */
export interface Source {
  readonly directory: string;
  readonly label: string;
}

/** What one environment holds. */
export interface Inventory {
  readonly name: string;
  readonly stacks: string[];
  /** Resources by type, the most frequent first. */
  readonly types: [string, number][];
  readonly resources: number;
  readonly alarms: AlarmRow[];
  readonly findings: Finding[];
  readonly acknowledgements: Acknowledgement[];
}

export interface Review {
  readonly head: string;
  /** What the head is compared with; undefined without a base. */
  readonly base?: string;
  readonly environments: Inventory[];
  /** Findings that nobody has accepted. */
  readonly findings: Group<Finding>[];
  /** False when the app was synthesised without validation: no finding then means nothing. */
  readonly validated: boolean;
  /** Undefined without a base. */
  readonly comparison?: Comparison;
}

/**
 * Reviews an assembly, against the assembly of a base where there is one.
 *
 * @throws Problem for what cannot be read
 */
export async function review(head: Source, base?: Source): Promise<Review> {
  const after = await known(head.directory);
  const before = base && (await known(base.directory));
  return {
    head: head.label,
    base: base?.label,
    environments: after.environments.map((environment) => inventory(environment, after)),
    findings: grouped(after.findings, ({ rule, severity, name }) => [rule, severity, name]),
    validated: after.validated,
    comparison: before && comparison(before, after),
  };
}

function inventory({ name, stacks }: Environment, { alarms, findings, acknowledgements }: Known): Inventory {
  const resources = stacks.flatMap(({ templates }) => templates).flatMap(({ template }) => resourcesOf(template));
  const types = new Map<string, number>();
  for (const [, { Type }] of resources) types.set(Type, (types.get(Type) ?? 0) + 1);
  const here = ({ environment }: { environment: string }) => environment === name;
  return {
    name,
    stacks: stacks.map((stack) => stack.name),
    types: [...types].sort(([one, n], [other, m]) => m - n || one.localeCompare(other)),
    resources: resources.length,
    alarms: alarms.filter(here),
    findings: findings.filter(here),
    acknowledgements: acknowledgements.filter(here),
  };
}
