import fc from 'fast-check';

/** Text of these characters alone. */
export const characters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength, maxLength });

/** What SageMaker takes as a name: 1 to 63 letters, digits and inner hyphens. */
export const sagemakerName = fc
  .tuple(characters('aZ09', 1, 30), characters('aZ09-', 0, 32), characters('aZ09', 1, 1))
  .map(([first, middle, last]) => first + middle + last);
