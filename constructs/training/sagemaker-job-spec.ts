import type { aws_iam as iam } from 'aws-cdk-lib';
import { TRAINING } from './constants';
import type { TrainingJobSpec } from './sagemaker-create-job';
import type { ClusterFacts } from './engine';
import type { DataChannel } from './data-channel';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import { ncclEnvironment } from './nccl';
import type { TrainingJobOptions } from './training-job';
import { factsOf } from '../private/instance-types';
import type { AttachedNetwork } from '../private/permissions';

const DEFAULT_VOLUME_GIB = 100;
const DEFAULT_RETRIES = 3;

/** A job as CreateTrainingJob takes it, but for what differs from run to run. */
export function renderSpec(cluster: ClusterFacts, role: iam.IRole, job: TrainingJobOptions): TrainingJobSpec {
  const { props, clusterName } = cluster;
  const [instanceType = ''] = props.instanceTypes;
  const {
    retryAttempts = DEFAULT_RETRIES,
    networkIsolation = true,
    interNodeEncryption = true,
  } = props.engine?.sageMakerOptions ?? {};
  const nodes = props.nodes ?? 1;
  return {
    jobPrefix: clusterName,
    imageUri: job.image.uri,
    role,
    instanceType,
    nodes,
    outputUri: `s3://${props.output.bucketName}/models/`,
    // Without one SageMaker takes S3's own key, whatever the bucket's is.
    outputKeyArn: (props.encryptionKey ?? props.output.encryptionKey)?.keyArn,
    algorithm: {
      MetricDefinitions: (job.metrics ?? []).map(({ name, regex }) => ({ Name: name, Regex: regex })),
    },
    resources: renderResources(props),
    trainingPlanArn: props.engine?.sageMakerOptions.trainingPlanArn,
    environment: {
      ...ncclEnvironment(instanceType, nodes),
      [TRAINING.checkpointIntervalVariable]: String(cluster.expectation.checkpointIntervalSeconds),
      ...job.environment,
    },
    fields: {
      ...(retryAttempts > 0 ? { RetryStrategy: { MaximumRetryAttempts: retryAttempts } } : {}),
      EnableNetworkIsolation: networkIsolation,
      EnableInterContainerTrafficEncryption: nodes > 1 && interNodeEncryption,
      ...(job.channels?.length ? { InputDataConfig: job.channels.map(renderChannel) } : {}),
      ...(cluster.network ? { VpcConfig: renderNetwork(cluster.network) } : {}),
    },
    tags: props.jobTags ?? {},
  };
}

function renderResources({ instanceTypes, engine, encryptionKey }: GpuTrainingClusterProps): Record<string, unknown> {
  const { volumeSize, keepAlive } = engine?.sageMakerOptions ?? {};
  const hasDisk = instanceTypes.some((type) => (factsOf(type)?.nvmeGb ?? 0) > 0);
  return {
    ...(hasDisk ? {} : { VolumeSizeInGB: volumeSize?.toGibibytes() ?? DEFAULT_VOLUME_GIB }),
    ...(encryptionKey ? { VolumeKmsKeyId: encryptionKey.keyArn } : {}),
    ...(keepAlive ? { KeepAlivePeriodInSeconds: keepAlive.toSeconds() } : {}),
  };
}

function renderChannel({ name, inputMode, bucket, options, lustreSource }: DataChannel): unknown {
  return {
    ChannelName: name,
    InputMode: inputMode,
    ...(options.contentType === undefined ? {} : { ContentType: options.contentType }),
    DataSource: lustreSource
      ? {
          FileSystemDataSource: {
            FileSystemType: 'FSxLustre',
            FileSystemId: lustreSource.fileSystem.fileSystemId,
            DirectoryPath: lustreSource.directoryPath,
            FileSystemAccessMode: 'ro',
          },
        }
      : {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: `s3://${bucket?.bucketName ?? ''}/${options.prefix ?? ''}`,
            S3DataDistributionType: options.distribution ?? 'FullyReplicated',
          },
        },
  };
}

function renderNetwork({ subnetIds, securityGroups }: AttachedNetwork): unknown {
  return { Subnets: subnetIds, SecurityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId) };
}
