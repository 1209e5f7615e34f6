import { type aws_ec2 as ec2, type aws_fsx as fsx, type aws_s3 as s3, Token } from 'aws-cdk-lib';

/** How the objects of a channel are shared out to the nodes of a gang. */
export enum DataDistribution {
  /** Each node gets all of them. */
  FULLY_REPLICATED = 'FullyReplicated',

  /** Each node gets a part: as many objects as there are nodes, at least. */
  SHARDED_BY_S3_KEY = 'ShardedByS3Key',
}

/** Options of a channel from S3. */
export interface S3ChannelOptions {
  /**
   * Which objects: those whose keys begin with this. End it with a slash, or it takes in those of a sibling (`run-1` and `run-10`).
   *
   * @default - the whole bucket
   */
  readonly prefix?: string;

  /**
   * How the objects are shared out to nodes.
   *
   * @default DataDistribution.FULLY_REPLICATED
   */
  readonly distribution?: DataDistribution;

  /**
   * What the data is, as the trainer wants to know it, like `application/x-parquet`.
   *
   * @default - not told
   */
  readonly contentType?: string;
}

/** Where a file system stands, and what of it is read. */
export interface LustreChannelOptions {
  /** What is read, from the mount name on: `/<mount name>/<folder>`. */
  readonly directoryPath: string;

  /** The subnet of the file system: jobs that read it run there, and nowhere else. */
  readonly subnet: ec2.ISubnet;
}

/** A file system, as a channel has it. */
export interface LustreSource extends LustreChannelOptions {
  /** The file system. */
  readonly fileSystem: fsx.IFileSystem;
}

/** Data that a container finds at `/opt/ml/input/data/<name>`. */
export class DataChannel {
  /** Objects that are streamed as the trainer reads their files: training begins at once. For data that is read from front to back. */
  public static fastFile(name: string, bucket: s3.IBucket, options: S3ChannelOptions = {}): DataChannel {
    return DataChannel.fromS3('fastFile', 'FastFile', name, bucket, options);
  }

  /** Objects that are downloaded to each node before training begins. For small data, and for data that is read in any order. */
  public static file(name: string, bucket: s3.IBucket, options: S3ChannelOptions = {}): DataChannel {
    return DataChannel.fromS3('file', 'File', name, bucket, options);
  }

  /**
   * A file system for Lustre, read-only. It stands in one zone, so it ties its jobs to the Spot capacity of that zone: for data
   * that is read many times over and too large for the nodes' disks. The cluster needs a network.
   */
  public static lustre(name: string, fileSystem: fsx.IFileSystem, options: LustreChannelOptions): DataChannel {
    checkName('lustre', name);
    const { directoryPath } = options;
    if (!Token.isUnresolved(directoryPath) && !/^\/[\w-]+(\/[\w.-]+)*$/.test(directoryPath)) {
      throw new Error(
        `DataChannel.lustre: directoryPath is "${directoryPath}", allowed is /<mount name>, and folders below it: ` +
          'SageMaker mounts nothing else',
      );
    }
    return new DataChannel(name, 'File', undefined, {}, { ...options, fileSystem });
  }

  private static fromS3(
    factory: string,
    inputMode: string,
    name: string,
    bucket: s3.IBucket,
    options: S3ChannelOptions,
  ): DataChannel {
    checkName(factory, name);
    const { prefix } = options;
    if (
      prefix !== undefined &&
      !Token.isUnresolved(prefix) &&
      (prefix === '' || prefix.startsWith('/') || prefix.includes('//'))
    ) {
      throw new Error(
        `DataChannel.${factory}: prefix is "${prefix}", allowed are keys without a slash at the start and without doubled ones`,
      );
    }
    return new DataChannel(name, inputMode, bucket, options);
  }

  private constructor(
    /** Name of the folder, and of the channel. */
    public readonly name: string,
    /** How it gets to the container: `File` or `FastFile`. */
    public readonly inputMode: string,
    /** Set for a channel from S3. */
    public readonly bucket: s3.IBucket | undefined,
    /** As given. */
    public readonly options: S3ChannelOptions,
    /** Set for a file system. */
    public readonly lustreSource?: LustreSource,
  ) {}
}

/** API Channel, ChannelName (November 2026). */
function checkName(factory: string, name: string): void {
  if (!/^[A-Za-z0-9.\-_]{1,64}$/.test(name)) {
    throw new Error(`DataChannel.${factory}: name is "${name}", allowed are 1 to 64 letters, digits and . - _`);
  }
}
