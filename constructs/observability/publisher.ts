/**
 * Who puts the datapoints of a metric into CloudWatch.
 *
 * An alarm on a metric that nobody publishes never fires, so each alarm spec names its publisher.
 */
export class Publisher {
  /**
   * An AWS service publishes the metric by itself.
   *
   * @param service the service's name, for example `SageMaker`
   */
  public static aws(service: string): Publisher {
    return new Publisher(`AWS (${service})`);
  }

  /**
   * A function that a construct of this library defines publishes the metric.
   *
   * @param construct the construct's class, for example `GpuTrainingCluster`
   */
  public static construct(construct: string): Publisher {
    return new Publisher(`Slipway (${construct})`);
  }

  /**
   * Something outside this app publishes the metric, by a written contract.
   *
   * @param contract where the contract is written down: namespace, name, dimensions, unit and cadence
   */
  public static outside(contract: string): Publisher {
    return new Publisher(`outside, by ${contract}`);
  }

  private constructor(
    /** A few words for people, shown in the review and the runbook. */
    public readonly description: string,
  ) {}
}
