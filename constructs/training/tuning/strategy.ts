import { Token } from 'aws-cdk-lib';

/** How far Hyperband lets a training job go. */
export interface HyperbandOptions {
  /** What the best training jobs may use, in what the trainer counts between two values of the objective, such as epochs: up to 20,000. */
  readonly maxResource: number;

  /**
   * What a training job uses at least before it may be stopped, from 1 up, less than `maxResource`.
   *
   * @default 1
   */
  readonly minResource?: number;
}

/** By which rule the values of the next training job are chosen. */
export class TuningStrategy {
  /** Learns from the jobs before: for few jobs that are dear. Few at the same time, or it has little to learn from. */
  public static bayesian(): TuningStrategy {
    return new TuningStrategy('Bayesian');
  }

  /** Draws at random: for many jobs at the same time. */
  public static random(): TuningStrategy {
    return new TuningStrategy('Random');
  }

  /**
   * Gives many jobs a little and the best of them more, as ASHA does: for jobs that tell early how good they become. The trainer
   * has to print the objective after each epoch, and on one node only. It stops jobs by itself.
   */
  public static hyperband(options: HyperbandOptions): TuningStrategy {
    const { maxResource, minResource = 1 } = options;
    check('minResource', minResource, 1, MOST_RESOURCE - 1);
    check('maxResource', maxResource, 2, MOST_RESOURCE);
    if (!Token.isUnresolved(minResource) && !Token.isUnresolved(maxResource) && minResource >= maxResource) {
      refuse(`minResource is ${minResource}, allowed are numbers below maxResource, ${maxResource}`);
    }
    return new TuningStrategy('Hyperband', { maxResource, minResource });
  }

  /** Tries every combination of categories, once. */
  public static grid(): TuningStrategy {
    return new TuningStrategy('Grid');
  }

  private constructor(
    /** As the API names it. */
    public readonly name: string,
    /** Set by `hyperband`. */
    public readonly hyperbandOptions?: HyperbandOptions,
  ) {}
}

/** API HyperbandStrategyConfig, MaxResource (November 2026). */
const MOST_RESOURCE = 20_000;

function check(field: string, value: number, least: number, most: number): void {
  if (Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < least || value > most) {
    refuse(`${field} is ${value}, allowed are ${least} to ${most}, whole`);
  }
}

function refuse(message: string): never {
  throw new Error(`TuningStrategy.hyperband: ${message}`);
}
