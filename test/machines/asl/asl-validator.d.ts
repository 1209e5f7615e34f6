declare module 'asl-validator' {
  interface Result {
    readonly isValid: boolean;
    readonly errorsText: (separator?: string) => string;
  }
  interface Options {
    readonly checkPaths?: boolean;
    readonly checkArn?: boolean;
  }
  function validate(definition: unknown, options?: Options): Result;
  export = validate;
}
