/** What a state takes and gives: JSON, and nothing else. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [field: string]: Json;
}

/** A value as it looks after a trip as JSON: dates are text, undefined fields are gone. */
export function asJson(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text as it is, anything else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** One line, cut where it is long. */
export function brief(value: unknown, length = 160): string {
  const line = value === undefined ? 'nothing' : JSON.stringify(value);
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
