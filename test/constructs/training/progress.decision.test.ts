import { progressIn, secondsLeft } from '../../../constructs/training/progress.decision';

const PROGRESS = { completed: 1200, total: 5000, trainingSeconds: 3600.5, checkpointSeconds: 4.2 };
const FILE = { version: 1, ...PROGRESS, unit: 'steps' };

it('Progress is what a trainer wrote beside its checkpoint', () => {
  expect(progressIn(JSON.stringify(FILE))).toEqual(PROGRESS);
});

it.each([
  ['is empty', ''],
  ['is cut off', JSON.stringify(FILE).slice(0, -10)],
  ['is null', 'null'],
  ['is a list', '[]'],
  ['is of another version', JSON.stringify({ ...FILE, version: 2 })],
  ['is of no version', JSON.stringify(PROGRESS)],
  ...(['completed', 'total', 'trainingSeconds', 'checkpointSeconds'] as const).flatMap((field): [string, string][] => [
    [`has no ${field}`, JSON.stringify({ ...FILE, [field]: undefined })],
    [`has a text as ${field}`, JSON.stringify({ ...FILE, [field]: '1' })],
    [`has a ${field} below 0`, JSON.stringify({ ...FILE, [field]: -1 })],
  ]),
  ['has more done than there is', JSON.stringify({ ...FILE, completed: 5001 })],
  ['has nothing to do', JSON.stringify({ ...FILE, completed: 0, total: 0 })],
])('A file that %s tells nothing', (_, text) => {
  expect(progressIn(text)).toBeUndefined();
});

it.each([
  ['without a file', undefined, undefined],
  ['before the first work', { ...PROGRESS, completed: 0 }, undefined],
  ['half way', { ...PROGRESS, completed: 2500, trainingSeconds: 1000 }, 1000],
  ['a fifth of the way', { ...PROGRESS, completed: 1000, trainingSeconds: 500 }, 2000],
  ['at the end', { ...PROGRESS, completed: 5000 }, 0],
])('Seconds left, %s', (_, progress, seconds) => {
  expect(secondsLeft(progress)).toBe(seconds);
});
