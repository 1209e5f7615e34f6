import type { Kind } from './compare';
import type { Comparison } from './comparison';
import type { Inventory, Review } from './review';

/** `1 alarm`, `2 alarms`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Names of a group's environments; those of a review with several, when it is all of them, as one word. */
export function where({ environments }: { readonly environments: string[] }, review: Review): string {
  const all = review.environments.map(({ name }) => name);
  return all.length > 1 && all.every((name) => environments.includes(name)) ? 'all' : environments.join(', ');
}

/** `4 stacks, 85 resources, 4 alarms, 0 open findings, 12 acknowledgements`. */
export function holdings({ stacks, resources, alarms, findings, acknowledgements }: Inventory): string {
  return [
    count(stacks.length, 'stack'),
    count(resources, 'resource'),
    count(alarms.length, 'alarm'),
    count(findings.length, 'open finding'),
    count(acknowledgements.length, 'acknowledgement'),
  ].join(', ');
}

/** What a reviewer must decide on, the gravest first; empty when there is nothing. */
export function decisions({ comparison, findings, validated }: Review): string[] {
  return [
    ...(comparison ? comparing(comparison) : []),
    ...(findings.length > 0 ? [count(findings.length, 'open finding')] : []),
    ...(validated ? [] : ['no validation report: findings are unknown']),
  ];
}

function comparing({ risks, broadened, newAcknowledgements, remarks }: Comparison): string[] {
  const gone = remarks.filter(({ one }) => one.kind === 'gone').length;
  return [
    ...(risks.length > 0 ? [count(risks.length, 'stateful resource at risk', 'stateful resources at risk')] : []),
    ...(broadened.length > 0 ? [count(broadened.length, 'permission broadened', 'permissions broadened')] : []),
    ...(newAcknowledgements.length > 0 ? [count(newAcknowledgements.length, 'new acknowledgement')] : []),
    ...(gone > 0 ? [count(gone, 'stack no longer in the app', 'stacks no longer in the app')] : []),
  ];
}

/** The numbers of one environment's changes: added, changed, replaced, destroyed. */
export function changesOf(environment: string, { counts }: Comparison): [number, number, number, number] {
  const of = (...kinds: Kind[]) => kinds.reduce((sum, kind) => sum + (counts.get(environment)?.get(kind) ?? 0), 0);
  return [of('added'), of('changed'), of('replaced', 'may be replaced'), of('destroyed', 'let go')];
}
