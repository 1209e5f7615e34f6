import { weights } from './weights.decision';

it.each([
  [0, 100],
  [10, 90],
  [100, 0],
])('sends %d percent to green and %d to blue', (green, blue) => {
  expect(weights(green)).toEqual([
    { VariantName: 'blue', DesiredWeight: blue },
    { VariantName: 'green', DesiredWeight: green },
  ]);
});

it.each([-1, 101, NaN])('fails when greenPercent is %d', (green) => {
  expect(() => weights(green)).toThrow(
    new RangeError(`greenPercent is ${green}, allowed are 0 to 100: no weight may be negative`),
  );
});
