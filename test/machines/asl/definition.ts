import validate from 'asl-validator';
import { Refused } from './errors';
import type { Json, JsonObject } from './json';
import { refusals } from './refusals';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

/** A state, with the fields that the interpreter carries; `refusals.ts` says no to others. */
export interface State {
  Type: 'Task' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';
  Next?: string;
  End?: boolean;
  InputPath?: string | null;
  OutputPath?: string | null;
  ResultPath?: string | null;
  Parameters?: Json;
  ResultSelector?: Json;
  Result?: Json;
  Resource?: string;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Seconds?: number;
  SecondsPath?: string;
  Timestamp?: string;
  TimestampPath?: string;
  Choices?: JsonObject[];
  Default?: string;
  Error?: string;
  ErrorPath?: string;
  Cause?: string;
  CausePath?: string;
  Branches?: Definition[];
  ItemsPath?: string;
  ItemSelector?: Json;
  ItemProcessor?: Definition;
  Iterator?: Definition;
  MaxConcurrency?: number;
  MaxConcurrencyPath?: string;
}

/** A state machine in the Amazon States Language, or the part of one that a Map or a branch runs. */
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
}

/**
 * Reads a state machine. Fails with all that asl-validator finds, and with all that the interpreter does not carry.
 *
 * @param name what the machine is called in messages.
 */
export function parseDefinition(text: string, name: string): Definition {
  // It writes into what it is given, and takes no placeholder of a template for an ARN.
  const copy = parsed(text.replace(/<(\w+)(?:\.Arn)?>/g, 'arn:aws:lambda:eu-west-1:111122223333:function:$1'), name);
  const { isValid, errorsText } = validate(copy);
  if (!isValid) throw new Refused(`${name}: asl-validator says no:\n${errorsText('\n')}`);
  return carried(parsed(text, name), name);
}

/** The definition, where the interpreter carries all of it. */
export function carried(definition: unknown, name: string): Definition {
  const found = refusals(definition as JsonObject);
  if (found.length > 0) throw new Refused(`${name} cannot be run:\n${found.join('\n')}`);
  return definition as Definition;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refused(`${name}: the definition is no JSON: ${(error as Error).message}\n${text}`);
  }
}
