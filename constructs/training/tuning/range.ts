import { Token, Tokenization } from 'aws-cdk-lib';

/** On which scale values are searched. */
export enum RangeScaling {
  /** SageMaker chooses. */
  AUTO = 'Auto',

  /** Every value is as likely as any other. */
  LINEAR = 'Linear',

  /** Every order of magnitude is as likely as any other: for learning rates. Above 0 only. */
  LOGARITHMIC = 'Logarithmic',

  /** The same for what is near 1, such as a momentum. From 0 to less than 1, and for numbers that are not whole. */
  REVERSE_LOGARITHMIC = 'ReverseLogarithmic',
}

/** How a range of numbers is searched. */
export interface RangeOptions {
  /**
   * The scale.
   *
   * @default RangeScaling.AUTO
   */
  readonly scaling?: RangeScaling;
}

/** Limits: API ParameterRanges (November 2026). */
const MOST_CHARACTERS = 256;
const MOST_VALUES = 30;

/** A hyperparameter that is tuned, and the values that it may have. The trainer gets them as strings. */
export class TuningRange {
  /** Numbers from `min` to `max`. */
  public static continuous(name: string, min: number, max: number, options: RangeOptions = {}): TuningRange {
    const of = `TuningRange.continuous "${name}"`;
    checkNumbers(of, min, max, options.scaling);
    return new TuningRange('continuous', checkName(of, name), numbers(name, min, max, options));
  }

  /** Whole numbers from `min` to `max`. */
  public static integer(name: string, min: number, max: number, options: RangeOptions = {}): TuningRange {
    const of = `TuningRange.integer "${name}"`;
    for (const [field, value] of [
      ['min', min],
      ['max', max],
    ] as const) {
      if (!Token.isUnresolved(value) && !Number.isSafeInteger(value)) {
        refuse(of, `${field} is ${value}, allowed are whole numbers`);
      }
    }
    if (options.scaling === RangeScaling.REVERSE_LOGARITHMIC) {
      refuse(of, 'scaling is ReverseLogarithmic, allowed is that for continuous ranges: it is for 0 to less than 1');
    }
    checkNumbers(of, min, max, options.scaling);
    return new TuningRange('integer', checkName(of, name), numbers(name, min, max, options));
  }

  /** One of these. Also for numbers of which only some are to be tried. */
  public static categorical(name: string, values: string[]): TuningRange {
    const of = `TuningRange.categorical "${name}"`;
    if (values.length < 1 || values.length > MOST_VALUES) {
      refuse(of, `values has ${values.length} entries, allowed are 1 to ${MOST_VALUES}`);
    }
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) refuse(of, `values has "${twice}" twice, allowed are unique ones`);
    const long = values.find((value) => !Token.isUnresolved(value) && value.length > MOST_CHARACTERS);
    if (long !== undefined) {
      refuse(of, `values has one of ${long.length} characters, allowed are up to ${MOST_CHARACTERS}`);
    }
    return new TuningRange('categorical', checkName(of, name), { Name: name, Values: values }, values.length);
  }

  private constructor(
    /** `continuous`, `integer` or `categorical`. */
    public readonly kind: string,
    /** Of the hyperparameter. */
    public readonly name: string,
    /** @internal */
    public readonly _rendered: Readonly<Record<string, unknown>>,
    /** How many categories there are; set by `categorical`. */
    public readonly size?: number,
  ) {}
}

function numbers(name: string, min: number, max: number, { scaling }: RangeOptions): Record<string, unknown> {
  return {
    Name: name,
    MinValue: Tokenization.stringifyNumber(min),
    MaxValue: Tokenization.stringifyNumber(max),
    ScalingType: scaling ?? RangeScaling.AUTO,
  };
}

function checkName(of: string, name: string): string {
  if (!Token.isUnresolved(name) && (name.length < 1 || name.length > MOST_CHARACTERS)) {
    refuse(of, `the name has ${name.length} characters, allowed are 1 to ${MOST_CHARACTERS}`);
  }
  return name;
}

function checkNumbers(of: string, min: number, max: number, scaling: RangeScaling | undefined): void {
  if (Token.isUnresolved(min) || Token.isUnresolved(max)) return;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max) {
    refuse(of, `min is ${min} and max is ${max}, allowed are numbers with min below max`);
  }
  if (scaling === RangeScaling.LOGARITHMIC && min <= 0) {
    refuse(of, `min is ${min} with the scaling Logarithmic, allowed are numbers above 0: 0 has no logarithm`);
  }
  if (scaling === RangeScaling.REVERSE_LOGARITHMIC && (min < 0 || max >= 1)) {
    refuse(of, `${min} to ${max} has the scaling ReverseLogarithmic, allowed are ranges from 0 to less than 1`);
  }
}

function refuse(of: string, message: string): never {
  throw new Error(`${of}: ${message}`);
}
