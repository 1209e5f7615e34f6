import { type aws_s3 as s3, Duration, Token } from 'aws-cdk-lib';

/** How checkpoints are kept. */
export interface CheckpointOptions {
  /**
   * Key prefix, without a slash at either end. Each run has a folder of its own below it, `<cluster>/<run>/`.
   *
   * @default 'checkpoints'
   */
  readonly prefix?: string;

  /**
   * How often the trainer is advised to save, 1 minute to 1 day: the container gets it as CHECKPOINT_INTERVAL_SECONDS. An
   * interruption without notice costs the work since the last save.
   *
   * @default - by Young and Daly, from `writeTime` and how often Spot instances of the type are taken back: 5 minutes to 1 hour
   */
  readonly interval?: Duration;

  /**
   * How long the trainer takes to save and upload a checkpoint, 1 second to 2 minutes: SageMaker kills a container two minutes
   * after it was told to stop.
   *
   * @default Duration.minutes(1)
   */
  readonly writeTime?: Duration;
}

/** Where runs keep their checkpoints, and how often they save. */
export class Checkpoints {
  /**
   * Checkpoints go to this bucket.
   *
   * @param bucket in the cluster's region: SageMaker takes no other
   */
  public static inBucket(bucket: s3.IBucket, options: CheckpointOptions = {}): Checkpoints {
    const prefix = options.prefix ?? 'checkpoints';
    if (
      !Token.isUnresolved(prefix) &&
      !/^(?=.{1,400}$)(?!(.*\/)?\.\.?(\/|$))[\w!.*'()=-]+(\/[\w!.*'()=-]+)*$/.test(prefix)
    ) {
      refuse(
        `prefix is "${prefix}", allowed are up to 400 letters, digits and !_.*'()=-, in parts joined by single slashes, none of them . or ..`,
      );
    }
    checkSeconds('interval', options.interval, 60, 86_400);
    checkSeconds('writeTime', options.writeTime, 1, 120);
    return new Checkpoints(bucket, prefix, options.writeTime ?? Duration.minutes(1), options.interval);
  }

  private constructor(
    /** Where checkpoints go. */
    public readonly bucket: s3.IBucket,
    /** Key prefix without a slash at either end. */
    public readonly prefix: string,
    /** How long a save takes. */
    public readonly writeTime: Duration,
    /** As given. */
    public readonly interval?: Duration,
  ) {}
}

function checkSeconds(field: string, duration: Duration | undefined, least: number, most: number): void {
  if (duration === undefined) return;
  if (duration.isUnresolved()) refuse(`${field} is a token, allowed is a literal: decisions are made with it`);
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < least || seconds > most) {
    refuse(`${field} is ${seconds} s, allowed are ${least} to ${most}, whole`);
  }
}

function refuse(message: string): never {
  throw new Error(`Checkpoints.inBucket: ${message}`);
}
