import { Refused } from './asl/errors';

export type Input = Readonly<Record<string, unknown>>;

/** A call of an API: it reads, or it changes the state that it is given. Either may throw a `ServiceError`. */
export type Fake<S> =
  | { readonly read: (state: Readonly<S>, input: Input, now: number) => unknown }
  | { readonly change: (state: S, input: Input, now: number) => unknown };

/** Something that happens by itself, such as an alarm that goes off. */
export interface WorldEvent<S> {
  readonly afterSeconds: number;
  readonly what: string;
  readonly change: (state: S, now: number) => void;
}

/**
 * The services that a machine and its handlers meet, as plain data and functions.
 *
 * `now` is in milliseconds since 1970, as `Date.now()` in a handler. What takes time keeps the moment in its state
 * (`readyAt: now + 60_000`) and reads compare.
 */
export interface WorldSpec<S> {
  readonly initial: S;
  /** By service and action as Task resources name them: `sagemaker:describeEndpoint`. Inputs and answers as in the SDK. */
  readonly calls: Readonly<Record<string, Fake<S>>>;
  readonly events?: readonly WorldEvent<S>[];

  /**
   * Seconds for which a read may still tell what was before a change.
   *
   * @default - for ever
   */
  readonly staleSeconds?: number;
}

/** One change of the world: what changed it, when, and the state afterwards. */
export interface Change<S> {
  readonly seconds: number;
  readonly what: string;
  readonly state: S;
}

/** The world of one run. */
export class World<S> {
  public state: S;
  public readonly changes: Change<S>[] = [];

  private readonly events: WorldEvent<S>[];

  constructor(
    private readonly spec: WorldSpec<S>,
    private readonly start: number,
  ) {
    this.state = structuredClone(spec.initial);
    this.events = [...(spec.events ?? [])].sort((a, b) => a.afterSeconds - b.afterSeconds);
  }

  public isRead(name: string): boolean {
    return 'read' in this.fake(name);
  }

  public read(name: string, input: Input, now: number, state: S = this.state): unknown {
    const fake = this.fake(name);
    if (!('read' in fake)) throw new Error(`${name} is no read`);
    return fake.read(state, input, now);
  }

  /** The state before the last change that the answer of this read shows; undefined where none does. */
  public stateBefore(name: string, input: Input, now: number): { readonly state: S } | undefined {
    const { initial, staleSeconds = Infinity } = this.spec;
    const told = (state: S) => {
      try {
        return JSON.stringify(this.read(name, input, now, state));
      } catch (error) {
        return String(error);
      }
    };
    const shown = told(this.state);
    for (let last = this.changes.length - 1; last >= 0; last -= 1) {
      if (this.seconds(now) - (this.changes[last]?.seconds ?? 0) > staleSeconds) return undefined;
      const before = this.changes[last - 1]?.state ?? initial;
      if (told(before) !== shown) return { state: before };
    }
    return undefined;
  }

  /** Where the fake throws, nothing has changed. */
  public change(name: string, input: Input, now: number): unknown {
    const fake = this.fake(name);
    if (!('change' in fake)) throw new Error(`${name} is a read`);
    const draft = structuredClone(this.state);
    const answer = fake.change(draft, input, now);
    this.accept(draft, name, now);
    return answer;
  }

  /** Lets happen by itself what is due. */
  public advance(now: number): void {
    for (let event = this.events[0]; event && this.start + event.afterSeconds * 1000 <= now; event = this.events[0]) {
      this.events.shift();
      const at = this.start + event.afterSeconds * 1000;
      const draft = structuredClone(this.state);
      event.change(draft, at);
      this.accept(draft, event.what, at);
    }
  }

  private accept(state: S, what: string, now: number): void {
    this.state = state;
    this.changes.push({ seconds: this.seconds(now), what, state });
  }

  private seconds(now: number): number {
    return (now - this.start) / 1000;
  }

  private fake(name: string): Fake<S> {
    const fake = this.spec.calls[name];
    if (!fake) throw new Refused(`the world knows no ${name}; it knows ${Object.keys(this.spec.calls).join(', ')}`);
    return fake;
  }
}
