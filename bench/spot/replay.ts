import type { Mode } from '../../constructs/training/spot-policy.decision';

/** What holds for all runs of a bench, in steps; a step is a poll. */
export interface World {
  readonly stepSeconds: number;
  /** Spot price over on-demand price. */
  readonly price: number;
  readonly restart: number;
  readonly save: number;
  /** Between two checkpoints; they are written beside the training and take none of its time. */
  readonly interval: number;
}

/** One run to play. Steps. */
export interface Run {
  /** Spot from the start of the run on, for ever: the trace goes round. */
  readonly up: (step: number) => boolean;
  readonly work: number;
  readonly deadline: number;
}

/** What a policy is shown at a step. */
export interface View {
  readonly step: number;
  readonly mode: Mode | undefined;
  /** As seen from where the run is: on-demand nothing. */
  readonly seen: 'up' | 'down' | 'unknown';
  /** The truth, which only a peer looks at. */
  readonly up: boolean;
  /** Work that the newest checkpoint lacks; undefined before the first one. */
  readonly left: number | undefined;
}

export type Player = (view: View) => Mode;

export interface Outcome {
  /** In steps of on-demand. */
  readonly cost: number;
  /** Until the work was done; Infinity when it never was. */
  readonly steps: number;
  readonly met: boolean;
  readonly interruptions: number;
  readonly changes: number;
}

/** Deadlines after which a run that is not done is given up. */
const PATIENCE = 10;

/**
 * Plays one run. Starts and saves are paid for and do no work. An interruption comes with notice, as SageMaker gives it:
 * the job saves, so the steps of the save are lost and nothing else. A stop in order takes as long.
 */
export function replay(world: World, run: Run, player: Player): Outcome {
  const job = new Job(world, run.work);
  let step = 0;
  for (; !job.done && step < PATIENCE * run.deadline; step += 1) {
    const up = run.up(step);
    job.see(up);
    if (!job.stopping) {
      const seen = job.mode === 'spot' ? (up ? 'up' : 'down') : 'unknown';
      job.change(player({ step, mode: job.mode, seen, up, left: job.left }));
    }
    job.step(up);
  }
  return {
    cost: job.cost,
    steps: job.done ? step : Infinity,
    met: job.done && step <= run.deadline,
    interruptions: job.interruptions,
    changes: job.changes,
  };
}

/** The run's newest job, and what all of them did. */
class Job {
  mode: Mode | undefined;
  cost = 0;
  interruptions = 0;
  changes = 0;

  private trained = 0;
  /** Of `trained`, what checkpoints hold. */
  private saved: number | undefined;
  /** Instances are there, and so many steps of the start are left. */
  private starting: number | undefined;
  private sinceStart = 0;
  private stop: { readonly then: Mode; steps: number } | undefined;

  constructor(
    private readonly world: World,
    private readonly work: number,
  ) {}

  get done(): boolean {
    return this.trained >= this.work;
  }

  get stopping(): boolean {
    return this.stop !== undefined;
  }

  get left(): number | undefined {
    return this.saved === undefined ? undefined : this.work - this.saved;
  }

  /** A Spot job loses its instances where Spot is not up. */
  see(up: boolean): void {
    if (up || this.mode !== 'spot' || this.starting === undefined) return;
    this.interruptions += 1;
    this.trained -= Math.min(this.world.save, this.sinceStart);
    this.end();
    // What it was about to do, it does at once: there is nothing left to stop.
    if (this.stop) this.begin(this.stop.then);
  }

  change(mode: Mode): void {
    if (mode === this.mode) return;
    if (this.sinceStart > 0) this.stop = { then: mode, steps: this.world.save };
    else this.begin(mode);
  }

  step(up: boolean): void {
    const hasInstances = this.mode === 'on-demand' || (this.mode === 'spot' && up);
    if (hasInstances) this.cost += this.mode === 'spot' ? this.world.price : 1;
    if (this.stop) {
      this.stop.steps -= 1;
      if (this.stop.steps > 0) return;
      this.end();
      this.begin(this.stop.then);
      return;
    }
    if (!hasInstances) return;
    this.starting ??= this.world.restart;
    if (this.starting > 0) {
      this.starting -= 1;
      return;
    }
    this.trained += 1;
    this.sinceStart += 1;
    if (this.sinceStart % this.world.interval === 0) this.saved = this.trained;
  }

  /** With a save, when it has trained. */
  private end(): void {
    if (this.sinceStart > 0) this.saved = this.trained;
    this.starting = undefined;
    this.sinceStart = 0;
  }

  private begin(mode: Mode): void {
    this.changes += this.mode === undefined ? 0 : 1;
    this.mode = mode;
    this.stop = undefined;
    this.starting = undefined;
  }
}
