import type { IConstruct } from 'constructs';

/** Stops synth. The message says what was given, what is allowed and why; the construct's path says where. */
export function fail(scope: IConstruct, message: string): never {
  throw new Error(`${scope.node.path}: ${message}`);
}
