import type { Template } from 'aws-cdk-lib/assertions';
import { EPOCH } from './asl/clock';
import { type Definition, parseDefinition } from './asl/definition';
import { Refused } from './asl/errors';
import type { Json } from './asl/json';
import type { Fault } from './edge';
import { Execution } from './execution';
import { type FunctionSpec, Handler } from './handler';
import { type Integration, integrationOf, taskStates } from './integrations';
import type { Run } from './run';
import { serviceOf } from './services';
import { MachineTemplate } from './template';
import type { WorldSpec } from './world';

export interface MachineOptions<S> {
  /** The services that the machine and its handlers meet. */
  readonly world: WorldSpec<S>;

  /**
   * The handlers of the functions that the machine invokes: absolute paths of modules without extension, by logical id
   * or by the start of one that tells it apart. They are loaded at the first run, with the function's environment set.
   *
   * @default - the machine invokes no function
   */
  readonly handlers?: Readonly<Record<string, string>>;

  /**
   * States that one execution may enter before it is taken for endless. AWS ends a standard execution after 25,000
   * events of its history, which is five for a Task.
   *
   * @default 5000
   */
  readonly maxStates?: number;
}

interface Bound {
  readonly spec: FunctionSpec;
  readonly module: string;
}

export interface RunOptions {
  /** @default {} */
  readonly input?: Json;
  /** @default - nothing goes wrong */
  readonly faults?: readonly Fault[];
}

/**
 * A state machine of a synthesised template, with the handlers that are shipped, ready to run against a world of fakes.
 *
 * It refuses what it could not run as AWS does: the definition when asl-validator finds a mistake or the interpreter
 * lacks a feature, a Task whose function has no handler or whose call the world does not know, a handler that no Task uses.
 */
export class MachineUnderTest<S> {
  /** @param id logical id of the machine, or the start of one that tells it apart. */
  public static fromTemplate<S>(template: Template, id: string, options: MachineOptions<S>): MachineUnderTest<S> {
    const source = new MachineTemplate(template);
    const machine = source.definition(id);
    return new MachineUnderTest(source, machine.id, parseDefinition(machine.text, machine.id), options);
  }

  private readonly integrations: ReadonlyMap<string, Integration>;
  private readonly modules: ReadonlyMap<string, Bound>;
  private handlers?: ReadonlyMap<string, Handler>;

  private constructor(
    private readonly source: MachineTemplate,
    private readonly name: string,
    public readonly definition: Definition,
    private readonly options: MachineOptions<S>,
  ) {
    this.modules = this.boundModules();
    this.integrations = this.boundTasks();
  }

  /** The same machine with a change in its definition, such as a Catch taken away. */
  public edited(change: (definition: Definition) => void): MachineUnderTest<S> {
    const definition = structuredClone(this.definition);
    change(definition);
    const options = { ...this.options, handlers: this.usedHandlers(definition) };
    return new MachineUnderTest(
      this.source,
      this.name,
      parseDefinition(JSON.stringify(definition), this.name),
      options,
    );
  }

  /** The same machine in another world. */
  public in(world: WorldSpec<S>): MachineUnderTest<S> {
    return new MachineUnderTest(this.source, this.name, this.definition, { ...this.options, world });
  }

  /** Runs one execution, or two where a fault delivers the start twice. */
  public run({ input = {}, faults = [] }: RunOptions = {}): Promise<Run<S>> {
    this.handlers ??= this.loaded();
    const { world, maxStates = 5000 } = this.options;
    const parts = { definition: this.definition, integrations: this.integrations, handlers: this.handlers };
    return Execution.run({ ...parts, world, maxStates, input, faults, start: EPOCH });
  }

  private boundModules(): Map<string, Bound> {
    return new Map(
      Object.entries(this.options.handlers ?? {}).map(([name, module]) => {
        const spec = this.source.function(name);
        return [spec.id, { spec, module }];
      }),
    );
  }

  private boundTasks(): Map<string, Integration> {
    const bound = new Map(
      taskStates(this.definition).map(([name, state]) => [name, this.bound(name, integrationOf(name, state))]),
    );
    const used = new Set([...bound.values()].map((task) => (task.kind === 'function' ? task.id : undefined)));
    const idle = [...this.modules.keys()].filter((id) => !used.has(id));
    if (idle.length > 0)
      throw new Refused(`${this.name} does not invoke ${idle.join(', ')}, for which a handler is given`);
    return bound;
  }

  private bound(name: string, task: Integration): Integration {
    if (task.kind === 'function') {
      const id = this.source.functionBehind(task.id);
      if (!this.modules.has(id)) throw new Refused(`${name} invokes ${id}, for which no handler is given`);
      return { ...task, id };
    }
    serviceOf(task.name);
    const missing = [task.name, task.job?.watch].filter(
      (call) => call !== undefined && !(call in this.options.world.calls),
    );
    if (missing.length > 0)
      throw new Refused(
        `${name} calls ${missing.join(', ')}, which the world does not know; it knows ${Object.keys(this.options.world.calls).join(', ')}`,
      );
    return task;
  }

  private usedHandlers(definition: Definition): Record<string, string> {
    const used = taskStates(definition).map(([name, state]) => integrationOf(name, state));
    const ids = used.flatMap((task) => (task.kind === 'function' ? [this.source.functionBehind(task.id)] : []));
    return Object.fromEntries(
      [...this.modules].filter(([id]) => ids.includes(id)).map(([, { spec, module }]) => [spec.name, module]),
    );
  }

  private loaded(): Map<string, Handler> {
    return new Map([...this.modules].map(([id, { spec, module }]) => [id, Handler.load(spec, module)]));
  }
}
