import {
  type Difference,
  fullDiff,
  type ResourceDifference,
  ResourceImpact,
  type TemplateDiff,
} from '@aws-cdk/cloudformation-diff';
import { type Environment, nestedTemplate, type Stack, type StackTemplate } from './assembly';
import { leafChanges } from './leaves';
import type { Names } from './names';
import { type Resource, text } from './template';

export type Kind = 'added' | 'changed' | 'replaced' | 'may be replaced' | 'destroyed' | 'let go';

/** What happens to one resource when the change is deployed. */
export interface ResourceChange {
  readonly environment: string;
  /** Construct path below the environment. */
  readonly name: string;
  readonly type: string;
  readonly kind: Kind;
  /** Properties that change, old and new value; those that replace it where it is replaced. */
  readonly because: string[];
  readonly before?: Resource;
  readonly after?: Resource;
}

/** A stack before and after; one of them is missing for a stack that comes or goes. */
export interface StackPair {
  /** The one after; for a stack that goes the one before. */
  readonly stack: Stack;
  readonly before?: Stack;
  readonly after?: Stack;
}

/** One template of a stack that is in both, compared. */
export interface TemplateComparison {
  readonly environment: string;
  readonly stack: string;
  readonly before?: StackTemplate;
  readonly after?: StackTemplate;
  readonly diff: TemplateDiff;
}

/** Sections of a resource that change nothing deployed. */
const WITHOUT_EFFECT = new Set(['Metadata', 'DependsOn']);

const KINDS: Partial<Record<ResourceImpact, Kind>> = {
  [ResourceImpact.WILL_CREATE]: 'added',
  [ResourceImpact.WILL_UPDATE]: 'changed',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'may be replaced',
  [ResourceImpact.WILL_DESTROY]: 'destroyed',
  [ResourceImpact.WILL_ORPHAN]: 'let go',
};

/** Stacks that are the same to CloudFormation: same name, account and region. What an app leaves open fits anything. */
export function pairs(before: Environment[], after: Environment[]): StackPair[] {
  const left = new Set(before.flatMap(({ stacks }) => stacks));
  const matched = after
    .flatMap(({ stacks }) => stacks)
    .map((stack) => {
      const found = [...left].filter((other) => isSame(other, stack));
      const partner =
        found.find((other) => other.account === stack.account && other.region === stack.region) ?? found[0];
      if (partner) left.delete(partner);
      return { stack, before: partner, after: stack };
    });
  return [...matched, ...[...left].map((stack) => ({ stack, before: stack }))];
}

function isSame(one: Stack, other: Stack): boolean {
  const fits = (a?: string, b?: string) => a === undefined || b === undefined || a === b;
  return one.stackName === other.stackName && fits(one.account, other.account) && fits(one.region, other.region);
}

/** Every template of a pair of stacks, compared: a missing one as an empty one. */
export function compare({ stack: { environment, name }, before, after }: StackPair): TemplateComparison[] {
  const nestings = new Set([before, after].flatMap((stack) => stack?.templates ?? []).map(({ nesting }) => nesting));
  return [...nestings].map((nesting) => {
    const [old, now] = [before, after].map((stack) => stack?.templates.find((one) => one.nesting === nesting));
    const diff = fullDiff(old?.template ?? {}, now?.template ?? {});
    return { environment, stack: name, before: old, after: now, diff };
  });
}

/** What happens to the resources of a template. A change of metadata alone deploys nothing, and is left out. */
export function resourceChanges(comparison: TemplateComparison, names: Names): ResourceChange[] {
  const changes: ResourceChange[] = [];
  comparison.diff.resources.forEachDifference((id, difference) => {
    const change = changeOf(id, difference, comparison, names);
    if (change) changes.push(change);
  });
  return changes;
}

function changeOf(
  id: string,
  difference: ResourceDifference,
  comparison: TemplateComparison,
  names: Names,
): ResourceChange | undefined {
  const kind = KINDS[difference.changeImpact];
  const template = difference.isRemoval ? comparison.before : comparison.after;
  const type = difference.newResourceType ?? difference.oldResourceType ?? '';
  if (!kind || !template || type === 'AWS::CDK::Metadata') return undefined;

  const [before, after] = [difference.oldValue, difference.newValue] as (Resource | undefined)[];
  const because = reasons(kind, difference, (leaf) => names.readable(text(leaf), template));
  if (kind === 'changed' && because.filter((reason) => !isOfNested(reason, after)).length === 0) return undefined;
  return { environment: comparison.environment, name: template.nameOf(id), type, kind, because, before, after };
}

/** Why a resource is updated or replaced; nothing for one that comes or goes. */
function reasons(kind: Kind, difference: ResourceDifference, say: (leaf: unknown) => string): string[] {
  const { oldResourceType, newResourceType } = difference;
  if (difference.resourceTypeChanged) return leafChanges('Type', oldResourceType, newResourceType, say);
  if (difference.isAddition || difference.isRemoval) return [];
  const changes: [string, Difference<unknown>][] = [
    ...Object.entries(difference.propertyUpdates).filter(
      ([, { changeImpact }]) => kind === 'changed' || replaces(changeImpact),
    ),
    ...Object.entries(difference.otherChanges).filter(([name]) => kind === 'changed' && !WITHOUT_EFFECT.has(name)),
  ];
  return changes.flatMap(([name, { oldValue, newValue }]) => leafChanges(name, oldValue, newValue, say));
}

function replaces(impact?: ResourceImpact): boolean {
  return impact === ResourceImpact.WILL_REPLACE || impact === ResourceImpact.MAY_REPLACE;
}

/** A nested stack's template is named by its hash: what changes in it is told of its own resources. */
function isOfNested(reason: string, resource?: Resource): boolean {
  return reason.startsWith('TemplateURL') && resource !== undefined && nestedTemplate(resource) !== undefined;
}
