import { aws_ec2 as ec2, aws_ecr as ecr, aws_s3 as s3, Duration, type Stack } from 'aws-cdk-lib';
import { training } from '../../../constructs';
import { testStack } from '../../helpers';

/** A network with the zones that are stated. */
export function batchVpc(stack: Stack, zones: string[] = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: zones,
    natGateways: 0,
    subnetConfiguration: [
      { name: 'public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'nodes', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ],
  });
}

export interface BatchClusterOptions {
  readonly props?: Partial<training.GpuTrainingClusterProps>;
  readonly job?: Partial<training.TrainingJobOptions>;
  readonly checkpoints?: training.CheckpointOptions;
  readonly zones?: string[];
  readonly network?: Omit<training.TrainingNetwork, 'vpc'>;
}

/** A cluster on Batch with one job, and the rest as a test wants it. */
export function batchCluster(
  { props, job, checkpoints, zones, network }: BatchClusterOptions = {},
  stack = testStack(),
): {
  stack: Stack;
  cluster: training.GpuTrainingCluster;
} {
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'data');
  const cluster = new training.GpuTrainingCluster(stack, 'Cluster', {
    clusterName: 'churn',
    engine: training.TrainingEngine.batch(),
    instanceTypes: ['g5.xlarge', 'g6.xlarge', 'g4dn.2xlarge'],
    spotPolicy: training.SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }),
    limits: { maxRuntime: Duration.hours(10) },
    checkpoints: training.Checkpoints.inBucket(bucket, checkpoints),
    output: bucket,
    network: { vpc: batchVpc(stack, zones), ...network },
    ...props,
  });
  cluster.trainingJob('Train', {
    image: training.TrainingImage.fromEcrRepository(
      ecr.Repository.fromRepositoryName(stack, 'Trainer', 'trainer'),
      'v1',
    ),
    ...job,
  });
  return { stack, cluster };
}
