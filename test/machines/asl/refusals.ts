import { Refused } from './errors';
import { parse } from './intrinsics';
import { isObject, type Json, type JsonObject, textOf } from './json';
import { isDefinite, query, steps } from './paths';

/** Fields that the interpreter carries, by type of state. Any other field is refused, never ignored. */
const EVERY = ['Type', 'Comment', 'QueryLanguage'];
const FLOW = ['Next', 'End', 'InputPath', 'OutputPath'];
const RESULT = ['Parameters', 'ResultSelector', 'ResultPath', 'Retry', 'Catch'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...FLOW, ...RESULT, 'Resource', 'TimeoutSeconds', 'TimeoutSecondsPath'],
  Pass: [...FLOW, 'Parameters', 'Result', 'ResultPath'],
  Wait: [...FLOW, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: ['InputPath', 'OutputPath', 'Choices', 'Default'],
  Succeed: ['InputPath', 'OutputPath'],
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
  Parallel: [...FLOW, ...RESULT, 'Branches'],
  Map: [
    ...FLOW,
    ...RESULT,
    ...['ItemsPath', 'ItemSelector', 'ItemProcessor', 'Iterator', 'MaxConcurrency', 'MaxConcurrencyPath'],
  ],
};

const WHY: Readonly<Record<string, string>> = {
  QueryLanguage: 'only JSONPath is run',
  Assign: 'variables are not carried',
  HeartbeatSeconds: 'there are no heartbeats without task tokens and activities',
  HeartbeatSecondsPath: 'there are no heartbeats without task tokens and activities',
  Credentials: 'roles are not carried',
  ItemReader: 'only inline Maps are run',
  ItemBatcher: 'only inline Maps are run',
  ResultWriter: 'only inline Maps are run',
};

/** What a machine uses that the interpreter does not carry: a line each, with the place and the reason. */
export function refusals(definition: JsonObject, where = ''): string[] {
  return [
    ...language(definition, where || 'the machine'),
    ...Object.entries((definition['States'] ?? {}) as JsonObject).flatMap(([name, state]) =>
      ofState(state as JsonObject, `${where}${name}`),
    ),
  ];
}

function ofState(state: JsonObject, name: string): string[] {
  const known = [...EVERY, ...(FIELDS[textOf(state['Type'])] ?? [])];
  const strange = Object.keys(state).filter((field) => !known.includes(field));
  const parts = [state['ItemProcessor'], state['Iterator'], ...list(state['Branches'])].filter(isObject);
  return [
    ...strange.map((field) => `${name}: ${field} is not carried${field in WHY ? `: ${String(WHY[field])}` : ''}`),
    ...language(state, name),
    ...resource(state, name),
    ...errorNames(state, name),
    ...expressions(state, name),
    ...parts.flatMap((part) => [...mode(part, name), ...refusals(part, `${name}/`)]),
  ];
}

function language(owner: JsonObject, name: string): string[] {
  const given = owner['QueryLanguage'] ?? 'JSONPath';
  return given === 'JSONPath' ? [] : [`${name}: QueryLanguage is ${textOf(given)}: ${String(WHY['QueryLanguage'])}`];
}

function resource({ Type, Resource }: JsonObject, name: string): string[] {
  if (Type !== 'Task') return [];
  if (textOf(Resource).includes('.waitForTaskToken')) return [`${name}: task tokens are not carried`];
  return textOf(Resource).includes(':activity:') ? [`${name}: activities are not carried`] : [];
}

/** Names whose reach the documentation leaves open on these states. */
function errorNames({ Type, Retry, Catch }: JsonObject, name: string): string[] {
  const named = [...list(Retry), ...list(Catch)].flatMap((rule) => list((rule as JsonObject)['ErrorEquals']));
  const open = Type === 'Task' ? [] : ['States.TaskFailed', 'States.BranchFailed'];
  return open
    .filter((error) => named.includes(error))
    .map((error) => `${name}: ${error} on a ${textOf(Type)}: name States.ALL`);
}

function mode(part: JsonObject, name: string): string[] {
  const { Mode } = (part['ProcessorConfig'] ?? {}) as JsonObject;
  return Mode === 'DISTRIBUTED' ? [`${name}: Mode is DISTRIBUTED: only inline Maps are run`] : [];
}

/** Paths and intrinsic functions that cannot be read, found before the machine runs. */
function expressions(state: JsonObject, name: string): string[] {
  const { Parameters, ResultSelector, ItemSelector, Choices } = state;
  const paths = ['InputPath', 'OutputPath', 'ItemsPath', 'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath'];
  const writes = [state, ...list(state['Catch'])].map((owner) => (owner as JsonObject)['ResultPath']);
  return [
    ...paths.flatMap((field) => tried(state[field], query)),
    ...writes.flatMap((path) => tried(path, steps)),
    ...[Parameters, ResultSelector, ItemSelector].flatMap((template) => templateFields(template)),
    ...[state['ErrorPath'], state['CausePath']].flatMap((field) => tried(field, checkExpression)),
    ...list(Choices).flatMap(rulePaths),
  ].map((problem) => `${name}: ${problem}`);
}

function templateFields(template: Json | undefined): string[] {
  if (Array.isArray(template)) return template.flatMap(templateFields);
  if (!isObject(template)) return [];
  return Object.entries(template).flatMap(([field, value]) =>
    field.endsWith('.$') ? tried(value, checkExpression) : templateFields(value),
  );
}

function rulePaths(rule: Json): string[] {
  if (Array.isArray(rule)) return rule.flatMap(rulePaths);
  if (!isObject(rule)) return [];
  return Object.entries(rule).flatMap(([field, value]) =>
    field === 'Variable' || field.endsWith('Path') ? tried(value, checkVariable) : rulePaths(value),
  );
}

function checkExpression(text: string): void {
  if (!text.startsWith('$')) parse(text);
  else if (/^\$\w/.test(text)) throw new Refused(`${text}: variables are not carried`);
  else query(text);
}

function checkVariable(path: string): void {
  if (!isDefinite(path)) throw new Refused(`${path} does not point at one place`);
}

function tried(text: Json | undefined, check: (text: string) => unknown): string[] {
  if (typeof text !== 'string') return [];
  try {
    check(text);
    return [];
  } catch (error) {
    if (error instanceof Refused) return [error.message];
    throw error;
  }
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
