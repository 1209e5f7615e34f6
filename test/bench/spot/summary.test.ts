import { judged, type Sample, summary } from '../../../bench/spot/summary';

const outcome = (cost: number, met = true) => ({ cost, steps: cost, met, interruptions: 0, changes: 0 });
const sample = (ours: number, wait: number, optimum = 10): Sample => ({
  trace: 't',
  times: 2,
  work: 10,
  optimum,
  outcomes: [
    { name: 'ours', outcome: outcome(ours) },
    { name: 'wait', outcome: outcome(wait, false) },
    { name: 'other', outcome: outcome(12) },
  ],
});
const ROLES = { ours: 'ours', rivals: ['wait', 'other'], wait: 'wait' };
const failed = (samples: Sample[]) => judged(samples, [2], ROLES).filter(({ holds }) => holds !== 'yes');

it('the table has mean and 95th percentile over the optimum, time over work, and what was missed', () => {
  const rows = summary([sample(10, 5), sample(11, 5), sample(99, 99, Infinity)], [2]);
  expect(rows).toEqual([
    { policy: 'ours', '2x': '1.050 (1.10), time 1.05' },
    { policy: 'wait', '2x': '0.500 (0.50), time 0.50, 2 missed' },
    { policy: 'other', '2x': '1.200 (1.20), time 1.20' },
    { policy: 'offline optimum', '2x': '1, 0 of 2 missed, 1 impossible' },
  ]);
});

it('all claims hold of a good policy', () => {
  expect(failed([sample(10, 5), sample(10.5, 5)])).toEqual([]);
});

it.each([
  ['mean', sample(10.6, 5), ['2x: mean at most 1.05']],
  [
    'percentile',
    sample(12.1, 5),
    ['2x: mean at most 1.05', '2x: 95th percentile at most 1.2', '2x: mean below every other that misses none'],
  ],
  ['cheaper than the optimum', sample(9, 5), ['sanity: nothing that meets its deadline costs less than the optimum']],
])('a claim fails: %s', (_, one, claims) => {
  expect(failed([one]).map(({ claim }) => claim)).toEqual(claims);
});

it('a policy that waits and misses nothing makes the table doubtful', () => {
  const met = sample(10, 12);
  const outcomes = met.outcomes.map(({ name, outcome: { cost } }) => ({ name, outcome: outcome(cost) }));
  expect(failed([{ ...met, outcomes }]).map(({ claim }) => claim)).toEqual([
    'sanity: waiting for Spot misses deadlines',
  ]);
});
