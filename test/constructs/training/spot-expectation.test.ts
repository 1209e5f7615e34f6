import { spotFigures } from '../../../constructs/private/spot-figures';
import { checkpointInterval, expectSpot } from '../../../constructs/training/spot-expectation';
import { spotPrior } from '../../../constructs/training/spot-prior';

it('Spot is expected to save what the advisor said of type and region', () => {
  const { savingPercent = 0 } = spotFigures('ml.g5.12xlarge', 'eu-west-1') ?? {};
  expect(savingPercent).toBeGreaterThan(0);
  expect(expectSpot('ml.g5.12xlarge', 'eu-west-1', 1).priceRatio).toBeCloseTo(1 - savingPercent / 100);
});

it.each([
  ['a type that the advisor does not have', 'ml.p99.xlarge', 'eu-west-1'],
  ['a region that is not known at synth', 'ml.g5.12xlarge', '${Token[AWS.Region.1]}'],
])('Little is expected of %s', (_, type, region) => {
  expect(expectSpot(type, region, 1)).toEqual({
    ...spotPrior('>20%', 1),
    priceRatio: expect.closeTo(0.4) as number,
  });
});

it.each([
  [1, 3600, 300],
  [60, 14_400, 1255],
  [60, 86_400, 3160],
  [120, 86_400, 3600],
])('A save of %d s, and instances that stay for %d s: every %d s', (write, up, seconds) => {
  expect(checkpointInterval(write, up)).toBe(seconds);
});
