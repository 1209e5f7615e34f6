import * as z from 'zod';

/** A comparison of several fields of a checked file. Not a refinement of zod's: those are silent once any field is wrong. */
export interface Rule<T> {
  /** The field that is reported, dotted. */
  readonly path: string;
  /** What else is compared, dotted. The rule runs only when none of its fields has a problem of its own. */
  readonly reads: readonly string[];
  /** What is allowed, and why, or undefined when the rule is met. */
  readonly allowed: (value: T) => string | undefined;
}

type Path = readonly PropertyKey[];

/** A single value: whatever its schema dislikes about it, the reader is told what is allowed. */
export const leaf = <S extends z.ZodType>(schema: S, allowed: string) =>
  z.custom<z.output<S>>((value) => schema.safeParse(value).success, `allowed are ${allowed}`);

/** An immutable list whose items are checked one by one, then together. */
export const list = <S extends z.ZodType>(
  item: S,
  allowed: string,
  met: (items: readonly z.output<S>[]) => boolean,
) => {
  const error = `allowed are ${allowed}`;
  return z.array(item, { error }).refine(met, { error }).readonly();
};

/** An immutable object with these fields and no others. */
export const fields = <S extends z.core.$ZodLooseShape>(shape: S) => {
  const known = Object.keys(shape).join(', ');
  const error = (issue: z.core.$ZodRawIssue) =>
    issue.code === 'unrecognized_keys' ? `known are ${known}` : `allowed are the fields ${known}`;
  return z.strictObject(shape, { error }).readonly();
};

export const distinct = (items: readonly unknown[]): boolean => new Set(items).size === items.length;

/**
 * The value, checked and frozen. `file` is where a reader finds it.
 *
 * @throws Error with one line for each problem: file, field path, what was given, what is allowed.
 */
export function check<S extends z.ZodType>(
  file: string,
  schema: S,
  value: unknown,
  rules: readonly Rule<z.output<S>>[] = [],
): z.output<S> {
  const parsed = schema.safeParse(value);
  const issues = parsed.error?.issues ?? [];
  const isClean = (path: string) => !issues.some((issue) => overlap(issue, path.split('.')));
  const broken = rules.flatMap(({ path, reads, allowed }) => {
    const message = [path, ...reads].every(isClean) ? allowed(value as z.output<S>) : undefined;
    return message === undefined ? [] : [{ path: path.split('.'), message }];
  });

  const problems = [
    ...issues.flatMap((issue) => sentences(issue, value)),
    ...broken.map((problem) => sentence(problem, value)),
  ];
  if (problems.length > 0) throw new Error(problems.map((problem) => `${file}${problem}`).join('\n'));
  return parsed.data as z.output<S>;
}

/** Whether one path leads to the other. An unknown field spoils nothing beside it. */
function overlap(issue: z.core.$ZodIssue, path: Path): boolean {
  if (issue.code === 'unrecognized_keys') return false;
  return issue.path.every((key, at) => at >= path.length || key === path[at]);
}

function sentences(issue: z.core.$ZodIssue, value: unknown): string[] {
  if (issue.code !== 'unrecognized_keys') return [sentence(issue, value)];
  return issue.keys.map((key) => `${where([...issue.path, key])} is not a known field, ${issue.message}`);
}

function sentence({ path, message }: { path: Path; message: string }, value: unknown): string {
  const given = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], value);
  return `${where(path)} is ${given === undefined ? 'missing' : shown(given)}, ${message}`;
}

const where = (path: Path): string => (path.length === 0 ? '' : `: ${z.core.toDotPath(path)}`);

/** As it would be written in the file, cut at 80 characters. */
function shown(value: unknown): string {
  const text =
    typeof value === 'string' || (typeof value === 'object' && value !== null) ? JSON.stringify(value) : String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
