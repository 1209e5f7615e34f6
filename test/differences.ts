/** Where two values differ: the path, and what stands there on either side; undefined where there is nothing. */
export interface Difference {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Every difference of two JSON values, property by property. The order of keys does not count, that of lists does. */
export function differences(left: unknown, right: unknown, path = ''): Difference[] {
  if (isObject(left) && isObject(right) && Array.isArray(left) === Array.isArray(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap((key) => differences(left[key], right[key], path === '' ? key : `${path}.${key}`));
  }
  return left === right ? [] : [{ path, left, right }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
