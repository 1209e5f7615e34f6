import { Token } from 'aws-cdk-lib';

/**
 * Begins with what earlier tuning jobs have learned. They must have ended, have the same objective, and tune and fix as many
 * hyperparameters together as this one. An execution's input may name others.
 */
export class TuningWarmStart {
  /**
   * From tuning jobs of the same data and the same trainer: ranges and numbers of jobs may differ.
   *
   * @param parents names of tuning jobs, 1 to 5
   */
  public static identicalData(...parents: string[]): TuningWarmStart {
    return new TuningWarmStart('IdenticalDataAndAlgorithm', checked('identicalData', parents));
  }

  /**
   * From tuning jobs of other data, or of another version of the trainer. What it learns from them may mislead it.
   *
   * @param parents names of tuning jobs, 1 to 5
   */
  public static transferLearning(...parents: string[]): TuningWarmStart {
    return new TuningWarmStart('TransferLearning', checked('transferLearning', parents));
  }

  private constructor(
    /** As the API names it. */
    public readonly similarity: string,
    /** Names of tuning jobs. */
    public readonly parents: string[],
  ) {}
}

/** API HyperParameterTuningJobWarmStartConfig (November 2026). */
function checked(factory: string, parents: string[]): string[] {
  const refuse = (message: string): never => {
    throw new Error(`TuningWarmStart.${factory}: ${message}`);
  };
  if (parents.length < 1 || parents.length > 5) {
    refuse(`parents has ${parents.length} entries, allowed are 1 to 5`);
  }
  const wrong = parents.find((name) => !Token.isUnresolved(name) && !/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}$/.test(name));
  if (wrong !== undefined) {
    refuse(`parents has "${wrong}", allowed are names of tuning jobs: 1 to 32 letters, digits and inner hyphens`);
  }
  const twice = parents.find((name, at) => parents.indexOf(name) !== at);
  if (twice !== undefined) refuse(`parents has "${twice}" twice, allowed are unique names`);
  return parents;
}
