import type { Json } from '../json';
import { cases, type Line } from './case';

const DATA = { n: 3, t: 'text', list: [1, 2, 2, { k: 1 }], o: { a: 1 }, p: { a: 2, b: 3 }, json: '{"k":1}' };

const gives = (expression: string, output: Json): Line => ({
  name: expression,
  states: { S: { Type: 'Pass', Parameters: { 'v.$': expression }, OutputPath: '$.v' } },
  input: DATA,
  output,
});

/** Intrinsic functions. */
export const INTRINSIC_CASES = cases('dg/intrinsic-functions', [
  gives("States.Format('{}: {}', $.t, $.n)", 'text: 3'),
  gives("States.Format('no place')", 'no place'),
  gives("States.Format('\\{\\} {} it\\'s', true)", "{} true it's"),
  gives("States.Format('{}', States.Format('<{}>', $.n))", '<3>'),
  gives("States.Format('{}, {}', 'a, b', null)", 'a, b, null'),
  gives('States.StringToJson($.json)', { k: 1 }),
  gives('States.JsonToString($.o)', '{"a":1}'),
  gives("States.Array($.n, 'x', $.o)", [3, 'x', { a: 1 }]),
  gives('States.Array()', []),
  gives('States.ArrayPartition($.list, 3)', [[1, 2, 2], [{ k: 1 }]]),
  gives('States.ArrayContains($.list, 2)', true),
  gives('States.ArrayContains($.list, 9)', false),
  gives('States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]),
  gives('States.ArrayRange(3, 1, -1)', [3, 2, 1]),
  gives('States.ArrayGetItem($.list, 1)', 2),
  gives('States.ArrayLength($.list)', 4),
  gives('States.ArrayUnique($.list)', [1, 2, { k: 1 }]),
  gives("States.Base64Encode('Data')", 'RGF0YQ=='),
  gives("States.Base64Decode('RGF0YQ==')", 'Data'),
  gives("States.Hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
  gives("States.Hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'),
  gives('States.JsonMerge($.o, $.p, false)', { a: 2, b: 3 }),
  gives('States.MathAdd($.n, -1)', 2),
  gives("States.StringSplit('1,2,3', ',')", ['1', '2', '3']),
  gives("States.StringSplit('a.b+c=d', '.+=')", ['a', 'b', 'c', 'd']),
  {
    name: 'arguments of a wrong type are States.IntrinsicFailure',
    source: '#appendix-a',
    states: { S: { Type: 'Pass', Parameters: { 'v.$': 'States.MathAdd($.t, 1)' } } },
    input: DATA,
    error: 'States.IntrinsicFailure',
  },
]);
