import { parseInput, refusedByBatch, refusedBySageMaker } from '../../../constructs/training/run-input.decision';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`name-${i}`, '1']));

it.each([
  ['nothing', {}, { hyperparameters: {}, run: undefined }],
  ['hyperparameters', { hyperparameters: { epochs: '3' } }, { hyperparameters: { epochs: '3' }, run: undefined }],
  ['a run to take up again', { run: 'monday' }, { hyperparameters: {}, run: 'monday' }],
  ['the most', { hyperparameters: many(100) }, { hyperparameters: many(100), run: undefined }],
  [
    'the longest texts',
    { hyperparameters: { ['n'.repeat(256)]: 'v'.repeat(2500) } },
    { hyperparameters: { ['n'.repeat(256)]: 'v'.repeat(2500) }, run: undefined },
  ],
])('An execution may be started with %s', (_, data, input) => {
  expect(parseInput(data)).toEqual(input);
});

it.each<[string, unknown, string]>([
  ['null', null, 'the input is null, allowed is an object'],
  ['a text', 'monday', 'the input is "monday", allowed is an object'],
  ['a list', [{}], 'the input is [{}], allowed is an object'],
  ['another field', { epochs: 3 }, 'the input has "epochs", allowed are "hyperparameters" and "run"'],
  ['a number as run', { run: 3 }, '"run" is 3, allowed is the name of a run to take up again'],
  ['a null as run', { run: null }, '"run" is null, allowed is the name of a run to take up again'],
  ['a list of hyperparameters', { hyperparameters: [] }, '"hyperparameters" is [], allowed is an object of strings'],
  [
    'a number as hyperparameter',
    { hyperparameters: { epochs: 3 } },
    'hyperparameter "epochs" is 3, allowed are strings: SageMaker takes no others',
  ],
  [
    'a hyperparameter without a name',
    { hyperparameters: { '': '3' } },
    '"hyperparameters" has a name of 0 characters, allowed are 1 to 256',
  ],
  [
    'a hyperparameter with a long name',
    { hyperparameters: { ['n'.repeat(257)]: '3' } },
    '"hyperparameters" has a name of 257 characters, allowed are 1 to 256',
  ],
  [
    'a long hyperparameter',
    { hyperparameters: { classes: 'v'.repeat(2501) } },
    'hyperparameter "classes" has 2501 characters, allowed are up to 2500',
  ],
  [
    'a hyperparameter of two lines',
    { hyperparameters: { config: 'a\nb' } },
    'hyperparameter "config" has a line break, allowed are texts of one line',
  ],
])('An execution may not be started with %s', (_, data, error) => {
  expect(parseInput(data)).toEqual({ error });
});

it.each<[string, Record<string, string>, string | undefined]>([
  ['100', many(100), undefined],
  ['101', many(101), 'there are 101 hyperparameters with those of the job, allowed are up to 100'],
  [
    'large ones',
    { ...many(99), classes: 'v'.repeat(48 * 1024) },
    'the hyperparameters have 50542 bytes as JSON with those of the job, allowed are up to 49152',
  ],
])('A job may have so many hyperparameters, %s', (_, all, refusal) => {
  expect(refusedBySageMaker(all)).toBe(refusal);
});

it('On Batch a job may have fewer: they are text in a request', () => {
  const rates = (characters: number) => ({ rates: '1'.repeat(characters) });
  // {\"rates\":\"...\"} and the quotes around it.
  expect(refusedByBatch(rates(6000 - 18))).toBeUndefined();
  expect(refusedByBatch(rates(6000 - 17))).toBe(
    'hyperparameters has 6001 characters in a request, allowed with Batch are 6000: ECS takes no more. Put what is longer into a channel',
  );
});
