import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { stringify } from 'yaml';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Hashes of assets: they change with every byte of an archive, an image or the CDK's own functions. */
const HASH = /[0-9a-f]{64}/g;

/** What says nothing about the infrastructure, or stands on every resource. */
const LEFT_OUT = new Set(['Metadata', 'Tags', 'FlowLogTags']);

/**
 * The templates of one environment as a reviewer reads them: YAML, short intrinsics, hashes masked, tags once.
 *
 * @param directory a cloud assembly with one stage an environment
 * @param environment the stage's name
 */
export function render(directory: string, environment: string): string {
  const stage = new CloudAssembly(directory).nestedAssemblies.find(({ displayName }) => displayName === environment);
  if (!stage) throw new Error(`${directory} has no stage ${environment}`);
  const stacks = stage.nestedAssembly.stacks.map((stack) => {
    const template = stack.template as { Resources: Record<string, Json>; Outputs?: Record<string, Json> };
    return [stack.stackName, { Resources: template.Resources, Outputs: template.Outputs ?? {} }];
  });
  return stringify(short(Object.fromEntries(stacks) as Json), { lineWidth: 0, aliasDuplicateObjects: false });
}

function short(value: Json): Json {
  if (typeof value === 'string') return value.replace(HASH, '<hash>');
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(short);
  const [[key, args] = ['', null], ...more] = Object.entries(value);
  if (more.length === 0) {
    const text = intrinsic(key, args);
    if (text !== undefined) return text;
  }
  const kept = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(kept.map(([name, inner]) => [name, short(inner)]));
}

/** `${Ref}`, `${Id.Attribute}`, and what is joined of them, as one string; undefined for anything else. */
function intrinsic(fn: string, args: Json): string | undefined {
  if (typeof args === 'string') {
    if (fn === 'Ref') return `\${${args}}`;
    if (fn === 'Fn::ImportValue') return `\${import ${args}}`;
    if (fn === 'Fn::Sub') return args.replace(HASH, '<hash>');
  }
  if (!Array.isArray(args)) return undefined;
  if (fn === 'Fn::GetAtt') return `\${${texts(args)?.join('.') ?? ''}}`;
  const [separator, parts] = args;
  if (fn !== 'Fn::Join' || typeof separator !== 'string' || !Array.isArray(parts)) return undefined;
  return texts(parts)?.join(separator);
}

function texts(values: Json[]): string[] | undefined {
  const shortened = values.map(short);
  return shortened.every((value) => typeof value === 'string') ? shortened : undefined;
}
