/** A template as far as the review reads it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
  readonly [section: string]: unknown;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

/** What the CDK adds to every stack, and nobody has written. */
const OF_THE_CDK = 'AWS::CDK::Metadata';

/** The resources of a template by logical id, without the CDK's own bookkeeping. */
export function resourcesOf({ Resources = {} }: Template): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type !== OF_THE_CDK);
}

/** A value of a template as one line: references as `${Id}` and `${Id.Attribute}`, what is joined as one text. */
export function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[fn, args] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (fn === 'Ref') return `\${${String(args)}}`;
    if (fn === 'Fn::GetAtt') return `\${${Array.isArray(args) ? args.join('.') : String(args)}}`;
    if (fn === 'Fn::Sub' && typeof args === 'string') return args;
    if (fn === 'Fn::Join' && Array.isArray(args) && Array.isArray(args[1]))
      return args[1].map(text).join(String(args[0]));
  }
  return JSON.stringify(value);
}
