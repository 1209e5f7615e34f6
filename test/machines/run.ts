import type { Call, Fault } from './edge';
import type { Json } from './asl/json';
import type { Change } from './world';

/** How an execution ended. ENDLESS: it entered more states than it may, and was left there. */
export interface Ending {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ENDLESS';
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** Since the start. */
  readonly seconds: number;
}

/** What a run did, from which invariants are judged. */
export interface Run<S> extends Ending {
  /** The ending of the second execution, where the start was delivered twice. */
  readonly second?: Ending;
  readonly faults: readonly Fault[];
  readonly calls: readonly Call[];
  readonly changes: readonly Change<S>[];
  /** The world when all had ended. */
  readonly world: S;
  /** States in the order in which they were entered, as the trace shows them. */
  readonly states: readonly string[];
  /** The whole run for people: a line for each state, call, retry and event. */
  readonly trace: string;
}

/** Writes the trace of a run as it goes. */
export class Trace {
  private readonly lines: string[] = [];

  public line(seconds: number, text: string): void {
    this.lines.push(`${time(seconds)}  ${text}`);
  }

  public text(): string {
    return this.lines.join('\n');
  }
}

/** Hours, minutes and seconds, in a column. */
function time(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = seconds - hours * 3600 - minutes * 60;
  return `${hours}:${String(minutes).padStart(2, '0')}:${rest.toFixed(rest % 1 === 0 ? 0 : 1).padStart(2, '0')}`.padStart(
    8,
  );
}
