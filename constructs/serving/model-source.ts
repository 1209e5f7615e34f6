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
  readonly environment?: Record<string, string>;
}

/** What a variant serves. */
export class ModelSource {
  /** An image, with an archive or without. */
  public static container(props: ContainerModelProps): ModelSource {
    const names = Object.keys(props.environment ?? {});
    if (names.length > 100) {
      throw new Error(`ModelSource.container: environment has ${names.length} variables, allowed are at most 100`);
    }
    return new ModelSource(props, undefined);
  }

  /**
   * A version in a SageMaker model registry, approved or not: SageMaker refuses one that is rejected, at deployment.
   *
   * @param modelPackageArn `arn:<partition>:sagemaker:<region>:<account>:model-package/<group>/<version>`
   */
  public static modelPackage(modelPackageArn: string): ModelSource {
    return new ModelSource(undefined, modelPackageArn);
  }

  private constructor(
    /** Set by `container`. */
    public readonly containerProps: ContainerModelProps | undefined,
    /** Set by `modelPackage`. */
    public readonly modelPackageArn: string | undefined,
  ) {}
}
