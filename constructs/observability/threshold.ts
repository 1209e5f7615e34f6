import { aws_cloudwatch as cloudwatch, type Duration } from 'aws-cdk-lib';

/**
 * The line a metric may not cross, with its unit.
 *
 * "Above" and "below" are strict: a datapoint equal to the threshold is fine.
 */
export class Threshold {
  /**
   * Breached above a duration, for metrics in microseconds such as SageMaker's ModelLatency.
   *
   * @param limit whole milliseconds
   */
  public static microsecondsAbove(limit: Duration): Threshold {
    const millis = limit.toMilliseconds();
    if (!(millis > 0)) refuse('microsecondsAbove', `${millis} ms`, 'more than 0 ms');
    const shown = `${millis} ms (${millis * 1000} microseconds)`;
    return new Threshold(cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, millis * 1000, `above ${shown}`);
  }

  /**
   * Breached above a plain number, such as a drift score.
   *
   * @param limit in the metric's own unit
   */
  public static above(limit: number): Threshold {
    if (!Number.isFinite(limit)) refuse('above', limit, 'a finite number');
    return new Threshold(cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, limit, `above ${limit}`);
  }

  /**
   * Breached below a plain number, such as an accuracy.
   *
   * @param limit in the metric's own unit
   */
  public static below(limit: number): Threshold {
    if (!Number.isFinite(limit)) refuse('below', limit, 'a finite number');
    return new Threshold(cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD, limit, `below ${limit}`);
  }

  /**
   * Breached above a share, for metrics that are 0 or 1 per request, so that their average is a fraction.
   *
   * @param limit in percent, 0 to 100; rendered as a fraction: 1 % is 0.01
   */
  public static percentOfRequestsAbove(limit: number): Threshold {
    if (!(limit >= 0 && limit < 100))
      refuse('percentOfRequestsAbove', limit, '0 up to, but not, 100 percent: no share is above 100');
    const shown = `${limit} % of requests`;
    return new Threshold(cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, limit / 100, `above ${shown}`);
  }

  private constructor(
    /** How a datapoint is compared with the value. */
    public readonly comparison: cloudwatch.ComparisonOperator,
    /** In the metric's own unit. */
    public readonly value: number,
    /** For people: the limit with its unit. */
    public readonly description: string,
  ) {}
}

function refuse(factory: string, given: number | string, allowed: string): never {
  throw new Error(`Threshold.${factory}: limit is ${given}, allowed is ${allowed}`);
}
