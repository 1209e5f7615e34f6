import { Token } from 'aws-cdk-lib';
import type { TrainingMetricDefinition } from '../training-job';

/** The metric by which training jobs are compared. The trainer prints it, and the last value that it prints counts. */
export class TuningObjective {
  /** The highest value is the best. For accuracy, and the like. */
  public static maximize(metric: TrainingMetricDefinition): TuningObjective {
    return new TuningObjective('Maximize', checked('maximize', metric));
  }

  /** The lowest value is the best. For a loss. */
  public static minimize(metric: TrainingMetricDefinition): TuningObjective {
    return new TuningObjective('Minimize', checked('minimize', metric));
  }

  private constructor(
    /** `Maximize` or `Minimize`. */
    public readonly direction: string,
    /** Its name, and how it is read from what the trainer prints. */
    public readonly metric: TrainingMetricDefinition,
  ) {}
}

/** API MetricDefinition (November 2026). */
function checked(factory: string, metric: TrainingMetricDefinition): TrainingMetricDefinition {
  const { name, regex } = metric;
  const refuse = (message: string): never => {
    throw new Error(`TuningObjective.${factory}: ${message}`);
  };
  if (!Token.isUnresolved(name) && !/^.{1,255}$/.test(name)) {
    refuse(`name is "${name}", allowed are 1 to 255 characters`);
  }
  if (Token.isUnresolved(regex)) return metric;
  if (regex.length < 1 || regex.length > 500) {
    refuse(`regex has ${regex.length} characters, allowed are 1 to 500`);
  }
  if (!/\((?!\?)/.test(regex)) {
    refuse(`regex is "${regex}", allowed are those with a group: it is the number that jobs are compared by`);
  }
  return metric;
}
