import {
  affordableSeconds,
  cost,
  latenessSeconds,
  savingsPercent,
  withJob,
} from '../../../constructs/training/run-usage.decision';
import type { RunTerms } from '../../../constructs/training/run.decision';
import { ON_DEMAND, RUNNING, SPOT, STATE, TERMS } from './run-terms';

const used = { trainingSeconds: 100, paidSeconds: 100, interruptions: 2 };
const state = { ...STATE, used };

it.each([
  ['none', TERMS, state, undefined, used],
  [
    'one on Spot that tells nothing yet',
    TERMS,
    state,
    { ...RUNNING, interruptions: 1 },
    { trainingSeconds: 600, paidSeconds: 225, interruptions: 3 },
  ],
  [
    'one on-demand',
    TERMS,
    { ...state, mode: 'on-demand' as const },
    RUNNING,
    { trainingSeconds: 600, paidSeconds: 600, interruptions: 2 },
  ],
  [
    'one on Spot that has told what is paid',
    TERMS,
    state,
    { ...RUNNING, billableSeconds: 150 },
    { trainingSeconds: 600, paidSeconds: 250, interruptions: 2 },
  ],
  [
    'one on Spot at a price that is not known',
    SPOT,
    state,
    RUNNING,
    { trainingSeconds: 600, paidSeconds: 600, interruptions: 2 },
  ],
])('What a run has used, with %s', (_, terms, before, job, expected) => {
  expect(withJob(terms, before, job)).toEqual(expected);
});

const paid = (paidSeconds: number) => ({ ...used, paidSeconds });
it.each<[string, RunTerms, number, number | undefined, number | undefined]>([
  ['without a price', { ...TERMS, onDemandUsdPerHour: undefined, maxCostUsd: 6 }, 600, undefined, undefined],
  ['without a limit', TERMS, 600, 1, undefined],
  ['with a limit', { ...TERMS, maxCostUsd: 6 }, 600, 1, 3000],
  ['of four nodes', { ...TERMS, nodes: 4, maxCostUsd: 6 }, 600, 4, 300],
  ['over its limit', { ...TERMS, maxCostUsd: 1 }, 900, 1.5, -300],
])('The cost of a run %s, and what is left', (_, terms, seconds, usd, left) => {
  expect([cost(terms, paid(seconds)), affordableSeconds(terms, paid(seconds))]).toEqual([usd, left]);
});

it.each([
  [0, 0, undefined],
  [100, 100, 0],
  [100, 25, 75],
])('Of %d s of training, %d paid, the saving is %p percent', (trainingSeconds, paidSeconds, percent) => {
  expect(savingsPercent({ trainingSeconds, paidSeconds, interruptions: 0 })).toBe(percent);
});

it.each([
  [TERMS, 17_999, 0],
  [TERMS, 18_060, 60],
  [ON_DEMAND, 18_060, undefined],
  [SPOT, 18_060, undefined],
])('Lateness, %#', (terms, elapsedSeconds, late) => {
  expect(latenessSeconds(terms, { ...STATE, elapsedSeconds })).toBe(late);
});
