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
   * Environment variables of the container, at most 100, and 32 KiB together. Names are 1 to 1024 letters, digits and underscores, not
   * a digit first; values have at most 1024 bytes. Not for secrets: they stand in the template in plain text.
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

/** Limits: API ContainerDefinition and DescribeModelPackage (November 2026). */
const PACKAGE =
  /^arn:[\w-]+:sagemaker:[\w-]+:\d{12}:model-package\/(?=[^/]{1,63}(\/|$))[a-zA-Z0-9](-*[a-zA-Z0-9])*(\/\d{1,9})?$/;
const VARIABLE = /^[a-zA-Z_]\w{0,1023}$/;
const MAX_VALUE_BYTES = 1024;
const MAX_ENVIRONMENT_BYTES = 32 * 1024;

/** What a variant serves. */
export class ModelSource {
  /** An image, with an archive or without. */
  public static container(props: ContainerModelProps): ModelSource {
    validateEnvironment(props.environment ?? {});
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

function validateEnvironment(environment: { [name: string]: string }): void {
  const refuse = (message: string): never => {
    throw new Error(`ModelSource.container: environment has ${message}`);
  };
  const variables = Object.entries(environment);
  if (variables.length > 100) refuse(`${variables.length} variables, allowed are at most 100`);
  for (const [name, value] of variables) {
    if (!Token.isUnresolved(name) && !VARIABLE.test(name)) {
      refuse(`variable "${name}", allowed are 1 to 1024 letters, digits and underscores, not a digit first`);
    }
    const bytes = Token.isUnresolved(value) ? 0 : Buffer.byteLength(value);
    if (bytes > MAX_VALUE_BYTES) refuse(`${bytes} bytes in ${name}, allowed are at most ${MAX_VALUE_BYTES}`);
  }
  const known = variables.flat().filter((text) => !Token.isUnresolved(text));
  const bytes = known.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_ENVIRONMENT_BYTES)
    refuse(`${bytes} bytes, allowed are at most ${MAX_ENVIRONMENT_BYTES}, names included`);
}
