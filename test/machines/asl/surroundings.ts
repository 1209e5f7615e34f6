import type { VirtualClock } from './clock';
import type { Json } from './json';

/** What a Task state asks for. */
export interface TaskCall {
  readonly state: string;
  readonly resource: string;
  readonly input: Json;
  readonly timeoutSeconds: number | undefined;
  /** Lets seconds pass; fails with States.Timeout where the state's timeout comes first. */
  readonly pause: (seconds: number) => Promise<void>;
}

/** What an execution needs around it. */
export interface Surroundings {
  readonly clock: VirtualClock;
  /** Part of the context object. */
  readonly execution: { readonly Id: string; readonly Name: string; readonly RoleArn: string };
  /** States that one execution may enter. */
  readonly maxStates: number;
  /** Answers a Task state, or fails with a StateError. */
  readonly task: (call: TaskCall) => Promise<Json>;
  readonly entered: (state: string, input: Json) => void;
  /** Something worth a line of the trace happened in a state. */
  readonly noted: (state: string, what: string) => void;
}
