import type { Duration, Size } from 'aws-cdk-lib';
import { SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { type BatchEngineOptions, checkBatchOptions } from './batch-options';

/** How SageMaker runs a job. */
export interface SageMakerEngineOptions {
  /**
   * Disk of each node, 1 to 16,384 GiB. It holds the data of File channels, checkpoints and the model. Not for types with local
   * NVMe storage, which is used instead, and whose size is fixed.
   *
   * @default - 100 GiB, or the local storage
   */
  readonly volumeSize?: Size;

  /**
   * How often SageMaker starts a job again after an internal error of its own, 0 to 30.
   *
   * @default 3
   */
  readonly retryAttempts?: number;

  /**
   * Keeps the instances of a job for the next one, 1 second to 6 hours: it starts in seconds, and they are paid while they wait.
   * Not on Spot: SageMaker refuses it.
   *
   * @default - instances go with their job
   */
  readonly keepAlive?: Duration;

  /**
   * Instances of a training plan that is bought already, by its ARN. Not on Spot.
   *
   * @default - none
   */
  readonly trainingPlanArn?: string;

  /**
   * Cuts containers off from every network call but those to each other. SageMaker still fetches data and keeps checkpoints.
   *
   * @default true
   */
  readonly networkIsolation?: boolean;

  /**
   * Encrypts what nodes send each other. It slows gangs down, the more the more they talk.
   *
   * @default true
   */
  readonly interNodeEncryption?: boolean;
}

const PLAN = /^arn:[\w-]+:sagemaker:[\w-]+:\d{12}:training-plan\/[a-zA-Z0-9-]{1,63}$/;

/** What runs the jobs. */
export class TrainingEngine {
  /** SageMaker training jobs: gangs of nodes, on Spot too; nothing that is paid for between runs. */
  public static sageMaker(options: SageMakerEngineOptions = {}): TrainingEngine {
    const gibibytes = options.volumeSize?.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
    check('volumeSize', gibibytes, 1, 16_384, ' GiB');
    check('retryAttempts', options.retryAttempts, 0, 30, '');
    check('keepAlive', options.keepAlive?.toSeconds({ integral: false }), 1, 21_600, ' s');
    const plan = options.trainingPlanArn;
    if (plan !== undefined && !Token.isUnresolved(plan) && !PLAN.test(plan)) {
      refuse(
        `trainingPlanArn is "${plan}", allowed is arn:<partition>:sagemaker:<region>:<account>:training-plan/<name>`,
      );
    }
    return new TrainingEngine(options);
  }

  /**
   * Jobs of AWS Batch on EC2: the prices of EC2, which are lower than SageMaker's, over many instance types and zones. Gangs on
   * demand only. The image must begin with the entry point for Batch: docs/training-engines.md.
   */
  public static batch(options: BatchEngineOptions = {}): TrainingEngine {
    checkBatchOptions(options);
    return new TrainingEngine({}, options);
  }

  private constructor(
    /** As given to `sageMaker`. */
    public readonly sageMakerOptions: SageMakerEngineOptions,
    /** As given to `batch`; undefined when SageMaker runs the jobs. */
    public readonly batchOptions?: BatchEngineOptions,
  ) {}
}

function check(field: string, value: number | undefined, least: number, most: number, unit: string): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < least || value > most) {
    refuse(`${field} is ${value}${unit}, allowed are ${least} to ${most}, whole`);
  }
}

function refuse(message: string): never {
  throw new Error(`TrainingEngine.sageMaker: ${message}`);
}
