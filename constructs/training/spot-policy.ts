import type { Duration } from 'aws-cdk-lib';

/** By which rule a run with a deadline goes from Spot to on-demand instances, and back. */
export enum DeadlineRule {
  /** The least expected cost, by what the run has seen of Spot so far. */
  EXPECTED_COST = 'expected-cost',

  /** Keeps the work at least as far on as the clock. Source: "Can't Be Late" (NSDI'24). */
  UNIFORM_PROGRESS = 'uniform-progress',

  /** Spot until the last moment at which on-demand instances still meet the deadline. */
  SAFETY_NET = 'safety-net',

  /** On-demand after half of the deadline. */
  STATIC = 'static',
}

/** What becomes of a run that has missed its deadline. */
export enum AfterDeadline {
  /** It goes on, on-demand, until it is done or at a limit. */
  GO_ON = 'go-on',

  /** It stops, keeps its checkpoint, and fails. */
  FAIL = 'fail',
}

/** A deadline, and how it is met. */
export interface DeadlineOptions {
  /** From the start of a run until its model must be there, at most 28 days. At least the expected runtime and a start. */
  readonly deadline: Duration;

  /**
   * By which rule instances are chosen.
   *
   * @default DeadlineRule.EXPECTED_COST
   */
  readonly rule?: DeadlineRule;

  /**
   * What becomes of a run that misses its deadline all the same: no on-demand capacity, or more work than expected.
   *
   * @default AfterDeadline.GO_ON
   */
  readonly afterDeadline?: AfterDeadline;
}

/** Most that SageMaker lets a job wait or run (API StoppingCondition, November 2026). */
const MOST_SECONDS = 28 * 86_400;

/** Which instances a run may use: Spot, on-demand, or Spot as long as the deadline allows it. */
export class SpotPolicy {
  /**
   * Spot instances as long as the deadline is safe, on-demand ones when it is not, from the same checkpoints. The choice for runs
   * that have to be done by a time.
   */
  public static untilDeadline(options: DeadlineOptions): SpotPolicy {
    checkTime('SpotPolicy.untilDeadline', 'deadline', options.deadline);
    return new SpotPolicy(
      options.deadline,
      undefined,
      options.rule ?? DeadlineRule.EXPECTED_COST,
      options.afterDeadline ?? AfterDeadline.GO_ON,
    );
  }

  /**
   * Spot instances only. A run that is not done in time fails, and can be taken up again.
   *
   * @param maxWait for waiting and training together, at most 28 days
   */
  public static spotOnly(maxWait: Duration): SpotPolicy {
    checkTime('SpotPolicy.spotOnly', 'maxWait', maxWait);
    return new SpotPolicy(undefined, maxWait);
  }

  /** On-demand instances only: no interruptions, and the full price. */
  public static onDemandOnly(): SpotPolicy {
    return new SpotPolicy();
  }

  private constructor(
    /** Set by `untilDeadline`. */
    public readonly deadline?: Duration,
    /** Set by `spotOnly`. */
    public readonly maxWait?: Duration,
    /** Set by `untilDeadline`. */
    public readonly rule?: DeadlineRule,
    /** Set by `untilDeadline`. */
    public readonly afterDeadline?: AfterDeadline,
  ) {}

  /** Whether a run may be interrupted. */
  public get usesSpot(): boolean {
    return this.deadline !== undefined || this.maxWait !== undefined;
  }
}

function checkTime(factory: string, field: string, duration: Duration): void {
  if (duration.isUnresolved()) {
    throw new Error(`${factory}: ${field} is a token, allowed is a literal: what can be met is checked at synth`);
  }
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > MOST_SECONDS) {
    throw new Error(
      `${factory}: ${field} is ${seconds} s, allowed are 60 s to ${MOST_SECONDS} s, whole: SageMaker keeps a job for 28 days`,
    );
  }
}
