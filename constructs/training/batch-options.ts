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

  /**
   * ARN of a resource group of EC2 capacity reservations. On-demand nodes start in it while it has room, and beside it when it has
   * none. Spot nodes never do. Reserved capacity is paid for whether it is used or not.
   *
   * Source: EC2 user guide, "Capacity Reservation groups" (November 2026).
   *
   * @default - none is asked for; reservations of the kind `open` are used where they match
   */
  readonly capacityReservationGroupArn?: string;
}

const GROUP_ARN = /^arn:aws[a-z-]*:resource-groups:[a-z0-9-]+:\d{12}:group\/[\w.-]{1,300}$/;

/** @throws Error when an option is out of range */
export function checkBatchOptions(options: BatchEngineOptions): void {
  const { volumeSize, maxRuns, efaInterfaces, capacityReservationGroupArn: group } = options;
  check('volumeSize', volumeSize?.toGibibytes({ rounding: SizeRoundingBehavior.NONE }), 30, 16_384, ' GiB');
  check('maxRuns', maxRuns, 1, 1000, '');
  check('efaInterfaces', efaInterfaces, 0, 32, '');
  if (group !== undefined && !Token.isUnresolved(group) && !GROUP_ARN.test(group)) {
    throw new Error(
      `TrainingEngine.batch: capacityReservationGroupArn is "${group}", allowed is the ARN of a resource group, ` +
        'arn:aws:resource-groups:<region>:<account>:group/<name>',
    );
  }
}

function check(field: string, value: number | undefined, least: number, most: number, unit: string): void {
  if (value === undefined) return;
  if (Token.isUnresolved(value) || !Number.isInteger(value) || value < least || value > most) {
    const given = Token.isUnresolved(value) ? 'a token' : `${value}${unit}`;
    throw new Error(`TrainingEngine.batch: ${field} is ${given}, allowed are ${least} to ${most}, whole`);
  }
}
