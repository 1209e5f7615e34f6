import { sagemaker_deployment as deployment } from '@cdklabs/generative-ai-cdk-constructs';
import { aws_ecr as ecr, type Stack } from 'aws-cdk-lib';
import { GIVEN, type Wanted } from './wanted';

/** The nearest that generative-ai-cdk-constructs has. It captures no traffic, and scales by invocations in steps. */
export function definer(stack: Stack): (wanted: Wanted) => void {
  const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', GIVEN.repository);
  const container = deployment.ContainerImage.fromEcrRepository(repository, GIVEN.tag);
  return ({ endpointName, instanceType, instances, maxInstances, archiveSha256 }) => {
    new deployment.CustomSageMakerEndpoint(stack, endpointName, {
      modelId: 'model',
      endpointName,
      instanceType: deployment.SageMakerInstanceType.of(instanceType),
      instanceCount: instances,
      minCapacity: instances,
      maxCapacity: maxInstances,
      container,
      modelDataUrl: `s3://${GIVEN.artifacts}/${archiveSha256}/model.tar.gz`,
    });
  };
}
