import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  buildConstructTree,
  CloudAssembly,
  type CloudFormationStackArtifact,
  ConstructIndex,
} from '@aws-cdk/cloud-assembly-api';
import { Problem, reasonOf } from '../shell/problem';
import type { Resource, Template } from './template';

/** A template with the names of its resources: a stack's own, or one nested in it. */
export interface StackTemplate {
  /** Logical ids of the nested stacks that lead to it, `/` between them; empty for the stack's own. */
  readonly nesting: string;
  readonly template: Template;
  /** Construct path of a resource below its environment. */
  readonly nameOf: (logicalId: string) => string;
}

export interface Metadata {
  /** Construct path below the environment. */
  readonly name: string;
  readonly type: string;
  readonly data: unknown;
}

export interface Stack {
  /** The environment it belongs to. */
  readonly environment: string;
  /** Construct path below its environment. */
  readonly name: string;
  /** The name CloudFormation knows it by. */
  readonly stackName: string;
  /** Undefined where the app leaves it open. */
  readonly account?: string;
  readonly region?: string;
  readonly terminationProtection: boolean;
  /** Its own template first. */
  readonly templates: StackTemplate[];
  readonly metadata: Metadata[];
}

/** A stage of the app, or what stands in the app itself. */
export interface Environment {
  readonly name: string;
  /** What construct paths in it begin with; empty for what stands in the app itself. */
  readonly prefix: string;
  readonly stacks: Stack[];
}

export interface Assembly {
  readonly cloudAssembly: CloudAssembly;
  /** By name: an assembly does not keep the order of the app. */
  readonly environments: Environment[];
}

/**
 * Reads what `cdk synth` has written.
 *
 * @throws Problem for a folder that holds no assembly, or one that is newer than this reader
 */
export function readAssembly(directory: string): Assembly {
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new Problem(
      `${directory} is no cloud assembly: it has no manifest.json. Give the folder that cdk synth writes`,
    );
  }
  const cloudAssembly = load(directory);
  const paths = new ConstructPaths(cloudAssembly);
  return { cloudAssembly, environments: environmentsOf(cloudAssembly, undefined, paths) };
}

function load(directory: string): CloudAssembly {
  try {
    // Kinds of artifacts that are newer than this reader hold no templates.
    return new CloudAssembly(directory, { skipEnumCheck: true });
  } catch (error) {
    throw new Problem(`${directory} cannot be read as a cloud assembly: ${reasonOf(error)}`);
  }
}

function environmentsOf(assembly: CloudAssembly, stage: string | undefined, paths: ConstructPaths): Environment[] {
  const { stacks } = assembly;
  const [only, ...others] = stacks;
  const name = stage ?? (only && others.length === 0 ? only.hierarchicalId : 'app');
  const prefix = stage === undefined ? '' : `${stage}/`;
  const own =
    stacks.length > 0 ? [{ name, prefix, stacks: stacks.map((stack) => stackOf(stack, name, prefix, paths)) }] : [];
  const nested = assembly.nestedAssemblies.flatMap(({ nestedAssembly, displayName }) =>
    environmentsOf(nestedAssembly, displayName, paths),
  );
  return [...own, ...nested];
}

function stackOf(
  artifact: CloudFormationStackArtifact,
  environment: string,
  prefix: string,
  paths: ConstructPaths,
): Stack {
  const below = (path: string) => (path.startsWith(prefix) ? path.slice(prefix.length) : path);
  const name = below(artifact.hierarchicalId);
  const named = (file: string, template: Template) => (id: string) =>
    below(paths.of(file, template, id) ?? `${name}/${id}`);
  const { account, region } = artifact.environment;
  return {
    environment,
    name,
    stackName: artifact.stackName,
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
    terminationProtection: artifact.terminationProtection ?? false,
    templates: templatesFrom(artifact.templateFullPath, dirname(artifact.templateFullPath)).map(
      ({ nesting, file, template }) => ({ nesting, template, nameOf: named(file, template) }),
    ),
    metadata: Object.entries(artifact.metadata).flatMap(([path, entries]) =>
      entries.map(({ type, data }) => ({ name: below(path.replace(/^\//, '')), type, data })),
    ),
  };
}

/** A template, and those nested in it that lie in the assembly. */
function templatesFrom(
  file: string,
  folder: string,
  nesting = '',
): { nesting: string; file: string; template: Template }[] {
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  const nested = Object.entries(template.Resources ?? {}).flatMap(([id, resource]) => {
    const path = nestedTemplate(resource);
    if (path === undefined || !existsSync(join(folder, path))) return [];
    return templatesFrom(join(folder, path), folder, nesting === '' ? id : `${nesting}/${id}`);
  });
  return [{ nesting, file, template }, ...nested];
}

/** Where the CDK says that the template of a nested stack lies. */
export function nestedTemplate({ Type, Metadata }: Resource): string | undefined {
  const path = Metadata?.['aws:asset:path'];
  return Type === 'AWS::CloudFormation::Stack' && typeof path === 'string' ? path : undefined;
}

/** Construct paths by template and logical id. */
class ConstructPaths {
  private readonly paths = new Map<string, string>();

  public constructor(assembly: CloudAssembly) {
    for (const { templateFile, logicalId, path } of ConstructIndex.fromTree(
      buildConstructTree(assembly, (node) => node),
    )) {
      if (templateFile !== undefined && logicalId !== undefined) this.paths.set(`${templateFile} ${logicalId}`, path);
    }
  }

  /** Without the ids that the CDK gives to the main child of a construct, and to what stands for a nested stack. */
  public of(file: string, { Resources }: Template, logicalId: string): string | undefined {
    const path = this.paths.get(`${file} ${logicalId}`) ?? Resources?.[logicalId]?.Metadata?.['aws:cdk:path'];
    if (typeof path !== 'string') return undefined;
    return path.replace(/\/(Resource|Default)$/, '').replace(/\/([^/]+)\.NestedStack\/\1\.NestedStackResource$/, '/$1');
  }
}
