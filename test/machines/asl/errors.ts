/**
 * An error of a state, as Retry and Catch see it: a name and a cause.
 * Names that start with `States.` are the language's own.
 */
export class StateError extends Error {
  constructor(
    readonly error: string,
    readonly detail: string,
  ) {
    super(`${error}: ${detail}`);
  }
}

/** States.Runtime: no Retry and no Catch sees it, the execution fails. */
export function runtimeError(detail: string): StateError {
  return new StateError('States.Runtime', detail);
}

/** A machine, a world or a plan that the runner does not take; never an error of the machine under test. */
export class Refused extends Error {}
