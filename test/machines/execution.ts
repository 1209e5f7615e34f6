import type { VirtualClock } from './asl/clock';
import { Endless, TimedOut } from './asl/course';
import type { Definition } from './asl/definition';
import { StateError } from './asl/errors';
import { Interpreter } from './asl/interpreter';
import { brief, type Json } from './asl/json';
import type { TaskCall } from './asl/surroundings';
import { type Call, Edge, type Fault } from './edge';
import type { Handler } from './handler';
import type { Integration } from './integrations';
import { type Ending, type Run, Trace } from './run';
import { Tasks } from './tasks';
import { onVirtualTime } from './virtual-globals';
import { World, type WorldSpec } from './world';

interface Plan<S> {
  readonly definition: Definition;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly world: WorldSpec<S>;
  readonly maxStates: number;
  readonly input: Json;
  readonly faults: readonly Fault[];
  /** Milliseconds since 1970. */
  readonly start: number;
}

/** One run, from the start to the last ending. */
export class Execution<S> {
  public static async run<S>(plan: Plan<S>): Promise<Run<S>> {
    const world = new World(plan.world, plan.start);
    return onVirtualTime(
      (now) => world.advance(now),
      (clock) => new Execution(plan, world, clock).all(),
    );
  }

  private readonly trace = new Trace();
  private readonly states: string[] = [];
  private readonly edge: Edge<S>;
  private told = 0;

  private constructor(
    private readonly plan: Plan<S>,
    private readonly world: World<S>,
    private readonly clock: VirtualClock,
  ) {
    this.edge = new Edge(clock, world, plan.faults, (call) => this.tellCall(call));
  }

  private async all(): Promise<Run<S>> {
    this.world.advance(this.clock.now);
    const start = this.edge.open('start', this.plan.input, { state: '' }, ['duplicate']);
    this.tellCall(start);
    const names = start.fault === 'duplicate' ? ['run', 'run-2'] : ['run'];
    const [first, second] = await this.clock.all(names.map((name) => () => this.one(name)));
    if (!first) throw new Error('no execution ran');
    const { edge, states, world } = this;
    const whole = { faults: this.plan.faults, calls: edge.calls, changes: world.changes, world: world.state, states };
    return { ...first, ...(second && { second }), ...whole, trace: this.trace.text() };
  }

  private async one(name: string): Promise<Ending> {
    const mark = name === 'run' ? '' : ' (second execution)';
    const tasks = new Tasks(this.edge, this.plan.integrations, this.plan.handlers);
    const interpreter = new Interpreter(this.plan.definition, {
      clock: this.clock,
      execution: {
        Id: `arn:aws:states:eu-west-1:111122223333:execution:machine:${name}`,
        Name: name,
        RoleArn: 'arn:aws:iam::111122223333:role/machine',
      },
      maxStates: this.plan.maxStates,
      task: (call: TaskCall) => tasks.perform(call),
      entered: (state) => {
        this.states.push(state);
        this.tell(`> ${state}${mark}`);
      },
      noted: (state, what) => this.tell(`    ${state}: ${what}`),
    });
    const ending = await interpreter.run(this.plan.input).then(
      (output) => ({ status: 'SUCCEEDED', output, seconds: this.clock.seconds }) as const,
      (error: unknown) => this.failure(error),
    );
    this.tell(
      `${ending.status}${mark} ${'error' in ending ? `${ending.error}: ${ending.cause}` : brief(ending.output)}`,
    );
    return ending;
  }

  private failure(error: unknown): Ending & { readonly error: string; readonly cause: string } {
    const { seconds } = this.clock;
    if (error instanceof StateError) return { status: 'FAILED', error: error.error, cause: error.detail, seconds };
    if (error instanceof TimedOut)
      return { status: 'TIMED_OUT', error: 'States.Timeout', cause: error.message, seconds };
    if (error instanceof Endless) return { status: 'ENDLESS', error: 'endless', cause: error.message, seconds };
    throw error;
  }

  private tellCall({ number, name, handler, input, answer, error, fault }: Call): void {
    const depth = handler === undefined ? '  ' : '      ';
    const outcome = error ?? (answer === undefined ? undefined : brief(answer));
    const isAnswer = name.startsWith('invoke ') && outcome !== undefined;
    const said = isAnswer ? '' : ` ${name} ${brief(input)}`;
    const mark = fault === undefined || isAnswer ? '' : `   <== ${fault}`;
    this.tell(`${depth}#${number}${said}${outcome === undefined ? '' : ` -> ${outcome}`}${mark}`);
  }

  private tell(text: string): void {
    for (const change of this.world.changes.slice(this.told))
      if (!(change.what in this.plan.world.calls)) this.trace.line(change.seconds, `* ${change.what}`);
    this.told = this.world.changes.length;
    this.trace.line(this.clock.seconds, text);
  }
}
