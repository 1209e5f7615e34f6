/** Where an execution starts, in milliseconds since 1970: 2026-01-01T00:00:00Z. */
export const EPOCH = Date.UTC(2026, 0, 1);

interface Waiting {
  readonly at: number;
  readonly resume: () => void;
}

/**
 * Virtual time, and the one thread that runs in it.
 *
 * Time passes only while every thread sleeps: then the clock jumps to the next one that wakes. Threads that are due at
 * the same moment run in the order in which they were put to sleep, one at a time, each until it sleeps or ends. So the
 * same machine takes the same course in every run.
 */
export class VirtualClock {
  /** Milliseconds since 1970. */
  public now = EPOCH;

  private readonly waiting: Waiting[] = [];

  /** @param onAdvance is told each time the clock jumps. */
  constructor(private readonly onAdvance: (now: number) => void = () => undefined) {}

  /** Seconds since the start. */
  public get seconds(): number {
    return (this.now - EPOCH) / 1000;
  }

  /** Ends when the clock has reached that moment; the thread that calls it stops until then. */
  public sleepUntil(at: number): Promise<void> {
    return new Promise((resume) => {
      this.enqueue(Math.max(at, this.now), resume);
      this.next();
    });
  }

  /**
   * Runs threads beside each other until all have ended, or one has failed. The thread that calls it stops meanwhile.
   * A thread that is left over after a failure goes on: it has to look whether it is still wanted.
   */
  public all<T>(threads: readonly (() => Promise<T>)[]): Promise<T[]> {
    if (threads.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const results: T[] = [];
      let open = threads.length;
      let failed = false;
      const ended = (index: number, result: T) => {
        results[index] = result;
        open -= 1;
        if (open === 0) this.enqueue(this.now, () => resolve(results));
      };
      const broke = (error: Error) => {
        if (!failed) this.enqueue(this.now, () => reject(error));
        failed = true;
      };
      threads.forEach((thread, index) =>
        this.enqueue(this.now, () => {
          void thread()
            .then((result) => ended(index, result), broke)
            .then(() => this.next());
        }),
      );
      this.next();
    });
  }

  private enqueue(at: number, resume: () => void): void {
    const behind = this.waiting.findIndex((other) => other.at > at);
    this.waiting.splice(behind === -1 ? this.waiting.length : behind, 0, { at, resume });
  }

  private next(): void {
    const first = this.waiting.shift();
    if (first === undefined) return;
    if (first.at > this.now) {
      this.now = first.at;
      this.onAdvance(this.now);
    }
    first.resume();
  }
}
