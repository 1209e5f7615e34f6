import { aws_ec2 as ec2, aws_ecr as ecr, aws_s3 as s3, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { training } from '../../constructs';
import { findingsOf } from '../arbitrary/findings';

const { SpotPolicy, TrainingEngine } = training;

type Props = Pick<training.GpuTrainingClusterProps, 'instanceTypes' | 'nodes' | 'spotPolicy'>;

const CLUSTERS: Props[] = [
  {
    instanceTypes: ['g5.xlarge', 'g6.xlarge', 'g4dn.2xlarge'],
    spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }),
  },
  { instanceTypes: ['g6e.12xlarge'], spotPolicy: SpotPolicy.spotOnly(Duration.hours(20)) },
  { instanceTypes: ['p4d.24xlarge'], nodes: 4, spotPolicy: SpotPolicy.onDemandOnly() },
];

function build(scope: Construct, props: Props): void {
  const vpc = ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a'],
    isolatedSubnetIds: ['subnet-0123456789abcdef0'],
    isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
  });
  const bucket = s3.Bucket.fromBucketName(scope, 'Bucket', 'data');
  const cluster = new training.GpuTrainingCluster(scope, 'Cluster', {
    ...props,
    engine: TrainingEngine.batch(),
    limits: { maxRuntime: Duration.hours(10) },
    checkpoints: training.Checkpoints.inBucket(bucket),
    output: bucket,
    network: { vpc },
  });
  cluster.trainingJob('Train', {
    image: training.TrainingImage.fromEcrRepository(
      ecr.Repository.fromRepositoryName(scope, 'Trainer', 'trainer'),
      'v1',
    ),
    channels: [training.DataChannel.file('train', bucket, { prefix: 'rows/' })],
  });
}

it('clusters on Batch have no finding', async () => {
  expect(await findingsOf(CLUSTERS, build)).toEqual([]);
}, 600_000);
