import {
  decide,
  type Decision,
  type Memory,
  type Mode,
  type Observation,
  type Terms,
} from '../../../constructs/training/spot-policy.decision';

/** Seconds. Everything else is a multiple of it. */
export const TICK = 10;

/** What may happen to a run, drawn by fast-check: each list is gone through again and again. */
export interface Hostility {
  /** How long Spot is up, then down, and so on, ticks. */
  readonly spot: readonly number[];
  /** Ticks from one decision to the next, at most the terms' poll. */
  readonly gaps: readonly number[];
  /** Ticks by which the clock is behind at a decision. */
  readonly clockBehind: readonly number[];
  /** How many decisions old the observation is that is delivered. */
  readonly delivered: readonly number[];
  /** Whether the progress file can be read. */
  readonly readable: readonly boolean[];
  /** Share of the longest start and stop that each takes. */
  readonly promptness: readonly number[];
}

export interface Ending {
  readonly finishedSeconds: number;
  readonly decisions: readonly Decision[];
}

/** Plays a run whose every part behaves as badly as the terms allow. */
export function hostileRun(terms: Terms, hostility: Hostility): Ending {
  const run = new HostileRun(terms, hostility);
  while (run.left > 0 && run.now < terms.deadlineSeconds + 10 * terms.workSeconds) run.tick();
  return { finishedSeconds: run.now, decisions: run.decisions };
}

class HostileRun {
  now = 0;
  left: number;
  readonly decisions: Decision[] = [];

  private readonly seen: Observation[] = [];
  private memory: Memory | undefined;
  private mode: Mode | undefined;
  private up = true;
  private changeAt: number;
  private changes = 0;
  private decideAt = 0;
  private starts = 0;
  private interruptions = 0;
  /** Work left in the newest checkpoint, and trained since. */
  private inCheckpoint: number | undefined;
  private unsaved = 0;
  /** Until training goes on; undefined without instances. */
  private trainsAt: number | undefined;
  private stop: { readonly then: Mode; readonly endsAt: number } | undefined;

  constructor(
    private readonly terms: Terms,
    private readonly hostility: Hostility,
  ) {
    this.left = terms.workSeconds;
    this.changeAt = TICK * this.nth(hostility.spot, 0);
  }

  tick(): void {
    this.capacity();
    this.stopped();
    this.instances();
    if (this.now >= this.decideAt && this.stop === undefined) this.decided();
    this.train();
    this.now += TICK;
  }

  private capacity(): void {
    while (this.now >= this.changeAt) {
      this.up = !this.up;
      this.changes += 1;
      this.changeAt += TICK * this.nth(this.hostility.spot, this.changes);
    }
    if (this.mode !== 'spot' || this.up || this.trainsAt === undefined) return;
    this.interruptions += 1;
    // The notice leaves time for a save, whose time did no work.
    const lost = Math.min(this.terms.checkpointSeconds, this.unsaved);
    this.left += lost;
    this.unsaved -= lost;
    this.saved();
    this.trainsAt = undefined;
    if (this.stop) this.begin(this.stop.then);
  }

  private stopped(): void {
    if (this.stop && this.now >= this.stop.endsAt) this.begin(this.stop.then);
  }

  private instances(): void {
    if (this.mode === undefined || (this.mode === 'spot' && !this.up)) return;
    this.trainsAt ??= this.now + this.lasting(this.terms.restartSeconds);
  }

  private decided(): void {
    const { hostility, terms, decisions } = this;
    const nth = decisions.length;
    const behind = TICK * this.nth(hostility.clockBehind, nth);
    const spot = this.mode === 'spot' ? (this.trainsAt === undefined ? 'down' : 'up') : 'unknown';
    this.seen.push({
      elapsedSeconds: this.now - behind,
      mode: this.mode,
      spot,
      workLeftSeconds: this.nth(hostility.readable, nth) ? this.inCheckpoint : undefined,
      interruptions: this.interruptions,
    });
    const observation = this.seen[Math.max(0, nth - this.nth(hostility.delivered, nth))];
    if (observation === undefined) throw new Error('nothing was seen');
    // As the state machine carries it.
    const carried = this.memory && (JSON.parse(JSON.stringify(this.memory)) as Memory);
    const decision = decide(terms, observation, carried);
    decisions.push(decision);
    this.memory = decision.memory;
    this.decideAt = this.now + TICK * this.nth(hostility.gaps, nth);
    if (decision.mode === this.mode) return;
    if (this.trainsAt === undefined) this.begin(decision.mode);
    else {
      this.saved();
      this.stop = { then: decision.mode, endsAt: this.now + this.lasting(terms.checkpointSeconds) };
    }
  }

  private begin(mode: Mode): void {
    this.mode = mode;
    this.stop = undefined;
    this.trainsAt = undefined;
    this.instances();
  }

  private train(): void {
    if (this.stop !== undefined || this.trainsAt === undefined || this.now < this.trainsAt) return;
    this.left -= TICK;
    this.unsaved += TICK;
    if (this.unsaved >= this.terms.checkpointIntervalSeconds) this.saved();
  }

  private saved(): void {
    if (this.unsaved > 0) this.inCheckpoint = this.left;
    this.unsaved = 0;
  }

  private lasting(longest: number): number {
    this.starts += 1;
    return TICK * Math.floor((longest / TICK) * this.nth(this.hostility.promptness, this.starts));
  }

  private nth<T>(list: readonly T[], n: number): T {
    const value = list[n % list.length];
    if (value === undefined) throw new Error('a list is empty');
    return value;
  }
}
