import fc from 'fast-check';

/** Wrong values: some that are always tried, the nearest ones among them, and more at random. */
export interface Wrong<T = unknown> {
  readonly each: readonly T[];
  readonly any: fc.Arbitrary<T>;
}

export const these = <T>(...each: T[]): Wrong<T> => ({ each, any: fc.constantFrom(...each) });
export const not = <T>(each: T[], ...ranges: fc.Arbitrary<T>[]): Wrong<T> => ({ each, any: fc.oneof(...ranges) });

export const below = (min: number) => fc.integer({ max: min - 1 });
export const above = (max: number) => fc.integer({ min: max + 1, max: Number.MAX_SAFE_INTEGER });
