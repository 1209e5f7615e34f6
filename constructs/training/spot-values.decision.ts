import { probabilityUp, type Rates } from './spot-rates.decision';
import type { Terms } from './spot-types.decision';

// Looked up once: a sandbox such as Jest's looks up globals slowly.
const { floor, min } = Math;

/** What a plan is made for. */
export interface Problem {
  readonly terms: Terms;
  readonly rates: Rates;
  /** Slack below which Spot is no choice. */
  readonly reserveSeconds: number;
}

/**
 * Expected cost of what is left, in seconds of on-demand, by work left and slack: a dynamic program over both in equal
 * steps. Training moves along the work alone and waiting along the slack alone, so each cell needs smaller ones only.
 */
export class Values {
  private readonly columns: number;
  private readonly rows: number;
  private readonly up: Float64Array;
  private readonly down: Float64Array;
  /** Of a start on-demand and a try of Spot after it, when that is up, and when it is away. */
  private readonly triedUp: Float64Array;
  private readonly triedDown: Float64Array;
  /** That capacity which is back is lost before training goes on. */
  private readonly lostAtStart: number;

  private constructor(
    private readonly problem: Problem,
    slackSeconds: number,
    workSeconds: number,
    public readonly stepSeconds: number,
  ) {
    this.columns = Math.ceil(Math.max(slackSeconds - problem.reserveSeconds, 0) / stepSeconds) + 2;
    this.rows = Math.ceil(workSeconds / stepSeconds) + 2;
    this.lostAtStart = -Math.expm1(-problem.rates.loss * problem.terms.restartSeconds);
    const cells = this.columns * this.rows;
    this.up = new Float64Array(cells);
    this.down = new Float64Array(cells);
    this.triedUp = new Float64Array(cells);
    this.triedDown = new Float64Array(cells);
  }

  /** Values for up to so much slack and work. Takes less than a millisecond. */
  static solve(problem: Problem, slackSeconds: number, workSeconds: number): Values {
    const spare = Math.max(slackSeconds - problem.reserveSeconds, problem.terms.pollSeconds);
    const step = Math.max(Math.sqrt((spare * workSeconds) / CELLS), 1);
    const values = new Values(problem, slackSeconds, workSeconds, step);
    values.fill();
    return values;
  }

  /** While Spot runs. */
  ofUp(slackSeconds: number, workSeconds: number): number {
    return this.read(this.up, slackSeconds, workSeconds, this.problem.terms.spotPriceRatio);
  }

  /** While Spot is awaited, or may be left for on-demand. */
  ofDown(slackSeconds: number, workSeconds: number): number {
    return this.read(this.down, slackSeconds, workSeconds, 0);
  }

  /** Capacity is back: it starts, and may be lost before training goes on. */
  ofReturn(slackSeconds: number, workSeconds: number): number {
    const { restartSeconds, spotPriceRatio } = this.problem.terms;
    const lost = this.lostAtStart;
    const started = spotPriceRatio * restartSeconds + this.ofUp(slackSeconds - restartSeconds, workSeconds);
    const half = restartSeconds / 2;
    const failed = spotPriceRatio * half + this.ofDown(slackSeconds - half, workSeconds);
    return (1 - lost) * started + lost * failed;
  }

  /** On-demand is stopped now and Spot tried, which is up with this probability. */
  ofTry(slackSeconds: number, workSeconds: number, up: number): number {
    const { checkpointSeconds, pollSeconds } = this.problem.terms;
    const slack = slackSeconds - checkpointSeconds;
    const away = this.ofDown(slack - pollSeconds, workSeconds);
    return checkpointSeconds + up * this.ofReturn(slack, workSeconds) + (1 - up) * away;
  }

  /** On-demand runs on for a while that is best, to the end or until Spot is tried; `up` by seconds from now. */
  ofStay(slackSeconds: number, workSeconds: number, up: (seconds: number) => number): number {
    const { checkpointSeconds, pollSeconds } = this.problem.terms;
    let best = workSeconds;
    if (slackSeconds - checkpointSeconds - pollSeconds < this.problem.reserveSeconds) return best;
    for (const steps of STAYS) {
      const seconds = steps * this.stepSeconds;
      if (seconds >= workSeconds) break;
      const tried = this.ofTry(slackSeconds, workSeconds - seconds, up(seconds + checkpointSeconds));
      best = Math.min(best, seconds + tried);
    }
    return best;
  }

  private fill(): void {
    const { rates, reserveSeconds, terms } = this.problem;
    const { spotPriceRatio, restartSeconds, checkpointSeconds, pollSeconds } = terms;
    const { stepSeconds: step, columns } = this;
    const loss = Math.min(1, rates.loss * step);
    const back = Math.min(1, rates.return * step);
    const ups = STAYS.map((steps) => probabilityUp(rates, false, restartSeconds + steps * step + checkpointSeconds));
    const firstTry = Math.ceil((restartSeconds + checkpointSeconds + pollSeconds) / step);
    for (let row = 1; row < this.rows; row += 1) {
      const work = row * step;
      for (let column = 0; column < columns; column += 1) {
        const cell = row * columns + column;
        const slack = reserveSeconds + column * step;
        const on = this.up[cell - columns] ?? 0;
        const gone = row === 1 ? 0 : this.ofDown(slack - checkpointSeconds - pollSeconds, work - step);
        this.up[cell] = spotPriceRatio * step + (1 - loss) * on + loss * gone;

        let best = restartSeconds + work;
        if (column > 0) {
          const waited = (1 - back) * (this.down[cell - 1] ?? 0) + back * this.ofReturn(slack - step, work);
          best = min(best, waited);
        }
        for (let i = 0; column >= firstTry && i < STAYS.length; i += 1) {
          const steps = STAYS[i] ?? row;
          if (steps >= row) break;
          const then = cell - steps * columns;
          const away = this.triedDown[then] ?? 0;
          best = min(best, steps * step + away + (ups[i] ?? 0) * ((this.triedUp[then] ?? 0) - away));
        }
        this.down[cell] = best;

        const stopped = slack - restartSeconds - checkpointSeconds;
        const started = restartSeconds + checkpointSeconds;
        this.triedUp[cell] = started + this.ofReturn(stopped, work);
        this.triedDown[cell] = started + this.ofDown(stopped - pollSeconds, work);
      }
    }
  }

  /** Between the four cells around; on-demand to the end where the slack is below the reserve. */
  private read(cells: Float64Array, slackSeconds: number, workSeconds: number, priceOfStop: number): number {
    const { reserveSeconds, terms } = this.problem;
    if (workSeconds <= 0) return 0;
    if (slackSeconds < reserveSeconds) {
      return workSeconds + terms.restartSeconds + priceOfStop * terms.checkpointSeconds;
    }
    const across = min((slackSeconds - reserveSeconds) / this.stepSeconds, this.columns - 1);
    const along = min(workSeconds / this.stepSeconds, this.rows - 1);
    const column = min(floor(across), this.columns - 2);
    const row = min(floor(along), this.rows - 2);
    const at = row * this.columns + column;
    const lower = between(cells[at] ?? 0, cells[at + 1] ?? 0, across - column);
    const upper = between(cells[at + this.columns] ?? 0, cells[at + this.columns + 1] ?? 0, across - column);
    return between(lower, upper, along - row);
  }
}

/** Cells of a table, about. More of them changed no cost by a hundredth: see the decision page. */
const CELLS = 1200;

/** How long on-demand may be planned to run until Spot is tried, in steps. */
const STAYS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192];

function between(low: number, high: number, share: number): number {
  return low + (high - low) * share;
}
