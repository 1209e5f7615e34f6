import { nestedTemplate, type Stack } from './assembly';
import type { Kind, ResourceChange, StackPair } from './compare';
import { deleted, statefulTypes } from './stateful';
import { type Resource, resourcesOf } from './template';

/** Something that holds data, and may lose it. */
export interface Risk {
  readonly environment: string;
  /** Construct path below the environment. */
  readonly name: string;
  readonly type: string;
  readonly what: Kind | 'its stack is gone' | 'protection weakened';
  /** What in the change brings it about. */
  readonly because: string[];
  /** What becomes of the data. */
  readonly data: string;
}

type Policy = 'Delete' | 'Snapshot' | 'Retain';
type Attribute = 'DeletionPolicy' | 'UpdateReplacePolicy';
const STRENGTH: Record<Policy, number> = { Delete: 0, Snapshot: 1, Retain: 2 };

/** What happens to one resource, if it holds data and the change puts that at risk. */
export function riskOf({ environment, name, type, kind, because, before, after }: ResourceChange): Risk | undefined {
  if (!before || !isStateful(before)) return undefined;
  const risk = { environment, name, type: before.Type, what: kind, because };
  if (kind === 'destroyed' || kind === 'let go') return { ...risk, data: fate(before, 'DeletionPolicy') };
  if (kind === 'replaced' || kind === 'may be replaced') {
    return {
      ...risk,
      data: `a new, empty one takes its place; the old one is ${fate(before, 'UpdateReplacePolicy', after)}`,
    };
  }
  const weakened = after ? weakenedPolicies(before, after) : [];
  if (weakened.length === 0) return undefined;
  return {
    ...risk,
    type,
    what: 'protection weakened',
    because: weakened,
    data: 'nothing happens to it now: the next removal or replacement deletes more',
  };
}

/** What a pair of stacks puts at risk by itself. */
export function risksOfStack({ before, after }: StackPair): Risk[] {
  if (!before) return [];
  if (!after) return risksOfGoneStack(before);
  if (!before.terminationProtection || after.terminationProtection) return [];
  return [
    {
      environment: after.environment,
      name: after.name,
      type: 'AWS::CloudFormation::Stack',
      what: 'protection weakened',
      because: ['terminationProtection: true -> false'],
      data: 'nothing happens to it now: the stack can be deleted',
    },
  ];
}

function risksOfGoneStack({ environment, templates }: Stack): Risk[] {
  return templates.flatMap(({ template, nameOf }) =>
    resourcesOf(template)
      .filter(([, resource]) => isStateful(resource))
      .map(([id, resource]) => ({
        environment,
        name: nameOf(id),
        type: resource.Type,
        what: 'its stack is gone',
        because: [],
        data: `left as it is by cdk deploy; when somebody deletes the stack: ${fate(resource, 'DeletionPolicy')}`,
      })),
  );
}

/** A nested stack whose template is in the assembly is looked into instead. */
function isStateful(resource: Resource): boolean {
  return statefulTypes().has(resource.Type) && nestedTemplate(resource) === undefined;
}

/** Of two templates the weaker policy counts: which of them CloudFormation follows is not documented. */
function fate(before: Resource, attribute: Attribute, after = before): string {
  const policies = [policyOf(before, attribute), policyOf(after, attribute)];
  const [weaker = 'Delete'] = policies.sort((one, other) => STRENGTH[one] - STRENGTH[other]);
  if (weaker === 'Retain') return `kept outside of the stack, with what it holds (${attribute} Retain)`;
  if (weaker === 'Snapshot') return `deleted after a snapshot (${attribute} Snapshot)`;
  return deleted(before.Type);
}

function weakenedPolicies(before: Resource, after: Resource): string[] {
  return (['DeletionPolicy', 'UpdateReplacePolicy'] as const).flatMap((attribute) => {
    const [old, now] = [policyOf(before, attribute), policyOf(after, attribute)];
    return STRENGTH[now] < STRENGTH[old] ? [`${attribute}: ${old} -> ${now}`] : [];
  });
}

/**
 * The policy that CloudFormation follows. RetainExceptOnCreate retains what an earlier deployment has created.
 *
 * Defaults: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 * (November 2026).
 */
function policyOf(resource: Resource, attribute: Attribute): Policy {
  const given = resource[attribute];
  if (given === 'Retain' || given === 'RetainExceptOnCreate') return 'Retain';
  if (given === 'Snapshot' || given === 'Delete') return given;
  return attribute === 'DeletionPolicy' && isSnapshotByDefault(resource) ? 'Snapshot' : 'Delete';
}

function isSnapshotByDefault({ Type, Properties }: Resource): boolean {
  return (
    Type === 'AWS::RDS::DBCluster' ||
    (Type === 'AWS::RDS::DBInstance' && Properties?.['DBClusterIdentifier'] === undefined)
  );
}
