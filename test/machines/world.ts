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

  private before: S;
  private readonly events: WorldEvent<S>[];

  constructor(
    private readonly spec: WorldSpec<S>,
    private readonly start: number,
  ) {
    this.state = structuredClone(spec.initial);
    this.before = this.state;
    this.events = [...(spec.events ?? [])].sort((a, b) => a.afterSeconds - b.afterSeconds);
  }

  public isRead(name: string): boolean {
    return 'read' in this.fake(name);
  }

  /** The answer of a read, now or, where stale, as it was one change ago. */
  public read(name: string, input: Input, now: number, { stale } = { stale: false }): unknown {
    const fake = this.fake(name);
    if (!('read' in fake)) throw new Error(`${name} is no read`);
    return fake.read(stale ? this.before : this.state, input, now);
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
    this.before = this.state;
    this.state = state;
    this.changes.push({ seconds: (now - this.start) / 1000, what, state });
  }

  private fake(name: string): Fake<S> {
    const fake = this.spec.calls[name];
    if (!fake) throw new Refused(`the world knows no ${name}; it knows ${Object.keys(this.spec.calls).join(', ')}`);
    return fake;
  }
}
