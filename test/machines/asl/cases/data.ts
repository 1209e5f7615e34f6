import { cases, TASK } from './case';

const P = { Type: 'Pass' };
const DATA = { a: { b: 1, list: [1, 2, 3] }, 'odd name': 2, items: [{ n: 1 }, { n: 2 }], none: null };

/** Paths, and the way of data through a state. */
export const DATA_CASES = [
  ...cases('#filters', [
    { name: 'without paths the input is the output', states: { S: P }, input: DATA, output: DATA },
    { name: 'InputPath selects', states: { S: { ...P, InputPath: '$.a' } }, input: DATA, output: DATA.a },
    { name: 'InputPath null is an empty object', states: { S: { ...P, InputPath: null } }, input: DATA, output: {} },
    { name: 'OutputPath selects', states: { S: { ...P, OutputPath: '$.a.b' } }, input: DATA, output: 1 },
    { name: 'OutputPath null is an empty object', states: { S: { ...P, OutputPath: null } }, input: DATA, output: {} },
    {
      name: 'ResultPath puts the result into the input',
      states: { S: { ...P, Result: 5, ResultPath: '$.r' } },
      input: { x: 1 },
      output: { x: 1, r: 5 },
    },
    {
      name: 'ResultPath makes what is missing on its way',
      states: { S: { ...P, Result: 5, ResultPath: '$.r.s.t' } },
      input: { x: 1 },
      output: { x: 1, r: { s: { t: 5 } } },
    },
    {
      name: 'ResultPath replaces what is there',
      states: { S: { ...P, Result: 5, ResultPath: '$.x' } },
      input: { x: 1, y: 2 },
      output: { x: 5, y: 2 },
    },
    {
      name: 'ResultPath $ replaces the input',
      states: { S: { ...P, Result: 5, ResultPath: '$' } },
      input: { x: 1 },
      output: 5,
    },
    {
      name: 'ResultPath null drops the result',
      states: { S: { ...P, Result: 5, ResultPath: null } },
      input: { x: 1 },
      output: { x: 1 },
    },
    {
      name: 'ResultPath takes bracketed names',
      states: { S: { ...P, Result: 5, ResultPath: "$['odd name']" } },
      input: { x: 1 },
      output: { x: 1, 'odd name': 5 },
    },
    {
      name: 'ResultPath replaces an item of a list',
      states: { S: { ...P, Result: 5, ResultPath: '$.l[1]' } },
      input: { l: [1, 2, 3] },
      output: { l: [1, 5, 3] },
    },
    {
      name: 'ResultPath uses the raw input, not the selected one',
      states: { S: { ...P, InputPath: '$.a', ResultPath: '$.r' } },
      input: { a: { b: 1 } },
      output: { a: { b: 1 }, r: { b: 1 } },
    },
    {
      name: 'OutputPath comes after ResultPath',
      states: { S: { ...P, Result: 5, ResultPath: '$.r', OutputPath: '$.r' } },
      input: {},
      output: 5,
    },
    {
      name: 'ResultPath into a text is ResultPathMatchFailure',
      states: { S: { ...P, Result: 5, ResultPath: '$.r' } },
      input: 'text',
      error: 'States.ResultPathMatchFailure',
    },
    {
      name: 'ResultPath beyond the end of a list is ResultPathMatchFailure',
      states: { S: { ...P, Result: 5, ResultPath: '$.l[3]' } },
      input: { l: [1] },
      error: 'States.ResultPathMatchFailure',
    },
  ]),
  ...cases('#payload-template', [
    {
      name: 'Parameters fills in paths',
      states: { S: { ...P, Parameters: { 'x.$': '$.a.b', y: 'as it is' } } },
      input: DATA,
      output: { x: 1, y: 'as it is' },
    },
    {
      name: 'Parameters works on nested objects and lists',
      states: { S: { ...P, Parameters: { o: { 'x.$': '$.a.b' }, l: [{ 'y.$': '$.none' }, 3] } } },
      input: DATA,
      output: { o: { x: 1 }, l: [{ y: null }, 3] },
    },
    {
      name: 'Parameters come after InputPath',
      states: { S: { ...P, InputPath: '$.a', Parameters: { 'x.$': '$.b' } } },
      input: DATA,
      output: { x: 1 },
    },
    {
      name: 'Parameters read the context object',
      states: { S: { ...P, Parameters: { 'i.$': '$$.Execution.Input.k', 's.$': '$$.State.Name' } } },
      input: { k: 7 },
      output: { i: 7, s: 'S' },
    },
    {
      name: 'ResultSelector works on the result',
      states: { S: { ...TASK, ResultSelector: { 'v.$': '$.Payload' }, ResultPath: '$.r' } },
      input: { x: 1 },
      answers: { S: [{ Payload: 3, More: 4 }] },
      output: { x: 1, r: { v: 3 } },
    },
    {
      name: 'a state sees the name and number of its attempt',
      states: { S: { ...TASK, Parameters: { 'n.$': '$$.State.RetryCount' }, Retry: [{ ErrorEquals: ['E'] }] } },
      answers: { S: ['E', { ok: true }] },
      output: { ok: true },
    },
  ]),
  ...cases('dg/amazon-states-language-paths', [
    { name: 'a bracketed name', states: { S: { ...P, OutputPath: "$['odd name']" } }, input: DATA, output: 2 },
    { name: 'a name with a hyphen', states: { S: { ...P, OutputPath: '$.a-b' } }, input: { 'a-b': 1 }, output: 1 },
    { name: 'an index', states: { S: { ...P, OutputPath: '$.a.list[1]' } }, input: DATA, output: 2 },
    { name: 'a slice gives a list', states: { S: { ...P, OutputPath: '$.a.list[0:2]' } }, input: DATA, output: [1, 2] },
    {
      name: 'a wildcard gives a list',
      states: { S: { ...P, OutputPath: '$.items[*].n' } },
      input: DATA,
      output: [1, 2],
    },
    {
      name: 'a wildcard over one item gives a list too',
      states: { S: { ...P, OutputPath: '$.items[*].n' } },
      input: { items: [{ n: 1 }] },
      output: [1],
    },
    { name: 'a descent gives a list', states: { S: { ...P, OutputPath: '$..n' } }, input: DATA, output: [1, 2] },
    {
      name: 'a filter gives a list of all that match',
      states: { S: { ...P, OutputPath: '$.items[?(@.n == 2)]' } },
      input: DATA,
      output: [{ n: 2 }],
    },
    {
      name: 'a filter that matches nothing gives an empty list',
      states: { S: { ...P, OutputPath: '$.items[?(@.n == 9)]' } },
      input: DATA,
      output: [],
    },
    { name: 'null is a value', states: { S: { ...P, OutputPath: '$.none' } }, input: DATA, output: null },
  ]),
  ...cases(
    'observed: event history in a public issue, April 2022: "The JSONPath ... could not be found in the input"',
    [
      {
        name: 'Parameters that lead nowhere are States.Runtime',
        states: { S: { ...TASK, Parameters: { 'x.$': '$.z' } } },
        answers: { S: [{}] },
        input: {},
        error: 'States.Runtime',
      },
      {
        name: 'and States.ALL does not catch that',
        source: 'dg/concepts-error-handling',
        states: {
          S: { ...TASK, Parameters: { 'x.$': '$.z' }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }] },
          T: P,
        },
        answers: { S: [{}] },
        input: {},
        error: 'States.Runtime',
      },
    ],
  ),
  ...cases('dg/concepts-error-handling', [
    {
      name: 'InputPath that leads nowhere is States.Runtime',
      states: { S: { ...P, InputPath: '$.z' } },
      input: {},
      error: 'States.Runtime',
    },
    {
      name: 'an output above 256 KiB is States.DataLimitExceeded',
      states: { S: { ...P, Parameters: { 'a.$': '$.t', 'b.$': '$.t', 'c.$': '$.t' } } },
      input: { t: 'x'.repeat(100_000) },
      error: 'States.DataLimitExceeded',
    },
  ]),
  ...cases('#pass-state', [
    { name: 'a Result is the result', states: { S: { ...P, Result: { k: 1 } } }, input: DATA, output: { k: 1 } },
    { name: 'a Result of zero is a result', states: { S: { ...P, Result: 0 } }, input: DATA, output: 0 },
    { name: 'a Result of false is a result', states: { S: { ...P, Result: false } }, input: DATA, output: false },
  ]),
];
