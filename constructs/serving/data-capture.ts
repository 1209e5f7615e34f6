import { type aws_s3 as s3, Token } from 'aws-cdk-lib';

/** Which side of an invocation is captured. */
export enum CaptureMode {
  /** What callers send. */
  INPUT = 'Input',

  /** What the container answers. */
  OUTPUT = 'Output',
}

/** What is captured, and how much of it. */
export interface DataCaptureOptions {
  /** Share of invocations that are captured, 0 to 100 whole percent. */
  readonly percentage: number;

  /**
   * Key prefix, up to 443 characters, without a slash at either end: a doubled slash breaks readers. SageMaker adds
   * `/<endpoint>/<variant>/<yyyy>/<mm>/<dd>/<hh>/`.
   *
   * @default 'data-capture'
   */
  readonly prefix?: string;

  /**
   * Which sides are captured.
   *
   * @default [CaptureMode.INPUT, CaptureMode.OUTPUT]
   */
  readonly modes?: CaptureMode[];

  /**
   * Content types that are stored as JSON text, 1 to 10, without parameters. All others but the CSV ones are stored as base64.
   *
   * @default ['application/json']
   */
  readonly jsonContentTypes?: string[];

  /**
   * Content types that are stored as CSV text, 1 to 10, without parameters.
   *
   * @default ['text/csv']
   */
  readonly csvContentTypes?: string[];
}

/** The URI may have 512 characters (API DataCaptureConfig), of which `s3://`, a bucket's name and a slash take up to 69. */
const MAX_PREFIX = 443;

/** As SageMaker takes them (API CaptureContentTypeHeader, November 2026): without a suffix like `+json`, and without parameters. */
const CONTENT_TYPE = /^(?=.{1,256}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*$/;

/**
 * Stores a sample of an endpoint's traffic in a bucket, for drift monitoring and retraining.
 *
 * Callers must send Content-Type, or nothing is readable. SageMaker stops capturing, silently, when an instance's disk is
 * more than 75 % full. Not to be had for serverless endpoints.
 */
export class DataCapture {
  /** Captured traffic goes to this bucket, in JSON lines. */
  public static toBucket(bucket: s3.IBucket, options: DataCaptureOptions): DataCapture {
    const prefix = options.prefix ?? 'data-capture';
    const modes = options.modes ?? [CaptureMode.INPUT, CaptureMode.OUTPUT];
    if (
      !Token.isUnresolved(options.percentage) &&
      (!Number.isInteger(options.percentage) || options.percentage < 0 || options.percentage > 100)
    ) {
      refuse(`percentage is ${options.percentage}, allowed are whole numbers from 0 to 100`);
    }
    if (!Token.isUnresolved(prefix) && !/^[\w!.*'()=-]+(\/[\w!.*'()=-]+)*$/.test(prefix)) {
      refuse(
        `prefix is "${prefix}", allowed are parts of letters, digits and !_.*'()=-, joined by single slashes: ` +
          'readers of captured data do not find "//"',
      );
    }
    if (!Token.isUnresolved(prefix) && prefix.length > MAX_PREFIX) {
      refuse(`prefix has ${prefix.length} characters, allowed are up to ${MAX_PREFIX}: with its bucket it has 512`);
    }
    if (modes.length === 0 || new Set(modes).size !== modes.length) {
      refuse(`modes are [${modes.join(', ')}], allowed are Input, Output or both, each once`);
    }
    for (const field of ['jsonContentTypes', 'csvContentTypes'] as const) {
      validateContentTypes(field, options[field]);
    }
    return new DataCapture(bucket, prefix, modes, options);
  }

  private constructor(
    /** Where captured traffic goes. */
    public readonly bucket: s3.IBucket,
    /** Key prefix without a slash at either end. */
    public readonly prefix: string,
    /** Which sides are captured. */
    public readonly modes: CaptureMode[],
    /** As given. */
    public readonly options: DataCaptureOptions,
  ) {}
}

function refuse(message: string): never {
  throw new Error(`DataCapture.toBucket: ${message}`);
}

function validateContentTypes(field: string, types: string[] | undefined): void {
  if (types === undefined || Token.isUnresolved(types)) return;
  if (types.length < 1 || types.length > 10)
    refuse(`${field} has ${types.length} entries, allowed are 1 to 10: leave it out for the default`);
  const wrong = types.find((type) => !Token.isUnresolved(type) && !CONTENT_TYPE.test(type));
  if (wrong !== undefined) {
    refuse(
      `${field} has "${wrong}", allowed are <type>/<subtype> of letters, digits, inner hyphens and dots: SageMaker takes no parameters`,
    );
  }
}
