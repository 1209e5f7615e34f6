import { StateError } from './errors';
import type { Json } from './json';
import type { Surroundings } from './surroundings';

/** A branch or an iteration, which ends early when one beside it fails. */
export interface Scope {
  stopped: boolean;
  readonly outer?: Scope;
}

/** The execution ran into TimeoutSeconds of the machine: nothing catches that. */
export class TimedOut extends Error {}

/** The execution entered more states than it may: it is taken for endless. */
export class Endless extends Error {}

/** A thread that nobody waits for any more. */
class Stopped extends Error {}

/** Where an execution stands: its deadline, the states it entered, what runs beside what. */
export class Course {
  private readonly deadline: number;
  private entered = 0;

  constructor(
    private readonly surroundings: Surroundings,
    timeoutSeconds = Infinity,
  ) {
    this.deadline = surroundings.clock.now + timeoutSeconds * 1000;
  }

  public enter(name: string, input: Json, scope: Scope): void {
    stopIfUnwanted(scope);
    this.entered += 1;
    if (this.entered > this.surroundings.maxStates)
      throw new Endless(`more than ${this.surroundings.maxStates} states entered`);
    this.surroundings.entered(name, input);
  }

  public note(name: string, what: string): void {
    this.surroundings.noted(name, what);
  }

  /** Lets that many seconds pass, or fewer where the execution's own timeout comes first. */
  public async pause(seconds: number, scope: Scope): Promise<void> {
    const { clock } = this.surroundings;
    const until = clock.now + seconds * 1000;
    await clock.sleepUntil(Math.min(until, this.deadline));
    stopIfUnwanted(scope);
    if (until > this.deadline) throw new TimedOut('TimeoutSeconds of the machine are over');
  }

  /** A pause that ends in States.Timeout where the state's own timeout comes first. */
  public bounded(scope: Scope, timeoutSeconds = Infinity): (seconds: number) => Promise<void> {
    const end = this.surroundings.clock.now + timeoutSeconds * 1000;
    return async (seconds) => {
      const left = (end - this.surroundings.clock.now) / 1000;
      await this.pause(Math.min(seconds, left), scope);
      if (seconds > left) throw new StateError('States.Timeout', `no answer within ${timeoutSeconds} s`);
    };
  }
}

function stopIfUnwanted(scope: Scope): void {
  for (let at: Scope | undefined = scope; at; at = at.outer) if (at.stopped) throw new Stopped('stopped');
}
