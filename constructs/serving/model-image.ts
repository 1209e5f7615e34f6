import { type aws_ecr as ecr, type aws_ecr_assets as assets, Token } from 'aws-cdk-lib';

/** A tag as registries take it, or a digest. */
const TAG_OR_DIGEST = /^(\w[\w.-]{0,127}|sha256:[0-9a-f]{64})$/;

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
    if (!Token.isUnresolved(tagOrDigest) && (!TAG_OR_DIGEST.test(tagOrDigest) || tagOrDigest === 'latest')) {
      throw new Error(
        `ModelImage.fromEcrRepository: tagOrDigest is "${tagOrDigest}", allowed is a tag that is never moved, or a digest: ` +
          'what "latest" means changes without a deployment, and cannot be rolled back',
      );
    }
    return new ModelImage(repository.repositoryUriForTagOrDigest(tagOrDigest), repository);
  }

  private constructor(
    /** `<registry>/<repository>:<tag>`, or `@<digest>`. */
    public readonly uri: string,
    /** Where the endpoint's role pulls it from. */
    public readonly repository: ecr.IRepository,
  ) {}
}
