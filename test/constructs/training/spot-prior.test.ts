import { spotPrior } from '../../../constructs/training/spot-prior';

const hours = (...of: Parameters<typeof spotPrior>) => {
  const { meanUpSeconds, meanDownSeconds } = spotPrior(...of);
  return [meanUpSeconds / 3600, meanDownSeconds / 3600].map((value) => Number(value.toFixed(1)));
};

it.each([
  ['<5%', [24, 1]],
  ['5-10%', [12, 1]],
  ['10-15%', [8, 1]],
  ['15-20%', [5, 1.5]],
  ['>20%', [3, 1.5]],
  [undefined, [3, 1.5]],
] as const)('of a type with %s interruptions a month', (interruptions, expected) => {
  expect(hours(interruptions, 1)).toEqual(expected);
});

it('of a gang is up for shorter and away for longer', () => {
  expect(hours('>20%', 16)).toEqual([1.8, 2.2]);
});
