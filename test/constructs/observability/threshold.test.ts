import { Duration } from 'aws-cdk-lib';
import fc from 'fast-check';
import { Threshold } from '../../../constructs/observability';

it.each<[string, Threshold, string, number, string]>([
  [
    'microsecondsAbove',
    Threshold.microsecondsAbove(Duration.millis(50)),
    'GreaterThanThreshold',
    50_000,
    'above 50 ms (50000 microseconds)',
  ],
  [
    'microsecondsAbove, in seconds',
    Threshold.microsecondsAbove(Duration.seconds(2)),
    'GreaterThanThreshold',
    2_000_000,
    'above 2000 ms (2000000 microseconds)',
  ],
  ['above', Threshold.above(0.3), 'GreaterThanThreshold', 0.3, 'above 0.3'],
  ['below', Threshold.below(0.85), 'LessThanThreshold', 0.85, 'below 0.85'],
  [
    'percentOfRequestsAbove',
    Threshold.percentOfRequestsAbove(1),
    'GreaterThanThreshold',
    0.01,
    'above 1 % of requests',
  ],
  [
    'percentOfRequestsAbove, nothing may fail',
    Threshold.percentOfRequestsAbove(0),
    'GreaterThanThreshold',
    0,
    'above 0 % of requests',
  ],
])('Threshold.%s', (_, { comparison, value, description }, ...expected) => {
  expect([comparison, value, description]).toEqual(expected);
});

it('Threshold.percentOfRequestsAbove is a fraction that an average of 0 and 1 can exceed', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, maxExcluded: true, noNaN: true }), (percent) => {
      const { value } = Threshold.percentOfRequestsAbove(percent);
      expect(value).toBeCloseTo(percent / 100);
      expect(value).toBeLessThan(1);
    }),
  );
});

it.each([-1, 100, 150, NaN])('Threshold.percentOfRequestsAbove fails when the limit is %s', (limit) => {
  expect(() => Threshold.percentOfRequestsAbove(limit)).toThrow(
    new Error(
      `Threshold.percentOfRequestsAbove: limit is ${limit}, allowed is 0 up to, but not, 100 percent: no share is above 100`,
    ),
  );
});

it.each([
  ['above', () => Threshold.above(Number.NaN), 'limit is NaN, allowed is a finite number'],
  ['below', () => Threshold.below(Infinity), 'limit is Infinity, allowed is a finite number'],
  [
    'microsecondsAbove',
    () => Threshold.microsecondsAbove(Duration.millis(0)),
    'limit is 0 ms, allowed is more than 0 ms',
  ],
])('Threshold.%s fails when the limit means nothing', (factory, threshold, message) => {
  expect(threshold).toThrow(new Error(`Threshold.${factory}: ${message}`));
});
