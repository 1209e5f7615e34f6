import type { StateError } from './errors';
import type { Catcher, Retrier } from './definition';

/** How often each retrier of a state has been used, in one visit of that state. */
export class Retries {
  private readonly used: number[];

  constructor(private readonly retriers: readonly Retrier[] = []) {
    this.used = retriers.map(() => 0);
  }

  /**
   * Seconds to wait before the next attempt, or undefined when there is none.
   * The first retrier that names the error decides. With JitterStrategy FULL the wait is the longest that may be drawn.
   */
  public delay(error: StateError): number | undefined {
    const index = this.retriers.findIndex(({ ErrorEquals }) => names(ErrorEquals, error));
    const retrier = this.retriers[index];
    const used = this.used[index];
    if (retrier === undefined || used === undefined || used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.used[index] = used + 1;
    const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
    return Math.min(delay, retrier.MaxDelaySeconds ?? Infinity);
  }
}

/** The first catcher that names the error. */
export function catcherOf(catchers: readonly Catcher[] = [], error: StateError): Catcher | undefined {
  return catchers.find(({ ErrorEquals }) => names(ErrorEquals, error));
}

/**
 * States.ALL names every error but States.Runtime and States.DataLimitExceeded, States.TaskFailed every one of those
 * but States.Timeout; States.Runtime cannot be named at all (developer guide, "Handling errors").
 */
function names(listed: readonly string[], { error }: StateError): boolean {
  if (error === 'States.Runtime') return false;
  if (listed.includes(error)) return true;
  if (error === 'States.DataLimitExceeded') return false;
  return listed.includes('States.ALL') || (listed.includes('States.TaskFailed') && error !== 'States.Timeout');
}
