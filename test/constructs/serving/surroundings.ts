import { aws_ec2 as ec2, aws_ecr as ecr, aws_kms as kms, aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IModelArchive } from '../../../constructs/data';
import {
  type EndpointVariant,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelImage,
  ModelSource,
} from '../../../constructs/serving';
import { ENV } from '../../helpers';

/** What the tests' endpoints stand on: defined elsewhere, under plain names. */
export class Surroundings extends Construct {
  public readonly repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'scorer');
  public readonly image = ModelImage.fromEcrRepository(this.repository, '1.0');
  public readonly key = kms.Key.fromKeyArn(this, 'Key', keyArn('volumes'));
  public readonly bucket = s3.Bucket.fromBucketAttributes(this, 'Bucket', {
    bucketName: 'data',
    encryptionKey: kms.Key.fromKeyArn(this, 'BucketKey', keyArn('bucket')),
  });
  public readonly archive: IModelArchive = { bucket: this.bucket, objectKey: 'abc/model.tar.gz' };
  public readonly vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    isolatedSubnetIds: ['subnet-isolated-a', 'subnet-isolated-b'],
    isolatedSubnetRouteTableIds: ['rtb-isolated', 'rtb-isolated'],
    privateSubnetIds: ['subnet-private-a', 'subnet-private-b'],
    privateSubnetRouteTableIds: ['rtb-private', 'rtb-private'],
  });

  /** A variant with nothing but what it must have. */
  public variant(variant: Partial<EndpointVariant> = {}): EndpointVariant {
    return {
      variantName: 'primary',
      model: ModelSource.container({ image: this.image, archive: this.archive }),
      instanceType: 'ml.m5.xlarge',
      ...variant,
    };
  }

  /** An endpoint with nothing but what it must have, `<the stack>/Endpoint`. */
  public endpoint(props: Partial<ModelEndpointProps> = {}, id = 'Endpoint'): ModelEndpoint {
    if (!this.node.scope) throw new Error('surroundings stand in a stack');
    return new ModelEndpoint(this.node.scope, id, { endpointName: 'churn', variants: [this.variant()], ...props });
  }
}

function keyArn(id: string): string {
  return `arn:aws:kms:${ENV.region}:${ENV.account}:key/${id}`;
}
