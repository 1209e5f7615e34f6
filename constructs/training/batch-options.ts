import { type Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';

/** How AWS Batch runs a job. */
export interface BatchEngineOptions {
  /**
   * Disk of each node, 30 to 16,384 GiB, encrypted with the account's default key for EBS. It holds image, data, checkpoints and
   * the model. Local NVMe storage is not used.
   *
   * @default Size.gibibytes(100)
   */
  readonly volumeSize?: Size;

  /**
   * Runs at a time, 1 to 1000. Others wait, and their wait counts towards their deadlines.
   *
   * @default 4
   */
  readonly maxRuns?: number;

  /**
   * Elastic Fabric Adapters of each node of a gang, 0 up to what the type has. A single node has none.
   *
   * @default - all that the type has
   */
  readonly efaInterfaces?: number;
}

/** @throws Error when an option is out of range */
export function checkBatchOptions({ volumeSize, maxRuns, efaInterfaces }: BatchEngineOptions): void {
  check('volumeSize', volumeSize?.toGibibytes({ rounding: SizeRoundingBehavior.NONE }), 30, 16_384, ' GiB');
  check('maxRuns', maxRuns, 1, 1000, '');
  check('efaInterfaces', efaInterfaces, 0, 32, '');
}

function check(field: string, value: number | undefined, least: number, most: number, unit: string): void {
  if (value === undefined) return;
  if (Token.isUnresolved(value) || !Number.isInteger(value) || value < least || value > most) {
    const given = Token.isUnresolved(value) ? 'a token' : `${value}${unit}`;
    throw new Error(`TrainingEngine.batch: ${field} is ${given}, allowed are ${least} to ${most}, whole`);
  }
}
