export type Path = readonly (string | number)[];

/** As error messages write it: `endpoint.variant.name`, `availabilityZones[0]`. */
export const dotted = (path: Path): string =>
  path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');

/** The way back from `dotted`. */
export const pathOf = (text: string): Path =>
  text.split(/\.|(?=\[)/).map((key) => (key.startsWith('[') ? Number(key.slice(1, -1)) : key));

/** The paths of everything in a value, itself first. */
export function paths(value: unknown, above: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [above];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [above, ...entries.flatMap(([key, below]) => paths(below, [...above, key]))];
}

export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((below, key) => (below as Record<string | number, unknown>)[key], value);

/** A copy of the value, with another one at that path. */
export function put(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = put(copy[key], rest, replacement);
  return copy;
}

/** A copy of the value without what is at that path. */
export function drop(value: unknown, path: Path): unknown {
  const above = path.slice(0, -1);
  const kept = Object.entries(at(value, above) as object).filter(([key]) => key !== path.at(-1));
  return put(value, above, Object.fromEntries(kept));
}

/** The lines of the error that a call throws; none when it throws nothing. */
export function complaints(call: () => unknown): string[] {
  try {
    call();
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}
