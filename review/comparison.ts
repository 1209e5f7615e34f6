import type { Acknowledgement } from './acknowledgements';
import type { AlarmRow } from './alarms';
import {
  compare,
  type Kind,
  pairs,
  type ResourceChange,
  resourceChanges,
  type StackPair,
  type TemplateComparison,
} from './compare';
import { type Group, grouped } from './grouped';
import { broadened, type Permission } from './permissions';
import type { Known } from './known';
import { type Risk, riskOf, risksOfStack } from './risks';
import { resourcesOf } from './template';

/** A stack that is new, gone, or differs in more than its resources. */
export interface StackRemark {
  readonly environment: string;
  readonly stack: string;
  readonly kind: 'new' | 'gone' | 'outputs';
  readonly says: string;
}

/** An alarm that comes, goes, or changes. */
export interface AlarmChange {
  readonly environment: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What it is, or what differs. */
  readonly says: string[];
}

/** How the head differs from its base. */
export interface Comparison {
  readonly risks: Group<Risk>[];
  readonly broadened: Group<Permission>[];
  readonly newAcknowledgements: Group<Acknowledgement>[];
  readonly alarms: Group<AlarmChange>[];
  readonly remarks: Group<StackRemark>[];
  /** Those of stacks that are in both. */
  readonly changes: Group<ResourceChange>[];
  /** How many resources of each environment, those of new stacks included; a stack that is gone counts in none. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<Kind, number>>;
}

export function comparison(before: Known, after: Known): Comparison {
  const all = pairs(before.environments, after.environments);
  const stacks = all
    .filter((pair) => pair.after !== undefined)
    .map((pair) => {
      const templates = compare(pair);
      return { pair, templates, changes: templates.flatMap((one) => resourceChanges(one, after.names)) };
    });
  const templates = stacks.flatMap((stack) => stack.templates);
  const changes = stacks.flatMap((stack) => stack.changes);
  const inBoth = stacks.filter(({ pair }) => pair.before !== undefined);
  return {
    risks: grouped([...changes.flatMap((change) => riskOf(change) ?? []), ...all.flatMap(risksOfStack)], (one) => [
      one.name,
      one.type,
      one.what,
    ]),
    broadened: grouped(
      templates.flatMap((one) => broadened(one, after.names)),
      ({ who, may, when }) => [who, may, when],
    ),
    newAcknowledgements: grouped(newOnes(before.acknowledgements, after.acknowledgements), ({ name, reason }) => [
      name,
      reason,
    ]),
    alarms: grouped(alarmChanges(before.alarms, after.alarms), ({ name, change }) => [name, change]),
    remarks: grouped(
      [...all.flatMap(comingOrGoing), ...inBoth.flatMap((one) => one.templates).flatMap(outputs)],
      (one) => [one.stack, one.kind],
    ),
    changes: grouped(
      inBoth.flatMap((stack) => stack.changes),
      ({ kind, name, type }) => [kind, name, type],
    ),
    counts: counted(changes),
  };
}

function comingOrGoing({ stack, before, after }: StackPair): StackRemark[] {
  if (before && after) return [];
  const count = stack.templates.flatMap(({ template }) => resourcesOf(template)).length;
  const { environment, name } = stack;
  return after
    ? [{ environment, stack: name, kind: 'new', says: `new, with ${count} resources` }]
    : [
        {
          environment,
          stack: name,
          kind: 'gone',
          says: `no longer in the app: cdk deploy leaves it and its ${count} resources as they are`,
        },
      ];
}

function outputs({ environment, stack, diff }: TemplateComparison): StackRemark[] {
  const ids = diff.outputs.logicalIds;
  return ids.length === 0 ? [] : [{ environment, stack, kind: 'outputs', says: `outputs change: ${ids.join(', ')}` }];
}

function newOnes(before: Acknowledgement[], after: Acknowledgement[]): Acknowledgement[] {
  const known = new Set(before.map(({ environment, name, rule }) => JSON.stringify([environment, name, rule])));
  return after.filter(({ environment, name, rule }) => !known.has(JSON.stringify([environment, name, rule])));
}

function alarmChanges(before: AlarmRow[], after: AlarmRow[]): AlarmChange[] {
  const sameAs = (one: AlarmRow) => (other: AlarmRow) =>
    one.environment === other.environment && one.name === other.name;
  const gone = before
    .filter((old) => !after.some(sameAs(old)))
    .map(({ environment, name, goesOff }) => ({ environment, name, change: 'removed' as const, says: [goesOff] }));
  const others = after.flatMap((now): AlarmChange[] => {
    const { environment, name } = now;
    const old = before.find(sameAs(now));
    if (!old) return [{ environment, name, change: 'added', says: [now.goesOff] }];
    const says = differences(old, now);
    return says.length === 0 ? [] : [{ environment, name, change: 'changed', says }];
  });
  return [...gone, ...others];
}

/** A severity that is not known on one side is no change: the spec may be new, the alarm is the same. */
function differences(old: AlarmRow, now: AlarmRow): string[] {
  return [
    ...(old.deployed === now.deployed ? [] : [`goes off: ${old.goesOff} -> ${now.goesOff}`]),
    ...(old.missingData === now.missingData ? [] : [`no data is: ${old.missingData} -> ${now.missingData}`]),
    ...(old.tells === now.tells ? [] : [`tells: ${old.tells} -> ${now.tells}`]),
    ...(old.severity === now.severity || old.severity === '' || now.severity === ''
      ? []
      : [`severity: ${old.severity} -> ${now.severity}`]),
  ];
}

function counted(changes: ResourceChange[]): Map<string, Map<Kind, number>> {
  const counts = new Map<string, Map<Kind, number>>();
  for (const { environment, kind } of changes) {
    const kinds = counts.get(environment) ?? new Map<Kind, number>();
    counts.set(environment, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }
  return counts;
}
