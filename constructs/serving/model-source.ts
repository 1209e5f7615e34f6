import type { aws_ecr as ecr } from 'aws-cdk-lib';
import { Token } from 'aws-cdk-lib';
import type { IModelArchive } from '../data';
import type { ModelImage } from './model-image';

/** A container that serves a model. */
export interface ContainerModelProps {
  /** The image that serves the model. */
  readonly image: ModelImage;

  /**
   * The archive that is unpacked to `/opt/ml/model` before the container starts.
   *
   * @default - none: the image holds the model
   */
  readonly archive?: IModelArchive;

  /**
   * Environment variables of the container, at most 100. Not for secrets: they stand in the template in plain text.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
}

/** What a model package is made of, as far as the endpoint's role must reach it. */
export interface ModelPackageOptions {
  /**
   * The repository its image is in.
   *
   * @default - the role gets no permission to pull: grant it yourself
   */
  readonly repository?: ecr.IRepository;

  /**
   * The archive it names.
   *
   * @default - the role gets no permission to read one: grant it yourself
   */
  readonly archive?: IModelArchive;
}

const PACKAGE = /^arn:[\w-]+:sagemaker:[\w-]+:\d{12}:model-package\/[\w-]+(\/\d+)?$/;

/** What a variant serves. */
export class ModelSource {
  /** An image, with an archive or without. */
  public static container(props: ContainerModelProps): ModelSource {
    const names = Object.keys(props.environment ?? {});
    if (names.length > 100) {
      throw new Error(`ModelSource.container: environment has ${names.length} variables, allowed are at most 100`);
    }
    return new ModelSource(props, undefined, props.image.repository, props.archive);
  }

  /**
   * A version in a SageMaker model registry. SageMaker refuses one that is not approved, at deployment.
   *
   * @param modelPackageArn `arn:<partition>:sagemaker:<region>:<account>:model-package/<group>/<version>`
   */
  public static modelPackage(modelPackageArn: string, options: ModelPackageOptions = {}): ModelSource {
    if (!Token.isUnresolved(modelPackageArn) && !PACKAGE.test(modelPackageArn)) {
      throw new Error(
        `ModelSource.modelPackage: modelPackageArn is "${modelPackageArn}", ` +
          'allowed is arn:<partition>:sagemaker:<region>:<account>:model-package/<group>/<version>',
      );
    }
    return new ModelSource(undefined, modelPackageArn, options.repository, options.archive);
  }

  private constructor(
    /** Set by `container`. */
    public readonly containerProps: ContainerModelProps | undefined,
    /** Set by `modelPackage`. */
    public readonly modelPackageArn: string | undefined,
    /** Where the endpoint's role pulls the image from. */
    public readonly repository: ecr.IRepository | undefined,
    /** The archive that the endpoint's role reads. */
    public readonly archive: IModelArchive | undefined,
  ) {}
}
