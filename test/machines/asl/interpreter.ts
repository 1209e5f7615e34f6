import { Course, type Scope } from './course';
import type { Definition, State } from './definition';
import { runtimeError, StateError } from './errors';
import { holds } from './choice';
import { type Json, type JsonObject, textOf } from './json';
import { read, write } from './paths';
import { catcherOf, Retries } from './retry';
import { expression, fill } from './templates';
import type { Surroundings } from './surroundings';

/** Bytes that a state may give on: developer guide, "Service quotas", November 2026. */
const MAX_OUTPUT = 262_144;

/** Iterations of an inline Map that run at once, where it does not say less: likewise. */
const MAX_CONCURRENCY = 40;

interface Visit {
  readonly name: string;
  readonly state: State;
  readonly input: Json;
  readonly context: JsonObject;
  readonly scope: Scope;
}

/** Runs one execution of a machine. Ends with its output, or with the error of `course.ts` or `errors.ts` that ended it. */
export class Interpreter {
  private readonly course: Course;

  constructor(
    private readonly definition: Definition,
    private readonly surroundings: Surroundings,
  ) {
    this.course = new Course(surroundings, definition.TimeoutSeconds);
  }

  public run(input: Json): Promise<Json> {
    const { clock, execution } = this.surroundings;
    const context = {
      Execution: { ...execution, Input: input, StartTime: new Date(clock.now).toISOString() },
      StateMachine: { Id: execution.Id.replace(/:[^:]*$/, ''), Name: 'machine' },
    };
    return this.machine(this.definition, input, context, { stopped: false });
  }

  private async machine(part: Definition, input: Json, context: JsonObject, scope: Scope): Promise<Json> {
    let name: string | undefined = part.StartAt;
    let data = input;
    while (name !== undefined) {
      const state: State | undefined = part.States[name];
      if (!state) throw new Error(`there is no state ${name}`);
      this.course.enter(name, data, scope);
      const entered = { Name: name, EnteredTime: new Date(this.surroundings.clock.now).toISOString(), RetryCount: 0 };
      const visit: Visit = { name, state, input: data, context: { ...context, State: entered }, scope };
      [data, name] = await this.visit(visit);
    }
    return data;
  }

  /** The output of a state, and the name of the next one. */
  private async visit(visit: Visit): Promise<[Json, string | undefined]> {
    const { state, input, context, scope } = visit;
    const retries = new Retries(state.Retry);
    const counts = context['State'] as JsonObject;
    for (;;) {
      try {
        return withinLimit(visit.name, await this.attempt(visit));
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        const delay = retries.delay(error);
        if (delay !== undefined) {
          this.course.note(visit.name, `${error.message}; again in ${delay} s`);
          await this.course.pause(delay, scope);
          counts['RetryCount'] = Number(counts['RetryCount']) + 1;
          continue;
        }
        const caught = catcherOf(state.Catch, error);
        if (!caught) throw error;
        this.course.note(visit.name, `${error.message}; caught, on to ${caught.Next}`);
        const output = { Error: error.error, Cause: error.detail };
        return [withResult(caught.ResultPath, input, output), caught.Next];
      }
    }
  }

  private async attempt(visit: Visit): Promise<[Json, string | undefined]> {
    const { state, input, context } = visit;
    const effective = selected(state.InputPath, input, context);
    switch (state.Type) {
      case 'Choice': {
        const rule = (state.Choices ?? []).find((choice) => holds(choice, effective, context));
        const next = rule ? textOf(rule['Next']) : state.Default;
        if (next === undefined) throw new StateError('States.NoChoiceMatched', `no rule of ${visit.name} holds`);
        return [selected(state.OutputPath, effective, context), next];
      }
      case 'Fail':
        throw new StateError(
          state.ErrorPath === undefined ? (state.Error ?? '') : textOf(expression(state.ErrorPath, effective, context)),
          state.CausePath === undefined ? (state.Cause ?? '') : textOf(expression(state.CausePath, effective, context)),
        );
      case 'Wait':
        await this.course.pause(this.waitSeconds(visit, effective), visit.scope);
        return [selected(state.OutputPath, effective, context), state.Next];
      case 'Succeed':
        return [selected(state.OutputPath, effective, context), undefined];
      default: {
        const result = await this.result(visit, effective);
        const chosen = state.ResultSelector === undefined ? result : fill(state.ResultSelector, result, context);
        return [selected(state.OutputPath, withResult(state.ResultPath, input, chosen), context), state.Next];
      }
    }
  }

  private result(visit: Visit, effective: Json): Promise<Json> {
    const { state, context } = visit;
    if (state.Type === 'Map') return this.map(visit, effective);
    const input = state.Parameters === undefined ? effective : fill(state.Parameters, effective, context);
    if (state.Type === 'Pass') return Promise.resolve(state.Result ?? input);
    if (state.Type === 'Parallel') {
      return this.beside(visit.scope, state.Branches ?? [], (branch, scope) =>
        this.machine(branch, input, context, scope),
      );
    }
    return this.task(visit, input, timeout(state, effective, context));
  }

  private task({ name, state, scope }: Visit, input: Json, seconds: number | undefined): Promise<Json> {
    return this.surroundings.task({
      state: name,
      resource: state.Resource ?? '',
      input,
      timeoutSeconds: seconds,
      pause: this.course.bounded(scope, seconds),
    });
  }

  private async map({ state, context, scope }: Visit, effective: Json): Promise<Json> {
    const items = state.ItemsPath === undefined ? effective : read(state.ItemsPath, effective, context);
    if (!Array.isArray(items)) throw runtimeError(`the items of a Map are no list: ${JSON.stringify(items)}`);
    const asked =
      state.MaxConcurrencyPath === undefined
        ? state.MaxConcurrency
        : read(state.MaxConcurrencyPath, effective, context);
    const workers = Math.min(Number(asked ?? 0) || MAX_CONCURRENCY, MAX_CONCURRENCY, items.length);
    const processor = state.ItemProcessor ?? state.Iterator;
    const selector = state.ItemSelector ?? state.Parameters;
    if (!processor) throw new Error('a Map without ItemProcessor');

    const results: Json[] = [];
    let taken = 0;
    await this.beside(scope, Array.from({ length: workers }), async (_worker, inner) => {
      for (let index = taken++; index < items.length; index = taken++) {
        const item = { ...context, Map: { Item: { Index: index, Value: items[index] ?? null } } };
        const input = selector === undefined ? (items[index] ?? null) : fill(selector, effective, item);
        results[index] = await this.machine(processor, input, item, inner);
      }
      return null;
    });
    return results;
  }

  /** Runs parts beside each other; the failure of one stops the others. */
  private async beside<T>(
    outer: Scope,
    parts: readonly T[],
    run: (part: T, scope: Scope) => Promise<Json>,
  ): Promise<Json[]> {
    const scope: Scope = { stopped: false, outer };
    try {
      return await this.surroundings.clock.all(parts.map((part) => () => run(part, scope)));
    } catch (error) {
      scope.stopped = true;
      throw error;
    }
  }

  private waitSeconds({ state, context }: Visit, input: Json): number {
    const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
    if (Seconds !== undefined) return Seconds;
    if (SecondsPath !== undefined) return number(read(SecondsPath, input, context), SecondsPath);
    const moment = TimestampPath === undefined ? Timestamp : read(TimestampPath, input, context);
    const at = typeof moment === 'string' ? Date.parse(moment) : NaN;
    if (Number.isNaN(at)) throw runtimeError(`${JSON.stringify(moment)} is no timestamp`);
    return Math.max(0, (at - this.surroundings.clock.now) / 1000);
  }
}

function withinLimit<T>(name: string, [output, next]: [Json, T]): [Json, T] {
  if (Buffer.byteLength(JSON.stringify(output)) > MAX_OUTPUT)
    throw new StateError('States.DataLimitExceeded', `the output of ${name} is longer than ${MAX_OUTPUT} bytes`);
  return [output, next];
}

function selected(path: string | null | undefined, value: Json, context: Json): Json {
  if (path === undefined) return value;
  return path === null ? {} : read(path, value, context);
}

function withResult(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : write(path, input, result);
}

function timeout({ TimeoutSeconds, TimeoutSecondsPath }: State, input: Json, context: Json): number | undefined {
  return TimeoutSecondsPath === undefined
    ? TimeoutSeconds
    : number(read(TimeoutSecondsPath, input, context), TimeoutSecondsPath);
}

function number(value: Json, path: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw runtimeError(`${path} is ${JSON.stringify(value)}, not a whole number of seconds`);
  return value;
}
