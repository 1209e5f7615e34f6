import * as alpha from '@aws-cdk/aws-sagemaker-alpha';
import { aws_ecr as ecr, aws_s3 as s3, type Stack } from 'aws-cdk-lib';
import { GIVEN, type Wanted } from './wanted';

/** The nearest that aws-sagemaker-alpha has. It captures no traffic, and scales by invocations. */
export function definer(stack: Stack): (wanted: Wanted) => void {
  const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', GIVEN.repository);
  const artifacts = s3.Bucket.fromBucketName(stack, 'Artifacts', GIVEN.artifacts);
  const image = alpha.ContainerImage.fromEcrRepository(repository, GIVEN.tag);
  return ({ endpointName, instanceType, instances, maxInstances, archiveSha256 }) => {
    const model = new alpha.Model(stack, `${endpointName}-model`, {
      containers: [{ image, modelData: alpha.ModelData.fromBucket(artifacts, `${archiveSha256}/model.tar.gz`) }],
      networkIsolation: true,
    });
    const endpointConfig = new alpha.EndpointConfig(stack, `${endpointName}-config`, {
      instanceProductionVariants: [
        {
          model,
          variantName: GIVEN.variantName,
          initialInstanceCount: instances,
          instanceType: alpha.InstanceType.of(instanceType),
        },
      ],
    });
    const endpoint = new alpha.Endpoint(stack, endpointName, { endpointName, endpointConfig });
    endpoint
      .findInstanceProductionVariant(GIVEN.variantName)
      .autoScaleInstanceCount({ minCapacity: instances, maxCapacity: maxInstances })
      .scaleOnInvocations('Tracking', { maxRequestsPerSecond: GIVEN.concurrentRequestsPerInstance });
  };
}
