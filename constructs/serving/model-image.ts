import type { aws_ecr as ecr, aws_ecr_assets as assets } from 'aws-cdk-lib';
import { checkTagOrDigest } from '../private/image-tag';

/** The container image that serves a model. It must honour SageMaker's container contract: GET /ping, POST /invocations, port 8080. */
export class ModelImage {
  /**
   * An image that `cdk deploy` builds and pushes.
   *
   * @param asset must be built for the instance type's architecture: state its `platform`
   */
  public static fromAsset(asset: assets.DockerImageAsset): ModelImage {
    return new ModelImage(asset.imageUri, asset.repository);
  }

  /**
   * An image that is in a repository already.
   *
   * @param repository in the endpoint's region; one of another account needs a policy that lets the endpoint's role pull
   * @param tagOrDigest a tag that is never moved, or a digest (`sha256:...`): SageMaker resolves it once, when the model is created
   */
  public static fromEcrRepository(repository: ecr.IRepository, tagOrDigest: string): ModelImage {
    checkTagOrDigest('ModelImage.fromEcrRepository', tagOrDigest);
    return new ModelImage(repository.repositoryUriForTagOrDigest(tagOrDigest), repository);
  }

  private constructor(
    /** `<registry>/<repository>:<tag>`, or `@<digest>`. */
    public readonly uri: string,
    /** Where the endpoint's role pulls it from. */
    public readonly repository: ecr.IRepository,
  ) {}
}
