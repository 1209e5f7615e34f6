import type { VirtualClock } from './asl/clock';
import { Refused } from './asl/errors';
import { asJson, type Json } from './asl/json';
import { AnswerLost, ServiceError } from './services';
import type { Input, World } from './world';

/**
 * What may go wrong at a call.
 *
 * - `throttle`: refused, nothing happened.
 * - `timeout`: it happened, the answer is lost.
 * - `duplicate`: it happened twice; the second answer counts.
 * - `stale`: a read answers as it would have before the last change that it shows.
 * - `crash`: a handler dies, before its first call or right after the call happened.
 */
export type FaultKind = 'throttle' | 'timeout' | 'duplicate' | 'stale' | 'crash';
export const FAULT_KINDS: readonly FaultKind[] = ['throttle', 'timeout', 'duplicate', 'stale', 'crash'];

/** A fault at the call of that number, counted through the run from 0, the start of the execution. */
export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
}

/** One call that a run made: the start, the invocation of a handler, or a request to a service. */
export interface Call {
  readonly number: number;
  readonly seconds: number;
  /** `start`, `invoke <function>`, or service and action. */
  readonly name: string;
  /** The state it was made for. */
  readonly state: string;
  /** The function whose handler made it; undefined where the machine did. */
  readonly handler?: string;
  readonly input: Json;
  /** What could go wrong here, with an effect. */
  readonly possible: readonly FaultKind[];
  readonly fault?: FaultKind;
  answer?: Json;
  error?: string;
}

export type Caller = Pick<Call, 'state' | 'handler'>;

/** The line between the code under test and the world: every call crosses it, is written down, and may go wrong there. */
export class Edge<S> {
  public readonly calls: Call[] = [];
  private readonly faults: ReadonlyMap<number, FaultKind>;

  constructor(
    private readonly clock: VirtualClock,
    private readonly world: World<S>,
    plan: readonly Fault[],
    private readonly onCall: (call: Call) => void,
  ) {
    this.faults = new Map(plan.map(({ call, kind }) => [call, kind]));
  }

  /** A call to a service. `dies` tells a handler that it does not live to see the answer. */
  public request(name: string, input: Input, caller: Caller): { readonly answer: unknown; readonly dies: boolean } {
    this.world.advance(this.clock.now);
    const call = this.open(name, asJson(input), caller, this.possible(name, input, caller));
    try {
      const answer = this.perform(call, input);
      call.answer = asJson(answer);
      return { answer, dies: call.fault === 'crash' };
    } catch (error) {
      call.error = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (error instanceof ServiceError || error instanceof AnswerLost || error instanceof Refused) throw error;
      throw new Refused(`the fake of ${name} is broken: ${call.error}`, { cause: error });
    } finally {
      this.onCall(call);
    }
  }

  /** The start of the execution, or the invocation of a handler: its answer and its faults are those of who asks. */
  public open(name: string, input: Json, caller: Caller, possible: readonly FaultKind[]): Call {
    const number = this.calls.length;
    const fault = this.faults.get(number);
    if (fault !== undefined && !possible.includes(fault))
      throw new Refused(
        `call ${number} is ${name}: ${fault} cannot be placed there; possible are ${possible.join(', ')}`,
      );
    const call: Call = { number, seconds: this.clock.seconds, name, ...caller, input, possible, fault };
    this.calls.push(call);
    return call;
  }

  /** Writes a call down that was opened and whose answer comes later, or comes now. */
  public tell(call: Call): void {
    this.onCall(call);
  }

  /** A look at the world that is not a call of the code under test, and cannot fail. */
  public look(name: string, input: Input): unknown {
    this.world.advance(this.clock.now);
    return this.world.read(name, input, this.clock.now);
  }

  private perform({ name, fault }: Call, input: Input): unknown {
    const { now } = this.clock;
    if (fault === 'throttle') throw ServiceError.throttled(name);
    const act = () =>
      this.world.isRead(name) ? this.world.read(name, input, now) : this.world.change(name, input, now);
    const before = fault === 'stale' ? this.world.stateBefore(name, input, now) : undefined;
    if (before !== undefined) return this.world.read(name, input, now, before.state);
    const answer = act();
    if (fault === 'timeout') throw new AnswerLost(name);
    return fault === 'duplicate' ? act() : answer;
  }

  private possible(name: string, input: Input, { handler }: Caller): FaultKind[] {
    const kinds: FaultKind[] = ['throttle', 'timeout'];
    if (!this.world.isRead(name)) kinds.push('duplicate');
    else if (this.world.stateBefore(name, input, this.clock.now) !== undefined) kinds.push('stale');
    return handler === undefined ? kinds : [...kinds, 'crash'];
  }
}
