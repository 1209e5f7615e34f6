import { MAX_BATCH_HYPERPARAMETERS, MAX_HYPERPARAMETER_BYTES } from './constants';

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
  const found = hyperparametersIn(hyperparameters);
  return 'error' in found ? found : { hyperparameters: found.values, run };
}

/** Hyperparameters of an input, or what is wrong with them. */
export function hyperparametersIn(
  given: unknown,
): { readonly values: Readonly<Record<string, string>> } | { readonly error: string } {
  if (!isObject(given)) {
    return { error: `"hyperparameters" is ${JSON.stringify(given)}, allowed is an object of strings` };
  }
  for (const [name, value] of Object.entries(given)) {
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
  return { values: given as Record<string, string> };
}

/** Why a job cannot have these, those of the cluster and of the input together; undefined when it can. */
export function refusedBySageMaker(all: Readonly<Record<string, string>>, most = MOST): string | undefined {
  const count = Object.keys(all).length;
  if (count > most) return `there are ${count} hyperparameters with those of the job, allowed are up to ${most}`;
  const bytes = Buffer.byteLength(JSON.stringify(all));
  if (bytes <= MAX_HYPERPARAMETER_BYTES) return undefined;
  return `the hyperparameters have ${bytes} bytes as JSON with those of the job, allowed are up to ${MAX_HYPERPARAMETER_BYTES}`;
}

/** Why a request of Batch cannot have these; undefined when it can. */
export function refusedByBatch(hyperparameters: Readonly<Record<string, string>>): string | undefined {
  // It carries them as text in its own JSON.
  const characters = JSON.stringify(JSON.stringify(hyperparameters)).length;
  if (characters <= MAX_BATCH_HYPERPARAMETERS) return undefined;
  return `hyperparameters has ${characters} characters in a request, allowed with Batch are ${MAX_BATCH_HYPERPARAMETERS}: ECS takes no more. Put what is longer into a channel`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
