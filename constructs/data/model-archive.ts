import { existsSync, statSync } from 'node:fs';
import {
  aws_iam as iam,
  aws_logs as logs,
  type aws_s3 as s3,
  aws_s3_assets as assets,
  custom_resources as cr,
  Duration,
  RemovalPolicy,
  Size,
  Stack,
  Token,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../private/acknowledge';
import { fail } from '../private/fail';
import { fileSha256 } from '../private/file-digest';

/** A model archive in a bucket. */
export interface IModelArchive {
  /** The bucket. Its key, when it has one, must be known to the bucket's construct, or grants leave it out. */
  readonly bucket: s3.IBucket;

  /** The archive's key, ends in `.tar.gz`. */
  readonly objectKey: string;
}

export interface ModelArchiveProps {
  /** Path of the archive, a `.tar.gz` of at most 5 GiB: S3 copies no larger object in one request. */
  readonly path: string;

  /** Where endpoints fetch it from. */
  readonly bucket: s3.IBucket;
}

/**
 * A model archive of this machine, in the artefact bucket under the name of its content: `<sha256>/model.tar.gz`.
 *
 * Uploaded as an ordinary file asset and copied from there at deployment, since SageMaker takes no key without `.tar.gz`.
 * Never overwritten and never deleted: an endpoint in service downloads its archive again whenever an instance starts, and
 * going back needs the one before.
 *
 * Defines one custom resource with its log group, and per stack one small function that it shares with other AwsCustomResources.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * new data.ModelArchive(this, 'Archive', { path: 'models/v1/model.tar.gz', bucket });
 */
export class ModelArchive extends Construct implements IModelArchive {
  /** An archive that is in a bucket already. */
  public static fromBucket(bucket: s3.IBucket, objectKey: string): IModelArchive {
    if (!Token.isUnresolved(objectKey) && !objectKey.endsWith('.tar.gz')) {
      throw new Error(
        `ModelArchive.fromBucket: objectKey is "${objectKey}", allowed are keys that end in .tar.gz: SageMaker takes no others`,
      );
    }
    return { bucket, objectKey };
  }

  public readonly bucket: s3.IBucket;
  public readonly objectKey: string;

  /** SHA-256 of the archive, lower-case hex. */
  public readonly sha256: string;

  constructor(scope: Construct, id: string, props: ModelArchiveProps) {
    super(scope, id);
    this.validate(props.path);

    this.bucket = props.bucket;
    this.sha256 = fileSha256(props.path);
    this.objectKey = `${this.sha256}/model.tar.gz`;
    this.createCopy(new assets.Asset(this, 'Asset', { path: props.path }));
  }

  private createCopy(asset: assets.Asset): void {
    const copy: cr.AwsSdkCall = {
      service: 'S3',
      action: 'copyObject',
      parameters: {
        Bucket: this.bucket.bucketName,
        Key: this.objectKey,
        CopySource: `${asset.s3BucketName}/${asset.s3ObjectKey}`,
        ChecksumAlgorithm: 'SHA256',
        TaggingDirective: 'REPLACE',
      },
      physicalResourceId: cr.PhysicalResourceId.of(this.objectKey),
      outputPaths: ['CopyObjectResult.ETag'],
    };
    const resource = new cr.AwsCustomResource(this, 'Resource', {
      resourceType: 'Custom::SlipwayModelArchive',
      onUpdate: copy,
      installLatestAwsSdk: false,
      logGroup: this.createLogGroup(),
      timeout: Duration.minutes(15),
      policy: cr.AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({
          actions: ['s3:GetObject'],
          resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
        }),
        new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [this.bucket.arnForObjects(this.objectKey)] }),
        ...this.keyStatements(),
      ]),
    });
    if (Construct.isConstruct(resource.grantPrincipal)) {
      acknowledge(
        resource.grantPrincipal,
        'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
        'The function belongs to the CDK, and the managed policy lets it write its own logs and nothing else.',
      );
    }
  }

  private createLogGroup(): logs.LogGroup {
    const stack = Stack.of(this);
    const shared = stack.node.tryFindChild('ModelArchiveLogs');
    if (shared instanceof logs.LogGroup) return shared;
    // One a stack: it belongs to the function, which all archives share.
    return new logs.LogGroup(stack, 'ModelArchiveLogs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private keyStatements(): iam.PolicyStatement[] {
    const key = this.bucket.encryptionKey;
    if (!key) return [];
    const { region, urlSuffix } = Stack.of(key);
    return [
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${region}.${urlSuffix}` } },
      }),
    ];
  }

  private validate(path: string): void {
    if (!path.endsWith('.tar.gz')) fail(this, `path is ${path}, allowed are files that end in .tar.gz`);
    if (!existsSync(path)) fail(this, `path is ${path}, but there is no such file`);
    const largest = Size.gibibytes(5).toBytes();
    const { size } = statSync(path);
    if (size > largest) {
      fail(
        this,
        `path is a file of ${size} bytes, allowed are ${largest}: S3 copies no larger object in one request. ` +
          'Upload it to the bucket yourself and use ModelArchive.fromBucket',
      );
    }
  }
}
