import type { Mode } from './spot-policy.decision';

/** What a job is doing, and what it has used, as far as can be told: the same of every engine. */
export interface JobView {
  readonly mode: Mode;
  readonly phase:
    'waiting' | 'running' | 'stopping' | 'completed' | 'failed' | 'stopped' | 'out of wait' | 'out of runtime';
  /** Whether the engine says that it cannot get instances. */
  readonly noCapacity: boolean;
  /** Seconds for which it has waited for instances by now. A launch takes minutes and looks the same as waiting for capacity. */
  readonly waitingSeconds: number;
  readonly reason: string;
  readonly interruptions: number;
  /** Seconds on instances. */
  readonly trainingSeconds: number;
  /** Seconds that are paid at the on-demand price; undefined until the engine tells. */
  readonly billableSeconds: number | undefined;
  /** ARN of the execution that has made it; undefined for one that says nothing of it. */
  readonly execution?: string;
  /** How the engine calls it, where that is not the job's name. */
  readonly id?: string;
}
