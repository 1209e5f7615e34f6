import { aws_ecr as ecr, aws_s3 as s3, type Stack } from 'aws-cdk-lib';
import { data, serving } from '../../constructs';
import { GIVEN, type Wanted } from './wanted';

/** Our endpoints: an image by name, an archive, captured traffic, scaling. */
export function definer(stack: Stack): (wanted: Wanted) => void {
  const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', GIVEN.repository);
  const artifacts = s3.Bucket.fromBucketName(stack, 'Artifacts', GIVEN.artifacts);
  const captured = s3.Bucket.fromBucketName(stack, 'Captured', GIVEN.captured);
  const image = serving.ModelImage.fromEcrRepository(repository, GIVEN.tag);
  return ({ endpointName, instanceType, instances, maxInstances, capturePercent, archiveSha256 }) => {
    const archive = data.ModelArchive.fromBucket(artifacts, `${archiveSha256}/model.tar.gz`);
    new serving.ModelEndpoint(stack, endpointName, {
      endpointName,
      variants: [
        {
          variantName: GIVEN.variantName,
          model: serving.ModelSource.container({ image, archive }),
          instanceType,
          scaling: serving.VariantScaling.concurrency({
            minInstances: instances,
            maxInstances,
            concurrentRequestsPerInstance: GIVEN.concurrentRequestsPerInstance,
          }),
        },
      ],
      dataCapture: serving.DataCapture.toBucket(captured, { percentage: capturePercent }),
    });
  };
}
