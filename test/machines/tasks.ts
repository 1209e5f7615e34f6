import { Endless } from './asl/course';
import { StateError } from './asl/errors';
import { asJson, isObject, type Json, textOf } from './asl/json';
import type { TaskCall } from './asl/surroundings';
import type { Call, Edge } from './edge';
import { type Handler, unknownError } from './handler';
import type { Integration } from './integrations';
import type { Job } from './jobs';
import { AnswerLost, ServiceError, serviceOf } from './services';

/** Seconds between two looks at a job that a `.sync` waits for. AWS states no figure. */
const LOOK_SECONDS = 10;
const MOST_LOOKS = 100_000;

type Request = Extract<Integration, { kind: 'call' }>;

/** Performs the Task states of one execution: handlers and calls, with the faults of their edge. */
export class Tasks<S> {
  constructor(
    private readonly edge: Edge<S>,
    private readonly integrations: ReadonlyMap<string, Integration>,
    private readonly handlers: ReadonlyMap<string, Handler>,
  ) {}

  public perform(task: TaskCall): Promise<Json> {
    const integration = this.integrations.get(task.state);
    if (!integration) throw new Error(`${task.state} is bound to nothing`);
    return integration.kind === 'call' ? this.request(task, integration) : this.invoke(task, integration);
  }

  private async invoke(task: TaskCall, { id, wrapped }: { id: string; wrapped: boolean }): Promise<Json> {
    const event = wrapped && isObject(task.input) ? (task.input['Payload'] ?? {}) : task.input;
    const handler = this.handlers.get(id);
    if (!handler) throw new Error(`${id} has no handler`);
    const call = this.edge.open(`invoke ${handler.name}`, event, { state: task.state }, [
      'throttle',
      'timeout',
      'duplicate',
      'crash',
    ]);
    this.edge.tell(call);
    try {
      const answer = await this.delivered(task, handler, call);
      call.answer = answer;
      return wrapped ? { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 } : answer;
    } catch (error) {
      if (error instanceof StateError) call.error = error.message;
      throw error;
    } finally {
      this.edge.tell(call);
    }
  }

  private async delivered(task: TaskCall, handler: Handler, call: Call): Promise<Json> {
    if (call.fault === 'throttle') throw new StateError('Lambda.TooManyRequestsException', 'Rate exceeded');
    if (call.fault === 'crash') throw unknownError(handler.name);
    const once = () =>
      handler.invoke(call.input, `request-${call.number}`, (name, input) =>
        this.edge.request(name, input, { state: task.state, handler: handler.name }),
      );
    if (call.fault !== undefined) await once().catch(onlyStateErrors);
    if (call.fault === 'timeout') return this.lost(task, 'Lambda.ClientExecutionTimeoutException', call.name);
    return once();
  }

  private async request(task: TaskCall, request: Request): Promise<Json> {
    const { name, optimised, job } = request;
    const input = isObject(task.input) ? task.input : {};
    try {
      const answer = asJson(this.edge.request(name, input, { state: task.state }).answer);
      return job ? await this.finished(task, job, answer) : answer;
    } catch (error) {
      if (error instanceof ServiceError)
        throw new StateError(error.stateError(name, { optimised }), `${error.name}: ${error.message}`);
      if (error instanceof AnswerLost) return this.lost(task, `${serviceOf(name).prefix}.SdkClientException`, name);
      throw error;
    }
  }

  /** The answer that never comes: after the state's timeout, or the client's where the state has none. */
  private async lost(task: TaskCall, error: string, name: string): Promise<never> {
    if (task.timeoutSeconds !== undefined) await task.pause(task.timeoutSeconds + 1);
    throw new StateError(error, `no answer from ${name}`);
  }

  private async finished(task: TaskCall, job: Job, answer: Json): Promise<Json> {
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const shown = job.result(asJson(this.edge.look(job.watch, job.input(task.input, answer))));
      const status = textOf(isObject(shown) ? shown[job.status] : null);
      if (job.succeeded.includes(status)) return shown;
      if (job.failed.includes(status)) throw new StateError('States.TaskFailed', JSON.stringify(shown));
      await task.pause(LOOK_SECONDS);
    }
    throw new Endless(`the job of ${task.state} never ends`);
  }
}

/** The first of two deliveries, or one whose answer is lost, may fail: nobody hears of it. */
function onlyStateErrors(error: unknown): null {
  if (error instanceof StateError) return null;
  throw error;
}
