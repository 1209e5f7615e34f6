import type { Definition, State } from './asl/definition';
import { Refused } from './asl/errors';
import { isObject, type Json } from './asl/json';
import { type Job, JOBS } from './jobs';

/** What a Task state does: invoke a function of the template, or call a service. */
export type Integration =
  | { readonly kind: 'function'; readonly id: string; readonly wrapped: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly optimised: boolean; readonly job?: Job };

/** All Task states of a machine, those of branches and iterations too. */
export function taskStates(definition: Definition): (readonly [name: string, state: State])[] {
  return Object.entries(definition.States).flatMap(([name, state]) => {
    const parts = [...(state.Branches ?? []), state.ItemProcessor, state.Iterator].filter((part) => part !== undefined);
    return [...(state.Type === 'Task' ? [[name, state] as const] : []), ...parts.flatMap(taskStates)];
  });
}

/** Reads the Resource of a Task state. Refuses what the runner does not carry. */
export function integrationOf(name: string, { Resource = '', Parameters }: State): Integration {
  const direct = functionOf(Resource);
  if (direct !== undefined) return { kind: 'function', id: direct, wrapped: false };

  const [, sdk, service = '', action = '', pattern] =
    /^arn:[\w-]+:states:[\w-]*:\d*:(aws-sdk:)?([\w-]+):(\w+)(\.\w+(?::2)?)?$/.exec(Resource) ?? [];
  if (service === '')
    throw new Refused(`${name}: ${Resource} is neither a function of the template nor a service's action`);
  if (service === 'lambda' && action === 'invoke' && !sdk)
    return { kind: 'function', id: invoked(name, Parameters), wrapped: true };

  const call = `${service}:${action}`;
  if (pattern === undefined) return { kind: 'call', name: call, optimised: !sdk };
  const job = sdk ? undefined : JOBS[call];
  if (!job || pattern !== (job.pattern ?? '.sync'))
    throw new Refused(`${name}: ${Resource}: ${pattern} is carried for ${Object.keys(JOBS).join(', ')}`);
  return { kind: 'call', name: call, optimised: true, job };
}

function invoked(name: string, parameters: Json | undefined): string {
  const given = isObject(parameters) ? parameters : {};
  const strange = Object.keys(given).filter((field) => !['FunctionName', 'Payload', 'Payload.$'].includes(field));
  if (strange.length > 0)
    throw new Refused(`${name}: ${strange.join(', ')} of lambda:invoke is not carried; FunctionName and Payload are`);
  const id = functionOf(given['FunctionName']);
  if (id === undefined)
    throw new Refused(
      `${name}: FunctionName is ${JSON.stringify(given['FunctionName'])}, not a function of the template`,
    );
  return id;
}

/** The logical id in `<Id.Arn>`, `<Id>`, or one of these with a version behind it. */
function functionOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? /^<(\w+)(?:\.Arn)?>(?::[$\w]+)?$/.exec(value)?.[1] : undefined;
}
