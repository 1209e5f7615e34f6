import type { aws_ecr as ecr, aws_ecr_assets as assets } from 'aws-cdk-lib';
import { checkTagOrDigest } from '../private/image-tag';

/** The container image that trains. It must honour the container contract, which SageMaker's is a part of: docs/trainers.md. */
export class TrainingImage {
  /**
   * An image that `cdk deploy` builds and pushes.
   *
   * @param asset must be built for the instance types' architecture: state its `platform`
   */
  public static fromAsset(asset: assets.DockerImageAsset): TrainingImage {
    return new TrainingImage(asset.imageUri, asset.repository);
  }

  /**
   * An image that is in a repository already.
   *
   * @param repository in the cluster's region; one of another account needs a policy that lets the cluster's role pull
   * @param tagOrDigest a tag that is never moved, or a digest (`sha256:...`)
   */
  public static fromEcrRepository(repository: ecr.IRepository, tagOrDigest: string): TrainingImage {
    checkTagOrDigest('TrainingImage.fromEcrRepository', tagOrDigest);
    return new TrainingImage(repository.repositoryUriForTagOrDigest(tagOrDigest), repository);
  }

  private constructor(
    /** `<registry>/<repository>:<tag>`, or `@<digest>`. */
    public readonly uri: string,
    /** Where the cluster's role pulls it from. */
    public readonly repository: ecr.IRepository,
  ) {}
}
