import { type Json, type JsonObject, textOf } from './json';
import { find, read } from './paths';

type Comparison = (value: Json, other: Json) => boolean;

const order: Readonly<Record<string, (a: number | string, b: number | string) => boolean>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  GreaterThan: (a, b) => a > b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThanEquals: (a, b) => a >= b,
};

/** RFC 3339 with an upper-case T, and Z or an offset: the language's profile. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Values of another type than the operator's never match. */
const comparisons: Readonly<Record<string, Comparison>> = {
  ...compare('String', (value) => (typeof value === 'string' ? value : undefined)),
  ...compare('Numeric', (value) => (typeof value === 'number' ? value : undefined)),
  ...compare('Timestamp', (value) => (isTimestamp(value) ? Date.parse(value) : undefined)),
  BooleanEquals: (value, other) => typeof value === 'boolean' && value === other,
  StringMatches: (value, pattern) =>
    typeof value === 'string' && typeof pattern === 'string' && matches(value, pattern),
};

const types: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: isTimestamp,
};

/** Whether a rule of a Choice state holds. Fails with States.Runtime where its variable leads nowhere. */
export function holds(rule: JsonObject, input: Json, context: Json): boolean {
  const { And, Or, Not, Variable } = rule;
  if (Array.isArray(And)) return And.every((part) => holds(part as JsonObject, input, context));
  if (Array.isArray(Or)) return Or.some((part) => holds(part as JsonObject, input, context));
  if (Not !== undefined) return !holds(Not as JsonObject, input, context);

  const path = textOf(Variable);
  if ('IsPresent' in rule) return (find(path, input, context) !== undefined) === rule['IsPresent'];
  const value = read(path, input, context);
  const [operator, operand] = operation(rule);
  const type = types[operator];
  if (type) return type(value) === operand;
  const compared = comparisons[operator.replace(/Path$/, '')];
  if (!compared) throw new Error(`${operator} is no operator of a Choice`);
  return compared(value, operator.endsWith('Path') ? read(textOf(operand), input, context) : operand);
}

function operation(rule: JsonObject): [string, Json] {
  const found = Object.entries(rule).find(([name]) => !['Variable', 'Next', 'Comment'].includes(name));
  if (!found) throw new Error(`a rule without operator: ${JSON.stringify(rule)}`);
  return found;
}

function compare(type: string, typed: (value: Json) => number | string | undefined): Record<string, Comparison> {
  return Object.fromEntries(
    Object.entries(order).map(([name, test]) => [
      `${type}${name}`,
      (value: Json, other: Json) => {
        const [a, b] = [typed(value), typed(other)];
        return a !== undefined && b !== undefined && test(a, b);
      },
    ]),
  );
}

function isTimestamp(value: Json): value is string {
  return typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value));
}

/** `*` stands for any characters, `\*` for a star, `\\` for a backslash. */
function matches(value: string, pattern: string): boolean {
  const parts = pattern.match(/\\[*\\]|[^]/g) ?? [];
  const source = parts.map((part) => (part === '*' ? '[^]*' : quoted(part.length > 1 ? part.slice(1) : part))).join('');
  return new RegExp(`^${source}$`).test(value);
}

function quoted(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
