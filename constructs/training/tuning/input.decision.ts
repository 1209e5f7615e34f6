import { hyperparametersIn, isObject, refusedBySageMaker } from '../run-input.decision';
import type { TuningTerms } from './state.decision';

/** What an execution may be started with. */
export interface TuningInput {
  /** Added to the job's hyperparameters that are not tuned, and instead of those of the same name. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Tuning jobs to learn from, instead of those that the warm start names. */
  readonly parents?: readonly string[];
}

/** Limits: API CreateHyperParameterTuningJob (November 2026). With those that are tuned and the one that SageMaker adds: 100. */
const MOST_HYPERPARAMETERS = 99;
const MOST_PARENTS = 5;
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}$/;

/** Reads an execution's input, or says what is wrong with it. */
export function parseInput(terms: TuningTerms, data: unknown): TuningInput | { readonly error: string } {
  if (!isObject(data)) return { error: `the input is ${JSON.stringify(data)}, allowed is an object` };
  const { hyperparameters: given = {}, parents, ...others } = data;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return { error: `the input has "${unknown}", allowed are "hyperparameters" and "parents"` };

  const hyperparameters = hyperparametersIn(given);
  if ('error' in hyperparameters) return hyperparameters;
  const tuned = Object.keys(hyperparameters.values).find((name) => terms.tuned.includes(name));
  if (tuned !== undefined) return { error: `hyperparameter "${tuned}" is tuned, allowed are those that are not` };
  const free = Object.fromEntries(terms.tuned.map((name) => [name, '']));
  const all = { ...free, ...terms.hyperparameters, ...hyperparameters.values };
  const error = refusedBySageMaker(all, MOST_HYPERPARAMETERS);
  if (error !== undefined) return { error };
  if (parents === undefined) return { hyperparameters: hyperparameters.values };
  if (!terms.parents) return { error: '"parents" is given, allowed is that for a tuning with a warm start' };
  const isList = Array.isArray(parents) && parents.every((name) => typeof name === 'string' && NAME.test(name));
  if (!isList || parents.length < 1 || parents.length > MOST_PARENTS || new Set(parents).size < parents.length) {
    return { error: `"parents" is ${JSON.stringify(parents)}, allowed are 1 to ${MOST_PARENTS} names of tuning jobs` };
  }
  return { hyperparameters: hyperparameters.values, parents: parents as string[] };
}
