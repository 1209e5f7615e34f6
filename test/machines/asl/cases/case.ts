import { type Json, type JsonObject, textOf } from '../json';

/**
 * What the language says about one machine. `source` is an anchor of the specification, a page of the developer guide
 * (with `dg/`), or an observation; all were read in November 2026.
 */
export interface AslCase {
  readonly name: string;
  readonly source: string;
  readonly definition: { readonly StartAt: string; readonly States: Readonly<Record<string, JsonObject>> } & JsonObject;
  readonly input?: Json;
  /** What each Task state answers, attempt by attempt; the last stays. A text is the name of an error. */
  readonly answers?: Readonly<Record<string, readonly (JsonObject | string)[]>>;
  readonly output?: Json;
  /** Name of the error that ends the execution. */
  readonly error?: string;
  /** Seconds that have passed at the end. */
  readonly seconds?: number;
}

/** A case without its group's source. */
export type Line = Omit<AslCase, 'source' | 'definition'> & {
  readonly source?: string;
  readonly states: Readonly<Record<string, JsonObject>>;
  readonly top?: JsonObject;
};

export const TASK = { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:F' };

/** Cases of one source. The first state starts; where a state says neither Next nor End, it ends. */
export function cases(source: string, lines: readonly Line[]): AslCase[] {
  return lines.map(({ states, top, ...line }) => ({
    source,
    ...line,
    definition: { ...top, StartAt: Object.keys(states)[0] ?? '', States: mapped(states) },
  }));
}

/** The states of a branch or an iteration. */
export function part(states: Readonly<Record<string, JsonObject>>): JsonObject {
  return { StartAt: Object.keys(states)[0] ?? '', States: mapped(states) };
}

function mapped(states: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(states).map(([name, state]) => {
      const open = !['Choice', 'Succeed', 'Fail'].includes(textOf(state['Type'])) && !('Next' in state);
      return [name, open ? { ...state, End: true } : state];
    }),
  );
}
