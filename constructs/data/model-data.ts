import { aws_kms as kms, aws_s3 as s3, cx_api as cxapi, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { dataRemovalPolicy } from '../private/deletion';
import { fail } from '../private/fail';

export interface ModelDataProps {
  /**
   * How long captured requests and answers are kept, whole days. They may hold personal data: keep them no longer than drift
   * monitoring and retraining need them.
   *
   * @default Duration.days(90)
   */
  readonly captureRetention?: Duration;

  /**
   * How long overwritten and deleted archives can be brought back, whole days. Current ones never expire: an endpoint downloads
   * its archive at every start of an instance. Captured traffic is gone one day after its retention.
   *
   * @default Duration.days(90)
   */
  readonly noncurrentVersionRetention?: Duration;

  /**
   * How long checkpoints of training are kept after they were written, whole days: a run that failed can be taken up again as long.
   *
   * @default Duration.days(30)
   */
  readonly checkpointRetention?: Duration;

  /**
   * What happens to buckets and key when they leave the stack. DESTROY deletes the data with them, and needs the context flag
   * `cdk-slipway:allowDataDeletion` as well.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Where one environment keeps model archives, captured traffic, and what training reads and writes.
 *
 * Defines one key, a bucket for archives, one for captured traffic, one for training and one for their access logs (about $1 a
 * month for the key, plus storage). Everything is encrypted with the key (the access logs with S3's own: S3 cannot deliver logs otherwise),
 * versioned, reachable by TLS only, closed to the public, and kept when the stack goes.
 *
 * @example
 * new data.ModelData(this, 'Data', { captureRetention: Duration.days(30) });
 */
export class ModelData extends Construct {
  /** Encrypts archives, captured traffic and what else belongs to the environment; rotated every year. */
  public readonly key: kms.Key;

  /** Model archives, under `<sha256>/model.tar.gz`. */
  public readonly artifacts: s3.Bucket;

  /** Captured requests and answers. */
  public readonly captured: s3.Bucket;

  /** What training reads and writes: data, models, and checkpoints under `checkpoints/`. */
  public readonly training: s3.Bucket;

  /** Server access logs of the others, for one year. */
  public readonly accessLogs: s3.Bucket;

  private readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: ModelDataProps = {}) {
    super(scope, id);
    // As apps made today have it. The older way to deliver access logs needs ACLs, which these buckets do not allow.
    this.node.setContext(cxapi.S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    this.removalPolicy = dataRemovalPolicy(this, props.removalPolicy);
    const captureRetention = this.validDays('captureRetention', props.captureRetention ?? Duration.days(90));
    const noncurrentVersionExpiration = this.validDays(
      'noncurrentVersionRetention',
      props.noncurrentVersionRetention ?? Duration.days(90),
    );
    const checkpointRetention = this.validDays('checkpointRetention', props.checkpointRetention ?? Duration.days(30));

    this.key = this.createKey();
    this.accessLogs = this.createAccessLogs();
    this.artifacts = this.createBucket('Artifacts', [{ noncurrentVersionExpiration }]);
    this.captured = this.createBucket('Captured', [
      { noncurrentVersionExpiration: Duration.days(1), expiration: captureRetention },
    ]);
    this.training = this.createBucket('Training', [
      { noncurrentVersionExpiration },
      // Written over and over: yesterday's are of no use to anyone.
      { prefix: CHECKPOINTS, noncurrentVersionExpiration: Duration.days(1), expiration: checkpointRetention },
    ]);
  }

  private createKey(): kms.Key {
    return new kms.Key(this, 'Key', {
      description: 'Model archives, captured traffic, training data and notifications of one environment',
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
  }

  /** CloudFormation deletes no bucket that holds objects. */
  private get removal(): Pick<s3.BucketProps, 'removalPolicy' | 'autoDeleteObjects'> {
    return { removalPolicy: this.removalPolicy, autoDeleteObjects: this.removalPolicy === RemovalPolicy.DESTROY };
  }

  private createAccessLogs(): s3.Bucket {
    return new s3.Bucket(this, 'AccessLogs', {
      ...secure(),
      encryption: s3.BucketEncryption.S3_MANAGED,
      ...this.removal,
      lifecycleRules: [{ ...TIDY, expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(1) }],
    });
  }

  private createBucket(id: string, rules: s3.LifecycleRule[]): s3.Bucket {
    return new s3.Bucket(this, id, {
      ...secure(),
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      ...this.removal,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: id.toLowerCase(),
      lifecycleRules: rules.map((rule) => ({ ...TIDY, ...rule })),
    });
  }

  private validDays(field: string, duration: Duration): Duration {
    if (duration.isUnresolved()) return duration;
    const days = duration.toDays({ integral: false });
    if (days < 1 || !Number.isInteger(days)) {
      fail(this, `${field} is ${days} days, allowed are whole days from 1 up: S3 expires objects once a day`);
    }
    return duration;
  }
}

/** Made when a bucket needs it: a constant would load aws-s3 for everyone who imports the library. */
function secure(): s3.BucketProps {
  return {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    versioned: true,
  };
}

const CHECKPOINTS = 'checkpoints/';

/** Parts of uploads that were never finished cost money and are seen nowhere. */
const TIDY = { abortIncompleteMultipartUploadAfter: Duration.days(7) };
