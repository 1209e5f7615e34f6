import type { Comparison } from './comparison';
import { details } from './grouped';
import type { Inventory, Review } from './review';
import { changesOf, count, decisions, holdings, where } from './words';

/** Rows of a table that stand open; more are folded away below it. */
const OPEN_ROWS = 10;

/** The whole review, fit for a pull request: what to decide on first, what is only to be looked up folded away. */
export function markdown(review: Review): string {
  const { head, base, comparison } = review;
  const open = decisions(review);
  const risky = comparison !== undefined && comparison.risks.length > 0;
  return [
    `# Review of ${head}`,
    base === undefined ? 'No base given: inventory only.' : `Compared with ${escaped(base)}.`,
    open.length > 0 ? `**To decide: ${risky ? '🔴 ' : ''}${open.join(' · ')}**` : nothing(review),
    ...(comparison ? atRisk(comparison, review) : []),
    ...(comparison ? permissions(comparison, review) : []),
    ...findings(review),
    ...(comparison ? [...acknowledgements(comparison, review), ...stacks(comparison, review)] : []),
    ...(comparison ? [...alarms(comparison, review), ...resources(comparison, review)] : []),
    '## What there is',
    ...review.environments.map(inventory),
  ]
    .join('\n\n')
    .concat('\n');
}

function nothing({ comparison }: Review): string {
  return comparison
    ? '**Nothing to decide: nothing that holds data is at risk, nobody may do more, no finding is open.**'
    : '**No finding is open.**';
}

function atRisk({ risks }: Comparison, review: Review): string[] {
  const rows = risks.map((group) => [
    `${code(group.one.name)} ${group.one.type}`,
    `**${group.one.what}**`,
    lines(details(group, ({ because }) => because)),
    lines(details(group, ({ data }) => [data])),
    where(group, review),
  ]);
  return section(
    '🔴 Stateful resources at risk',
    ['Resource', 'What happens', 'Because', 'The data', 'Environments'],
    rows,
  );
}

function permissions({ broadened }: Comparison, review: Review): string[] {
  const rows = broadened.map((group) => [
    code(group.one.who),
    code(group.one.may),
    lines(details(group, ({ on }) => on.map(code))),
    code(group.one.when),
    where(group, review),
  ]);
  return section('Permissions broadened', ['Who', 'May', 'On', 'If', 'Environments'], rows);
}

function findings(review: Review): string[] {
  const rows = review.findings.map((group) => [
    `${group.one.rule} (${group.one.severity})`,
    code(group.one.name),
    lines(details(group, ({ says }) => [says])),
    where(group, review),
  ]);
  return section('Open findings', ['Rule', 'Where', 'Says', 'Environments'], rows);
}

function acknowledgements({ newAcknowledgements }: Comparison, review: Review): string[] {
  const rows = newAcknowledgements.map((group) => [
    lines(details(group, ({ rule }) => [code(rule)])),
    code(group.one.name),
    group.one.reason === '' ? '**no reason given**' : group.one.reason,
    where(group, review),
  ]);
  return section('New acknowledgements', ['Rule', 'Where', 'Reason', 'Environments'], rows);
}

function stacks({ remarks }: Comparison, review: Review): string[] {
  const rows = remarks.map((group) => [
    code(group.one.stack),
    lines(details(group, ({ says }) => [says])),
    where(group, review),
  ]);
  return section('Stacks', ['Stack', 'What happens', 'Environments'], rows);
}

function alarms({ alarms: changed }: Comparison, review: Review): string[] {
  const rows = changed.map((group) => [
    code(group.one.name),
    group.one.change,
    lines(details(group, ({ says }) => says)),
    where(group, review),
  ]);
  return section('Alarms that change', ['Alarm', 'What happens', 'How', 'Environments'], rows);
}

function resources(comparison: Comparison, review: Review): string[] {
  const counts = review.environments
    .map(({ name }) => [name, ...changesOf(name, comparison)])
    .filter(([, ...numbers]) => numbers.some((number) => number !== 0))
    .map((row) => row.map(String));
  if (counts.length === 0) return ['## Resources', 'None changes.'];
  const rows = comparison.changes.map((group) => [
    group.one.kind,
    code(group.one.name),
    group.one.type,
    lines(details(group, ({ because }) => because)),
    where(group, review),
  ]);
  const all = table(['Kind', 'Resource', 'Type', 'What differs', 'Environments'], rows);
  return [
    '## Resources',
    table(['Environment', 'Added', 'Changed', 'Replaced', 'Destroyed'], counts),
    ...(rows.length > 0 ? [folded(`${count(rows.length, 'change')} to resources of existing stacks`, all)] : []),
  ];
}

function inventory(environment: Inventory): string {
  const { name, stacks: names, types, alarms: rows, acknowledgements: accepted } = environment;
  return folded(
    `<b>${escaped(name)}</b>: ${holdings(environment)}`,
    [
      `Stacks: ${names.map(code).join(', ')}`,
      `Resources: ${types.map(([type, number]) => `${number} ${type}`).join(', ')}`,
      ...(rows.length > 0 ? [alarmTable(rows)] : []),
      ...(accepted.length > 0
        ? [
            table(
              ['Acknowledged', 'Where', 'Reason'],
              accepted.map(({ rule, name: at, reason }) => [code(rule), code(at), reason]),
            ),
          ]
        : []),
    ].join('\n\n'),
  );
}

function alarmTable(rows: Inventory['alarms']): string {
  return table(
    ['Alarm', 'Severity', 'What is wrong', 'Goes off', 'No data is', 'Tells', 'Published by', 'Runbook'],
    rows.map(({ name, severity, summary, goesOff, missingData, tells, publisher, runbook }) => [
      code(name),
      severity,
      summary,
      goesOff,
      missingData,
      tells,
      publisher,
      runbook,
    ]),
  );
}

/** A heading with a table; nothing when there is no row. */
function section(title: string, heads: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const [open, more] = [rows.slice(0, OPEN_ROWS), rows.slice(OPEN_ROWS)];
  return [
    `## ${title}`,
    table(heads, open),
    ...(more.length > 0 ? [folded(`${more.length} more`, table(heads, more))] : []),
  ];
}

function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Leaves out columns that are empty in every row. */
function table(heads: string[], rows: string[][]): string {
  const used = heads.map((_, i) => rows.some((row) => row[i] !== ''));
  const line = (cells: string[]) => `| ${cells.filter((_, i) => used[i]).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map((row) => line(row.map(escaped)))].join('\n');
}

/** Lines of one cell; in it they stand below each other. */
function lines(all: string[]): string {
  return all.join('\n');
}

function code(value: string): string {
  return value === '' ? '' : `\`${value.replaceAll('`', "'")}\``;
}

/** Text in a cell: no end of the cell, no HTML outside of code but for line breaks. */
function escaped(value: string): string {
  return value
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;')))
    .join('')
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*/g, '<br>');
}
