import { MAX_HYPERPARAMETER_BYTES } from './constants';

/** What an execution may be started with. */
export interface RunInput {
  /** Added to the cluster's hyperparameters, and instead of those of the same name. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** A run to take up again, from its last checkpoint. */
  readonly run?: string;
}

/** Limits: API CreateTrainingJob, HyperParameters (November 2026). */
const MOST = 100;
const MOST_CHARACTERS = { name: 256, value: 2500 };

/** Reads an execution's input, or says what is wrong with it. */
export function parseInput(data: unknown): RunInput | { readonly error: string } {
  if (!isObject(data)) return { error: `the input is ${JSON.stringify(data)}, allowed is an object` };
  const { hyperparameters = {}, run, ...others } = data;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return { error: `the input has "${unknown}", allowed are "hyperparameters" and "run"` };
  if (run !== undefined && typeof run !== 'string') {
    return { error: `"run" is ${JSON.stringify(run)}, allowed is the name of a run to take up again` };
  }
  if (!isObject(hyperparameters)) {
    return { error: `"hyperparameters" is ${JSON.stringify(hyperparameters)}, allowed is an object of strings` };
  }
  const entries = Object.entries(hyperparameters);
  if (entries.length > MOST)
    return { error: `"hyperparameters" has ${entries.length} entries, allowed are up to ${MOST}` };
  const bytes = Buffer.byteLength(JSON.stringify(hyperparameters));
  if (bytes > MAX_HYPERPARAMETER_BYTES) {
    return { error: `"hyperparameters" has ${bytes} bytes as JSON, allowed are up to ${MAX_HYPERPARAMETER_BYTES}` };
  }
  for (const [name, value] of entries) {
    if (typeof value !== 'string') {
      return {
        error: `hyperparameter "${name}" is ${JSON.stringify(value)}, allowed are strings: SageMaker takes no others`,
      };
    }
    if (name.length < 1 || name.length > MOST_CHARACTERS.name) {
      return {
        error: `"hyperparameters" has a name of ${name.length} characters, allowed are 1 to ${MOST_CHARACTERS.name}`,
      };
    }
    if (value.length > MOST_CHARACTERS.value) {
      return {
        error: `hyperparameter "${name}" has ${value.length} characters, allowed are up to ${MOST_CHARACTERS.value}`,
      };
    }
    if (/[\r\n]/.test(name + value)) {
      return { error: `hyperparameter "${name}" has a line break, allowed are texts of one line` };
    }
  }
  return { hyperparameters: hyperparameters as Record<string, string>, run };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
