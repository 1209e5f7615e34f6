import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Refused, StateError } from './asl/errors';
import { asJson, type Json } from './asl/json';
import type { Input } from './world';

/** A function of the template. */
export interface FunctionSpec {
  /** Logical id. */
  readonly id: string;
  /** As the test calls it. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** Answers the AWS calls of one invocation. `dies` means that the handler never sees an answer. */
export type Requests = (name: string, input: Input) => { readonly answer: unknown; readonly dies: boolean };

interface Invocation {
  readonly function: string;
  readonly requests: Requests;
  die: (reason: Error) => void;
  /** Requests under way. */
  open: number;
  ended?: 'answered' | 'died';
}

interface AnyClient {
  readonly config: { readonly serviceId: string };
}
interface AnyCommand {
  readonly input: Input;
  readonly constructor: { readonly name: string };
}

const load = createRequire(__filename);
/** The environment that a module saw when it was loaded. */
const loadedWith = new Map<string, string>();
const invocations = new AsyncLocalStorage<Invocation>();

/** A request that is missed goes nowhere: the discard port, without credentials of anybody. */
const NOWHERE = {
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_MAX_ATTEMPTS: '1',
};

/** A shipped handler, run in this process: its environment is the template's, its AWS calls go to the world. */
export class Handler {
  public get name(): string {
    return this.spec.name;
  }

  private constructor(
    private readonly spec: FunctionSpec,
    private readonly body: (event: unknown, context: unknown) => unknown,
  ) {}

  /** Imports the module, with the function's environment set. What it keeps in variables it keeps, as a warm function. */
  public static load(spec: FunctionSpec, module: string): Handler {
    const environmentThen = loadedWith.get(module) ?? JSON.stringify(spec.environment);
    if (environmentThen !== JSON.stringify(spec.environment))
      throw new Refused(
        `${module} was loaded with ${environmentThen}, and ${spec.name} has ${JSON.stringify(spec.environment)}: ` +
          'a module is loaded once in a process; test the other function in a file of its own',
      );
    loadedWith.set(module, environmentThen);
    const restore = environment(spec);
    try {
      const { handler } = load(module) as { handler?: unknown };
      if (typeof handler !== 'function') throw new Refused(`${module} exports no function named handler`);
      return new Handler(spec, handler as (event: unknown, context: unknown) => unknown);
    } finally {
      restore();
    }
  }

  /** Fails with a StateError of the name that the state machine sees. */
  public async invoke(event: Json, request: string, requests: Requests): Promise<Json> {
    const restore = environment(this.spec);
    const invocation: Invocation = { function: this.spec.name, requests, open: 0, die: () => undefined };
    const died = new Promise<never>((_, reject) => {
      invocation.die = reject;
    });
    const context = {
      functionName: this.spec.id,
      awsRequestId: request,
      getRemainingTimeInMillis: () => this.spec.timeoutSeconds * 1000,
    };
    try {
      const answer = invocations.run(invocation, () => settled(() => this.body(asJson(event), context)));
      const json = asJson(await Promise.race([answer, died]));
      if (invocation.open > 0)
        throw new Refused(`${this.spec.name} answered while a call was under way: await every call`);
      return json;
    } catch (error) {
      if (error instanceof Refused || error instanceof StateError) throw error;
      const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
      throw new StateError(name, JSON.stringify({ errorType: name, errorMessage: message, trace: [] }));
    } finally {
      invocation.ended ??= 'answered';
      restore();
    }
  }
}

/** What Step Functions reports of a function that ended without an answer: developer guide, "Handle Lambda service exceptions". */
export function unknownError(name: string): StateError {
  return new StateError('Lambda.Unknown', `${name} ended before it answered`);
}

/** A handler that throws before its first await fails as one that rejects. */
function settled(body: () => unknown): Promise<unknown> {
  return new Promise((resolve) => resolve(body()));
}

function environment({ id, environment: own }: FunctionSpec): () => void {
  const set: Record<string, string> = { ...NOWHERE, AWS_LAMBDA_FUNCTION_NAME: id, ...own };
  const before = Object.keys(set).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, set);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

/** Every client of the SDK sends through one base class: inside an invocation that leads to the world, elsewhere nothing changes. */
function intercept(base: object): void {
  const real = Reflect.get(base, 'send') as (this: unknown, ...args: unknown[]) => unknown;
  Reflect.set(base, 'send', function (this: AnyClient, command: AnyCommand, ...rest: unknown[]): unknown {
    const invocation = invocations.getStore();
    if (!invocation) return real.call(this, command, ...rest);
    const name = callName(this.config.serviceId, command.constructor.name);
    if (invocation.ended === 'answered') throw new Refused(`${name} after the handler had answered: await every call`);
    return answered(invocation, name, command.input);
  });
}

/** Turns of the event loop's queue that a call takes: more than a handler's return, so that a call nobody awaits shows. */
const TURNS = 8;

async function answered(invocation: Invocation, name: string, input: Input): Promise<unknown> {
  invocation.open += 1;
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
  try {
    const { answer, dies } = invocation.ended ? { answer: undefined, dies: true } : invocation.requests(name, input);
    if (!dies) return answer;
    end(invocation, unknownError(invocation.function));
  } catch (error) {
    // A mistake of the test is not for the handler to catch.
    if (!(error instanceof Refused)) throw error;
    end(invocation, error);
  } finally {
    invocation.open -= 1;
  }
  return new Promise(() => undefined);
}

/** Ends the invocation where it stands: what awaits a call of it goes no further. */
function end(invocation: Invocation, reason: Error): void {
  invocation.ended = 'died';
  invocation.die(reason);
}

/** `SageMaker` and `DescribeEndpointCommand` are `sagemaker:describeEndpoint`, as Task resources say. */
function callName(serviceId: string, command: string): string {
  const action = command.replace(/Command$/, '');
  return `${serviceId.toLowerCase().replaceAll(' ', '')}:${action.charAt(0).toLowerCase()}${action.slice(1)}`;
}

intercept(Object.getPrototypeOf(CloudWatchClient.prototype) as object);
