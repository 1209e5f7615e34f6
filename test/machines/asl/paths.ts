import { compile, type JSONPathQuery } from 'json-p3';
import { Refused, runtimeError, StateError } from './errors';
import { brief, isObject, type Json } from './json';

const compiled = new Map<string, JSONPathQuery>();

/** A JSONPath, by RFC 9535. `$$` is the context object's root. */
export function query(path: string): JSONPathQuery {
  const known = compiled.get(path);
  if (known) return known;
  try {
    const made = compile(path.startsWith('$$') ? path.slice(1) : path);
    compiled.set(path, made);
    return made;
  } catch (error) {
    throw new Refused(`${path} is no JSONPath (RFC 9535): ${(error as Error).message}`);
  }
}

/** Whether a path points at one place. Others give a list, which may be empty. */
export function isDefinite(path: string): boolean {
  return query(path).singularQuery();
}

/** What a path points at; undefined where a definite path leads nowhere. */
export function find(path: string, input: Json, context: Json): Json | undefined {
  const values = query(path)
    .query(path.startsWith('$$') ? context : input)
    .values() as Json[];
  return isDefinite(path) ? values[0] : values;
}

/** What a path points at. Fails with States.Runtime where it leads nowhere, as seen on AWS (source: cases/data.ts). */
export function read(path: string, input: Json, context: Json): Json {
  const value = find(path, input, context);
  if (value === undefined)
    throw runtimeError(`${path} leads nowhere in ${brief(path.startsWith('$$') ? context : input)}`);
  return value;
}

/** The steps of a reference path: `$.a[0]` is `['a', 0]`. */
export function steps(path: string): (string | number)[] {
  if (path.startsWith('$$') || !isDefinite(path)) throw new Refused(`${path} does not point at one place of the input`);
  return query(path).segments.flatMap(({ selectors }) =>
    selectors.map((selector) => {
      if ('name' in selector) return String(selector.name);
      if ('index' in selector) return Number(selector.index);
      throw new Refused(`${path} holds a step that is neither a name nor an index`);
    }),
  );
}

/** A copy of the input with the value at the place, which is made where it is missing. */
export function write(path: string, input: Json, value: Json): Json {
  return place(steps(path), input, value, path);
}

function place(way: (string | number)[], target: Json | undefined, value: Json, path: string): Json {
  const [step, ...rest] = way;
  if (step === undefined) return value;
  if (typeof step === 'string' && (target === undefined || isObject(target))) {
    return { ...target, [step]: place(rest, target?.[step], value, path) };
  }
  if (typeof step === 'number' && Array.isArray(target) && step >= 0 && step < target.length) {
    return target.map((item, index) => (index === step ? place(rest, item, value, path) : item));
  }
  throw new StateError('States.ResultPathMatchFailure', `${path} cannot be put into ${brief(target)}`);
}
