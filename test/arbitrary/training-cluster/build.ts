import { join } from 'node:path';
import {
  aws_ec2 as ec2,
  aws_ecr as ecr,
  aws_ecr_assets as assets,
  aws_fsx as fsx,
  aws_kms as kms,
  aws_s3 as s3,
  Duration,
  Size,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  Checkpoints,
  DataChannel,
  GpuTrainingCluster,
  SpotPolicy,
  TrainingEngine,
  TrainingImage,
  type TrainingLimits,
  type TrainingNetwork,
} from '../../../constructs/training';
import { ENV } from '../../helpers';
import type {
  BatchPlan,
  ChannelPlan,
  CheckpointsPlan,
  ClusterPlan,
  EnginePlan,
  JobPlan,
  LimitsPlan,
  NetworkPlan,
  PolicyPlan,
} from './plan';

/** `<scope>/Cluster` with its jobs, `Job0` and on, and beside it what it stands on. */
export function buildCluster(scope: Construct, plan: ClusterPlan): GpuTrainingCluster {
  const { clusterName, instanceTypes, nodes, hourlyPrices, outputEncrypted, encryptionKey, jobTags } = plan;
  const cluster = new GpuTrainingCluster(scope, 'Cluster', {
    clusterName,
    instanceTypes,
    nodes,
    engine: plan.batch ? batch(plan.batch) : plan.engine && sageMaker(plan.engine),
    spotPolicy: policy(plan.spotPolicy),
    checkpoints: checkpoints(scope, plan.checkpoints),
    limits: limits(plan.limits),
    hourlyPrices,
    output: bucket(scope, 'Output', outputEncrypted),
    network: plan.network && network(scope, plan.network),
    encryptionKey: encryptionKey === true ? key(scope, 'Volumes') : undefined,
    jobTags,
  });
  plan.jobs.forEach((job, i) => {
    addJob(scope, cluster, job, i);
  });
  return cluster;
}

function addJob(scope: Construct, cluster: GpuTrainingCluster, plan: JobPlan, i: number): void {
  const { image, channels, ...same } = plan;
  cluster.trainingJob(`Job${i}`, {
    ...same,
    image:
      image === 'asset'
        ? TrainingImage.fromAsset(trainer(scope))
        : TrainingImage.fromEcrRepository(images(scope, i), image.tagOrDigest),
    channels: channels?.map((channel, at) => dataChannel(scope, channel, `${i}x${at}`)),
  });
}

function policy(plan: PolicyPlan): SpotPolicy {
  switch (plan.by) {
    case 'deadline':
      return SpotPolicy.untilDeadline({
        deadline: Duration.seconds(plan.seconds),
        rule: plan.rule,
        afterDeadline: plan.after,
      });
    case 'wait':
      return SpotPolicy.spotOnly(Duration.seconds(plan.seconds));
    case 'on-demand':
      return SpotPolicy.onDemandOnly();
  }
}

function limits({ maxRuntimeSeconds, expectedRuntimeSeconds, startupSeconds, maxCostUsd }: LimitsPlan): TrainingLimits {
  return {
    maxRuntime: Duration.seconds(maxRuntimeSeconds),
    expectedRuntime: duration(expectedRuntimeSeconds),
    startupTime: duration(startupSeconds),
    maxCostUsd,
  };
}

function sageMaker({ volumeGibibytes, keepAliveSeconds, ...same }: EnginePlan): TrainingEngine {
  return TrainingEngine.sageMaker({
    ...same,
    volumeSize: size(volumeGibibytes),
    keepAlive: duration(keepAliveSeconds),
  });
}

function batch({ volumeGibibytes, ...same }: BatchPlan): TrainingEngine {
  return TrainingEngine.batch({ ...same, volumeSize: size(volumeGibibytes) });
}

function checkpoints(scope: Construct, { encrypted, prefix, intervalSeconds, writeSeconds }: CheckpointsPlan) {
  return Checkpoints.inBucket(bucket(scope, 'Checkpoints', encrypted), {
    prefix,
    interval: duration(intervalSeconds),
    writeTime: duration(writeSeconds),
  });
}

function network(scope: Construct, { vpc, subnets, securityGroups }: NetworkPlan): TrainingNetwork {
  const groups = ids17('sg', securityGroups ?? 0).map((id) => ec2.SecurityGroup.fromSecurityGroupId(scope, id, id));
  const chosen = subnets === undefined ? undefined : ids17('subnet', subnets).map((id) => subnet(scope, id));
  return {
    vpc: vpcWith(scope, vpc),
    vpcSubnets: vpc === 'public' ? { subnetType: ec2.SubnetType.PUBLIC } : chosen && { subnets: chosen },
    securityGroups: securityGroups === undefined ? undefined : groups,
  };
}

function vpcWith(scope: Construct, kind: NetworkPlan['vpc']): ec2.IVpc {
  const ids = ids17('subnet', 2);
  const tables = ids17('rtb', 2);
  return ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    [`${kind}SubnetIds`]: ids,
    [`${kind}SubnetRouteTableIds`]: tables,
  });
}

function dataChannel(scope: Construct, channel: ChannelPlan, id: string): DataChannel {
  if (channel.from === 'lustre') {
    const { name, directoryPath, zone } = channel;
    return DataChannel.lustre(name, lustre(scope, id), { directoryPath, subnet: subnet(scope, `Lustre${id}`, zone) });
  }
  const { from, name, encrypted, ...options } = channel;
  return DataChannel[from](name, bucket(scope, `Data${id}`, encrypted), options);
}

function lustre(scope: Construct, id: string): fsx.IFileSystem {
  return fsx.LustreFileSystem.fromLustreFileSystemAttributes(scope, `FileSystem${id}`, {
    fileSystemId: 'fs-0123456789abcdef0',
    dnsName: 'fs-0123456789abcdef0.fsx.eu-west-1.amazonaws.com',
    securityGroup: ec2.SecurityGroup.fromSecurityGroupId(scope, `FileSystemGroup${id}`, 'sg-0123456789abcdef0'),
  });
}

function subnet(scope: Construct, id: string, availabilityZone = 'eu-west-1a'): ec2.ISubnet {
  const routeTableId = 'rtb-00000000000000000';
  const subnetId = id.startsWith('subnet-') ? id : 'subnet-0123456789abcdef0';
  return ec2.Subnet.fromSubnetAttributes(scope, id, { subnetId, availabilityZone, routeTableId });
}

function bucket(scope: Construct, id: string, encrypted: boolean): s3.IBucket {
  const encryptionKey = encrypted ? key(scope, `${id}Key`) : undefined;
  return s3.Bucket.fromBucketAttributes(scope, id, { bucketName: `slipway-${id.toLowerCase()}`, encryptionKey });
}

function key(scope: Construct, id: string): kms.IKey {
  return kms.Key.fromKeyArn(
    scope,
    id,
    `arn:aws:kms:${ENV.region}:${ENV.account}:key/01234567-89ab-cdef-0123-456789abcdef`,
  );
}

function images(scope: Construct, i: number): ecr.IRepository {
  const arn = `arn:aws:ecr:${ENV.region}:${ENV.account}:repository/trainer-${i}`;
  return ecr.Repository.fromRepositoryArn(scope, `Images${i}`, arn);
}

/** One for all jobs. */
function trainer(scope: Construct): assets.DockerImageAsset {
  const found = scope.node.tryFindChild('Trainer');
  if (found instanceof assets.DockerImageAsset) return found;
  const directory = join(__dirname, '..', '..', '..', 'images', 'scorer');
  return new assets.DockerImageAsset(scope, 'Trainer', { directory, platform: assets.Platform.LINUX_AMD64 });
}

function duration(seconds: number | undefined): Duration | undefined {
  return seconds === undefined ? undefined : Duration.seconds(seconds);
}

function size(gibibytes: number | undefined): Size | undefined {
  return gibibytes === undefined ? undefined : Size.gibibytes(gibibytes);
}

/** Ids as EC2 makes them. */
function ids17(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind}-${String(i).padStart(17, '0')}`);
}
