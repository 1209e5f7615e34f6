/** Longer values are cut: the whole of them stands in the templates. */
const LONGEST = 80;
/** So much of what two long values have in common stands before their difference. */
const BEFORE = 24;

/** Says one value of a template; `(none)` stands for a value that is not there. */
type Say = (value: unknown) => string;

/**
 * What differs between two values, a line for each leaf: `Variants.0.InstanceType: ml.m5.large -> ml.m5.xlarge`.
 * Of lists of leaves, what came and what went: `Actions: + s3:GetObject`.
 */
export function leafChanges(path: string, before: unknown, after: unknown, say: Say): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isListOfLeaves(before) && isListOfLeaves(after)) return listChanges(path, before.map(say), after.map(say));
  const [old, now] = [branches(before), branches(after)];
  if (!old || !now || Array.isArray(before) !== Array.isArray(after)) {
    return [`${path}: ${between(said(before, say), said(after, say))}`];
  }
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
    leafChanges(`${path}.${key}`, old[key], now[key], say),
  );
}

/** What is below a value; undefined for a leaf, such as a text or a reference. */
function branches(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && /^(Ref|Fn::.*|Condition)$/.test(keys[0] ?? '') ? undefined : { ...value };
}

function isListOfLeaves(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.every((element) => branches(element) === undefined);
}

function listChanges(path: string, before: string[], after: string[]): string[] {
  const gone = before.filter((value) => !after.includes(value)).map((value) => `- ${cut(value)}`);
  const come = after.filter((value) => !before.includes(value)).map((value) => `+ ${cut(value)}`);
  const changes = [...gone, ...come];
  return [`${path}: ${changes.length > 0 ? changes.join(', ') : 'in another order'}`];
}

function said(value: unknown, say: Say): string {
  return value === undefined ? '(none)' : say(value);
}

/** Two values; of long ones the part where they begin to differ. */
function between(before: string, after: string): string {
  if (before.length <= LONGEST && after.length <= LONGEST) return `${before} -> ${after}`;
  let common = 0;
  while (common < before.length && before[common] === after[common]) common++;
  const start = Math.max(0, common - BEFORE);
  const part = (value: string) => cut(start > 0 ? `...${value.slice(start)}` : value);
  return `${part(before)} -> ${part(after)}`;
}

function cut(value: string): string {
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value;
}
