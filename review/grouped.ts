/** The same in several environments, but for details. */
export interface Group<T> {
  /** One of them, for what they have in common. */
  readonly one: T;
  readonly all: T[];
  /** In the order they came in. */
  readonly environments: string[];
}

/** What is the same but for its environment and details, as one: four environments that change alike are read once. */
export function grouped<T extends { readonly environment: string }>(
  items: T[],
  same: (item: T) => string[],
): Group<T>[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(same(item));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()].flatMap((all) => {
    const [one] = all;
    return one ? [{ one, all, environments: [...new Set(all.map(({ environment }) => environment))] }] : [];
  });
}

/** A detail of a group, with the environments it belongs to where it is not the same in all of them. */
export function details<T extends { readonly environment: string }>(
  { all }: Group<T>,
  detail: (item: T) => string[],
): string[] {
  const variants = grouped(
    all.map((item) => ({ environment: item.environment, lines: detail(item) })),
    ({ lines }) => lines,
  );
  if (variants.length === 1) return variants[0]?.one.lines ?? [];
  return variants.flatMap(({ one, environments }) => one.lines.map((line) => `${environments.join(', ')}: ${line}`));
}
