import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from './json';

/** An argument: a literal keeps its escapes too, which States.Format reads. */
export interface Argument {
  readonly value: Json;
  readonly literal?: string;
}

/** A function's result; undefined where its arguments are not allowed. */
type Intrinsic = (args: readonly Argument[]) => Json | undefined;

/** Limits and rules: developer guide, "Intrinsic functions for JSONPath states". */
const MAX_ITEMS = 1000;
const MAX_TEXT = 10_000;
const HASHES: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const isText = (value: Json | undefined): value is string => typeof value === 'string';
const isNumber = (value: Json | undefined): value is number => typeof value === 'number';
const plain =
  (body: (...values: (Json | undefined)[]) => Json | undefined): Intrinsic =>
  (args) =>
    body(...args.map(({ value }) => value));

/** The intrinsic functions that give the same result each time: all but States.UUID and States.MathRandom. */
export const FUNCTIONS: Readonly<Record<string, Intrinsic>> = {
  'States.Format': ([template, ...values]) => format(template, values),
  'States.StringToJson': plain((text) => (isText(text) ? parsed(text) : undefined)),
  'States.JsonToString': plain((value) => (value === undefined ? undefined : JSON.stringify(value))),
  'States.Array': (args) => args.map(({ value }) => value),
  'States.ArrayPartition': plain((list, size) => {
    if (!Array.isArray(list) || !isNumber(size) || Math.round(size) < 1) return undefined;
    const step = Math.round(size);
    return Array.from({ length: Math.ceil(list.length / step) }, (_, i) => list.slice(i * step, (i + 1) * step));
  }),
  'States.ArrayContains': plain((list, item) =>
    Array.isArray(list) && item !== undefined ? list.some((other) => isDeepStrictEqual(other, item)) : undefined,
  ),
  'States.ArrayRange': plain((first, last, by) => {
    if (!isNumber(first) || !isNumber(last) || !isNumber(by)) return undefined;
    const [start, end, step] = [Math.round(first), Math.round(last), Math.round(by)];
    const length = step === 0 ? 0 : Math.floor((end - start) / step) + 1;
    return length < 1 || length > MAX_ITEMS ? undefined : Array.from({ length }, (_, i) => start + i * step);
  }),
  'States.ArrayGetItem': plain((list, index) =>
    Array.isArray(list) && isNumber(index) ? list[Math.round(index)] : undefined,
  ),
  'States.ArrayLength': plain((list) => (Array.isArray(list) ? list.length : undefined)),
  'States.ArrayUnique': plain((list) =>
    Array.isArray(list)
      ? list.filter((item, i) => list.findIndex((other) => isDeepStrictEqual(other, item)) === i)
      : undefined,
  ),
  'States.Base64Encode': plain((text) => (within(text) ? Buffer.from(text).toString('base64') : undefined)),
  'States.Base64Decode': plain((text) => (within(text) ? Buffer.from(text, 'base64').toString() : undefined)),
  'States.Hash': plain((data, algorithm) => {
    const name = isText(algorithm) ? HASHES[algorithm] : undefined;
    return within(data) && name !== undefined ? createHash(name).update(data).digest('hex') : undefined;
  }),
  // Deep merging is not offered: the third argument has to be false.
  'States.JsonMerge': plain((first, second, deep) =>
    isObject(first) && isObject(second) && deep === false ? { ...first, ...second } : undefined,
  ),
  'States.MathAdd': plain((a, b) => (isNumber(a) && isNumber(b) ? Math.round(a) + Math.round(b) : undefined)),
  // Each character of the second argument divides.
  'States.StringSplit': plain((text, dividers) => {
    if (!isText(text) || !isText(dividers)) return undefined;
    const one = Array.from(text, (char) => (dividers.includes(char) ? '\0' : char)).join('');
    return one.split('\0').filter((part) => part !== '');
  }),
};

function within(value: Json | undefined): value is string {
  return isText(value) && value.length <= MAX_TEXT;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function format(template: Argument | undefined, values: readonly Argument[]): string | undefined {
  const text = template?.literal ?? template?.value;
  if (!isText(text)) return undefined;
  let used = 0;
  const filled = text.replace(/\\(.)|\{\}/g, (_, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    const value = values[used++]?.value;
    return isText(value) ? value : JSON.stringify(value ?? null);
  });
  const simple = values.every(({ value }) => typeof value !== 'object' || value === null);
  return used === values.length && simple ? filled : undefined;
}
