import pico from 'picocolors';
import type { Comparison } from './comparison';
import { details } from './grouped';
import type { Review } from './review';
import { changesOf, count, decisions, holdings, where } from './words';

/** Entries of a list that are shown; the Markdown has all. */
const SHOWN = 10;
/** Types of resources that are named for each environment. */
const TYPES = 4;

type Colours = ReturnType<typeof pico.createColors>;

interface Entry {
  readonly head: string;
  readonly lines: string[];
}

/** The short review: what to decide on, and what there is. `NO_COLOR` and pipes get no colours. */
export function terminal(review: Review, colours: Colours = pico.createColors()): string {
  const { head, base, comparison, validated } = review;
  return [
    colours.bold(`Review of ${head}${base === undefined ? '' : `, compared with ${base}`}`),
    ...(comparison ? changes(comparison, review, colours) : ['No base given: inventory only.']),
    ...list(colours.yellow('Open findings'), findings(review)),
    ...(validated ? [] : ['', 'No validation report in the assembly: findings are unknown.']),
    ...(decisions(review).length > 0 ? [] : ['', comparison ? 'Nothing to decide.' : 'No finding is open.']),
    ...inventory(review),
  ].join('\n');
}

function changes(comparison: Comparison, review: Review, { red, yellow, bold }: Colours): string[] {
  const atRisk = risks(comparison, review).map(({ head, lines }) => ({ head: red(head), lines }));
  return [
    ...list(red(bold('STATEFUL RESOURCES AT RISK')), atRisk),
    ...list(yellow('Permissions broadened'), permissions(comparison, review)),
    ...list(yellow('New acknowledgements'), acknowledgements(comparison, review)),
    ...list(yellow('Stacks'), stacks(comparison, review)),
    ...list(yellow('Alarms that change'), alarms(comparison, review)),
    ...resources(comparison, review),
  ];
}

function risks(comparison: Comparison, review: Review): Entry[] {
  return comparison.risks.map((group) => ({
    head: `${group.one.what}: ${group.one.name} ${group.one.type} (${where(group, review)})`,
    lines: [...details(group, ({ because }) => because), ...details(group, ({ data }) => [data])],
  }));
}

function permissions({ broadened }: Comparison, review: Review): Entry[] {
  return broadened.map((group) => {
    const { who, may, when } = group.one;
    return {
      head: `${who} may ${may}${when === '' ? '' : ` if ${when}`} (${where(group, review)})`,
      lines: details(group, ({ on }) => on.map((resource) => `on ${resource}`)),
    };
  });
}

function acknowledgements({ newAcknowledgements }: Comparison, review: Review): Entry[] {
  return newAcknowledgements.map((group) => ({
    head: `${group.one.name} (${where(group, review)}): ${group.one.reason === '' ? 'no reason given' : group.one.reason}`,
    lines: details(group, ({ rule }) => [rule]),
  }));
}

function stacks({ remarks }: Comparison, review: Review): Entry[] {
  return remarks.map((group) => ({
    head: `${group.one.stack} (${where(group, review)})`,
    lines: details(group, ({ says }) => [says]),
  }));
}

function alarms({ alarms: changed }: Comparison, review: Review): Entry[] {
  return changed.map((group) => ({
    head: `${group.one.change}: ${group.one.name} (${where(group, review)})`,
    lines: details(group, ({ says }) => says),
  }));
}

function findings(review: Review): Entry[] {
  return review.findings.map((group) => ({
    head: `${group.one.rule} (${group.one.severity}) at ${group.one.name} (${where(group, review)})`,
    lines: details(group, ({ says }) => [says]),
  }));
}

function resources(comparison: Comparison, { environments }: Review): string[] {
  const rows = environments
    .map(({ name }) => ({ name, numbers: changesOf(name, comparison) }))
    .filter(({ numbers }) => numbers.some((number) => number > 0))
    .map(({ name, numbers: [added, changed, replaced, destroyed] }) => {
      return `  ${name}: ${added} added, ${changed} changed, ${replaced} replaced, ${destroyed} destroyed`;
    });
  return rows.length > 0 ? ['', 'Resources that change', ...rows] : ['', 'No resource changes.'];
}

function inventory({ environments, comparison }: Review): string[] {
  return [
    '',
    'What there is',
    ...environments.flatMap((environment) => [
      `  ${environment.name}: ${holdings(environment)}`,
      // What it is made of is of interest where nothing is compared.
      ...(comparison ? [] : [`    ${types(environment.types)}`]),
    ]),
  ];
}

function types(all: [string, number][]): string {
  const named = all.slice(0, TYPES).map(([type, number]) => `${number} ${type}`);
  const others = all.length - TYPES;
  return [...named, ...(others > 0 ? [count(others, 'other type')] : [])].join(', ');
}

function list(title: string, entries: Entry[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - SHOWN;
  return [
    '',
    `${title}: ${entries.length}`,
    ...entries.slice(0, SHOWN).flatMap(({ head, lines }) => [`  ${head}`, ...lines.map((line) => `    ${line}`)]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
