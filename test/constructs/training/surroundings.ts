import { aws_ec2 as ec2, aws_ecr as ecr, aws_fsx as fsx, aws_kms as kms, aws_s3 as s3, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  Checkpoints,
  GpuTrainingCluster,
  type GpuTrainingClusterProps,
  type ITrainingJob,
  SpotPolicy,
  TrainingImage,
  type TrainingJobOptions,
} from '../../../constructs/training';
import { ENV } from '../../helpers';

/** Two hours of work, and a deadline of eight. */
export const HOURS = { maxRuntime: Duration.hours(2), deadline: Duration.hours(8) };
export const UNTIL_DEADLINE = SpotPolicy.untilDeadline({ deadline: HOURS.deadline });

/** What the tests' clusters stand on: defined elsewhere, under plain names. */
export class Surroundings extends Construct {
  public readonly repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'trainer');
  public readonly image = TrainingImage.fromEcrRepository(this.repository, '1.0');
  public readonly key = kms.Key.fromKeyArn(this, 'Key', keyArn('volumes'));
  public readonly bucket = s3.Bucket.fromBucketName(this, 'Bucket', 'data');
  public readonly encrypted = s3.Bucket.fromBucketAttributes(this, 'Encrypted', {
    bucketName: 'encrypted',
    encryptionKey: kms.Key.fromKeyArn(this, 'BucketKey', keyArn('bucket')),
  });
  public readonly vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    isolatedSubnetIds: ['subnet-isolated-a', 'subnet-isolated-b'],
    isolatedSubnetRouteTableIds: ['rtb-isolated', 'rtb-isolated'],
    privateSubnetIds: ['subnet-private-a', 'subnet-private-b'],
    privateSubnetRouteTableIds: ['rtb-private', 'rtb-private'],
  });
  public readonly lustre = fsx.LustreFileSystem.fromLustreFileSystemAttributes(this, 'Lustre', {
    fileSystemId: 'fs-0123456789abcdef0',
    dnsName: 'fs-0123456789abcdef0.fsx.eu-west-1.amazonaws.com',
    securityGroup: this.group('sg-lustre'),
  });

  public group(id: string): ec2.ISecurityGroup {
    return ec2.SecurityGroup.fromSecurityGroupId(this, id, id);
  }

  public subnet(id: string, availabilityZone = 'eu-west-1a'): ec2.ISubnet {
    return ec2.Subnet.fromSubnetAttributes(this, id, {
      subnetId: id,
      availabilityZone,
      routeTableId: 'rtb-00000000000000000',
    });
  }

  /** A cluster with nothing but what it must have, and a name; `<the stack>/Cluster`. */
  public cluster(props: Partial<GpuTrainingClusterProps> = {}, id = 'Cluster'): GpuTrainingCluster {
    if (!this.node.scope) throw new Error('surroundings stand in a stack');
    return new GpuTrainingCluster(this.node.scope, id, {
      clusterName: 'churn',
      instanceTypes: ['ml.g5.12xlarge'],
      spotPolicy: UNTIL_DEADLINE,
      limits: { maxRuntime: HOURS.maxRuntime },
      checkpoints: Checkpoints.inBucket(this.bucket),
      output: this.bucket,
      ...props,
    });
  }

  /** A job with nothing but what it must have. */
  public job(cluster: GpuTrainingCluster, options: Partial<TrainingJobOptions> = {}, id = 'Train'): ITrainingJob {
    return cluster.trainingJob(id, { image: this.image, ...options });
  }
}

export function keyArn(id: string): string {
  return `arn:aws:kms:${ENV.region}:${ENV.account}:key/${id}`;
}
