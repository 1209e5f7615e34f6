import type { Json, JsonObject } from '../json';
import { cases, type Line, part, TASK } from './case';

const DATA = {
  n: 5,
  t: 'log-a.txt',
  yes: true,
  at: '2026-01-01T00:00:30Z',
  none: null,
  star: 'a*b',
  limit: 5,
  secs: 9,
};

/** Takes the branch `yes` where the rule holds, `no` where not. */
const rule = (name: string, test: JsonObject, output: Json): Line => ({
  name,
  states: {
    S: { Type: 'Choice', Choices: [{ ...test, Next: 'Yes' }], Default: 'No' },
    Yes: { Type: 'Pass', Result: 'yes' },
    No: { Type: 'Pass', Result: 'no' },
  },
  input: DATA,
  output,
});
const v = (path: string, test: JsonObject): JsonObject => ({ Variable: path, ...test });
const WAIT = { Type: 'Wait' };

/** Choice, Wait, Fail, Map and Parallel. */
export const FLOW_CASES = [
  ...cases('#choice-state', [
    rule('NumericEquals', v('$.n', { NumericEquals: 5 }), 'yes'),
    rule('NumericLessThan', v('$.n', { NumericLessThan: 5 }), 'no'),
    rule('NumericGreaterThanEqualsPath', v('$.n', { NumericGreaterThanEqualsPath: '$.limit' }), 'yes'),
    rule('a text is no number', v('$.t', { NumericLessThan: 9 }), 'no'),
    rule('a number is no text', v('$.n', { StringLessThan: 'z' }), 'no'),
    rule('StringEquals', v('$.t', { StringEquals: 'log-a.txt' }), 'yes'),
    rule('StringMatches with a star', v('$.t', { StringMatches: 'log-*.txt' }), 'yes'),
    rule('StringMatches with an escaped star', v('$.star', { StringMatches: 'a\\*b' }), 'yes'),
    rule('StringMatches takes a question mark as it is', v('$.t', { StringMatches: 'log-?.txt' }), 'no'),
    rule('StringMatches takes a dot as it is', v('$.t', { StringMatches: 'log-aXtxt' }), 'no'),
    rule('BooleanEquals', v('$.yes', { BooleanEquals: true }), 'yes'),
    rule('TimestampLessThan', v('$.at', { TimestampLessThan: '2026-01-01T00:01:00Z' }), 'yes'),
    rule('TimestampEquals, in another zone', v('$.at', { TimestampEquals: '2026-01-01T01:00:30+01:00' }), 'yes'),
    rule(
      'TimestampGreaterThan of a text that is none',
      v('$.t', { TimestampGreaterThan: '2020-01-01T00:00:00Z' }),
      'no',
    ),
    rule('IsPresent true', v('$.n', { IsPresent: true }), 'yes'),
    rule('IsPresent true, of what is missing', v('$.gone', { IsPresent: true }), 'no'),
    rule('IsPresent false, of what is missing', v('$.gone', { IsPresent: false }), 'yes'),
    rule('IsPresent false, of what is there', v('$.n', { IsPresent: false }), 'no'),
    rule('IsPresent of null', v('$.none', { IsPresent: true }), 'yes'),
    rule('IsNull true', v('$.none', { IsNull: true }), 'yes'),
    rule('IsNull false', v('$.n', { IsNull: false }), 'yes'),
    rule('IsNumeric', v('$.n', { IsNumeric: true }), 'yes'),
    rule('IsString false', v('$.n', { IsString: false }), 'yes'),
    rule('IsBoolean', v('$.yes', { IsBoolean: true }), 'yes'),
    rule('IsTimestamp', v('$.at', { IsTimestamp: true }), 'yes'),
    rule('And', { And: [v('$.n', { IsNumeric: true }), v('$.n', { NumericLessThan: 4 })] }, 'no'),
    rule('Or', { Or: [v('$.n', { NumericEquals: 1 }), v('$.n', { NumericEquals: 5 })] }, 'yes'),
    rule('Not', { Not: v('$.n', { NumericEquals: 5 }) }, 'no'),
    rule(
      'And stops at the first that does not hold',
      { And: [v('$.gone', { IsPresent: true }), v('$.gone', { NumericEquals: 1 })] },
      'no',
    ),
    rule('the context object', v('$$.State.Name', { StringEquals: 'S' }), 'yes'),
    {
      name: 'without rule and Default it is NoChoiceMatched',
      states: {
        S: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'T' }] },
        T: { Type: 'Pass' },
      },
      input: DATA,
      error: 'States.NoChoiceMatched',
    },
    {
      name: 'a variable that leads nowhere is States.Runtime',
      source: 'observed: "references an invalid value", as the service words it',
      states: {
        S: { Type: 'Choice', Choices: [{ Variable: '$.gone', NumericEquals: 1, Next: 'T' }], Default: 'T' },
        T: { Type: 'Pass' },
      },
      input: DATA,
      error: 'States.Runtime',
    },
  ]),
  ...cases('#wait-state', [
    { name: 'Seconds', states: { S: { ...WAIT, Seconds: 3600 } }, input: DATA, output: DATA, seconds: 3600 },
    { name: 'Seconds of zero', states: { S: { ...WAIT, Seconds: 0 } }, input: DATA, output: DATA, seconds: 0 },
    { name: 'SecondsPath', states: { S: { ...WAIT, SecondsPath: '$.secs' } }, input: DATA, output: DATA, seconds: 9 },
    {
      name: 'Timestamp',
      states: { S: { ...WAIT, Timestamp: '2026-01-01T00:02:00Z' } },
      input: DATA,
      output: DATA,
      seconds: 120,
    },
    {
      name: 'TimestampPath',
      states: { S: { ...WAIT, TimestampPath: '$.at' } },
      input: DATA,
      output: DATA,
      seconds: 30,
    },
    {
      name: 'a Timestamp that is past',
      states: { S: { ...WAIT, Timestamp: '2020-01-01T00:00:00Z' } },
      input: DATA,
      output: DATA,
      seconds: 0,
    },
  ]),
  ...cases('#fail-state', [
    { name: 'a Fail ends with its error', states: { S: { Type: 'Fail', Error: 'Mine', Cause: 'so' } }, error: 'Mine' },
    {
      name: 'ErrorPath',
      states: { S: { Type: 'Fail', ErrorPath: '$.t', CausePath: "States.Format('{}', $.n)" } },
      input: DATA,
      error: 'log-a.txt',
    },
  ]),
  ...cases('#succeed-state', [
    {
      name: 'a Succeed ends with its input',
      states: { S: { Type: 'Succeed', OutputPath: '$.n' } },
      input: DATA,
      output: 5,
    },
  ]),
  ...cases('#parallel-state', [
    {
      name: 'a Parallel gives a list',
      states: {
        S: { Type: 'Parallel', Branches: [part({ A: { Type: 'Pass', Result: 1 } }), part({ B: { Type: 'Pass' } })] },
      },
      input: DATA,
      output: [1, DATA],
    },
    {
      name: 'branches wait beside each other',
      states: {
        S: {
          Type: 'Parallel',
          Branches: [part({ A: { ...WAIT, Seconds: 60 } }), part({ B: { ...WAIT, Seconds: 20 } })],
          ResultPath: null,
        },
      },
      input: 1,
      output: 1,
      seconds: 60,
    },
    {
      name: 'the failure of a branch ends the others',
      states: {
        S: {
          Type: 'Parallel',
          Branches: [part({ A: { ...WAIT, Seconds: 60 } }), part({ B: { Type: 'Fail', Error: 'Mine' } })],
          Catch: [{ ErrorEquals: ['Mine'], ResultPath: null, Next: 'T' }],
        },
        T: { Type: 'Pass' },
      },
      input: 1,
      output: 1,
      seconds: 0,
    },
    {
      name: 'a Parallel is tried again as a whole',
      states: {
        S: { Type: 'Parallel', Branches: [part({ A: TASK })], Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2 }] },
      },
      answers: { A: ['E', { ok: true }] },
      output: [{ ok: true }],
      seconds: 2,
    },
  ]),
  ...cases('#map-state', [
    {
      name: 'a Map works on each item',
      states: {
        S: {
          Type: 'Map',
          ItemsPath: '$.l',
          ItemProcessor: part({ A: { Type: 'Pass', Parameters: { 'x.$': '$.n' } } }),
        },
      },
      input: { l: [{ n: 1 }, { n: 2 }] },
      output: [{ x: 1 }, { x: 2 }],
    },
    {
      name: 'a Map of no items',
      states: { S: { Type: 'Map', ItemProcessor: part({ A: { Type: 'Pass' } }) } },
      input: [],
      output: [],
    },
    {
      name: 'ItemSelector sees input, index and item',
      states: {
        S: {
          Type: 'Map',
          ItemsPath: '$.l',
          ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'k.$': '$.k' },
          ItemProcessor: part({ A: { Type: 'Pass' } }),
        },
      },
      input: { k: 9, l: ['a'] },
      output: [{ i: 0, v: 'a', k: 9 }],
    },
    {
      name: 'MaxConcurrency',
      states: { S: { Type: 'Map', MaxConcurrency: 2, ItemProcessor: part({ A: { ...WAIT, Seconds: 10 } }) } },
      input: [1, 2, 3, 4, 5],
      output: [1, 2, 3, 4, 5],
      seconds: 30,
    },
    {
      name: 'without MaxConcurrency 40 at once',
      source: 'dg/state-map-inline',
      states: {
        S: { Type: 'Map', ItemProcessor: part({ A: { ...WAIT, Seconds: 10 } }), ResultPath: null, OutputPath: null },
      },
      input: Array.from({ length: 41 }, () => 0),
      output: {},
      seconds: 20,
    },
    {
      name: 'the failure of an item is the failure of the Map',
      states: { S: { Type: 'Map', ItemProcessor: part({ A: { Type: 'Fail', Error: 'Mine' } }) } },
      input: [1],
      error: 'Mine',
    },
    {
      name: 'a Map of what is no list fails',
      states: { S: { Type: 'Map', ItemProcessor: part({ A: { Type: 'Pass' } }) } },
      input: { k: 1 },
      error: 'States.Runtime',
    },
    {
      name: 'the item is in the context of the iteration',
      source: 'dg/input-output-contextobject',
      states: {
        S: { Type: 'Map', ItemProcessor: part({ A: { Type: 'Pass', Parameters: { 'i.$': '$$.Map.Item.Index' } } }) },
      },
      input: ['a', 'b'],
      output: [{ i: 0 }, { i: 1 }],
    },
  ]),
];
