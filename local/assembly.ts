import { CloudAssembly } from 'aws-cdk-lib/cx-api';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

interface Variant {
  readonly VariantName: string;
  readonly InitialInstanceCount: number;
  readonly InstanceType: string;
}

/** What a reader of a pull request wants to know first of one environment. */
export interface EnvironmentSummary {
  readonly name: string;
  /** Names of its stacks, in the order of deployment. */
  readonly stacks: string[];
  readonly resources: number;
  readonly alarms: number;
  /** One line an endpoint: name, variants, instances. */
  readonly endpoints: string[];
}

/** Reads a cloud assembly with one stage an environment. */
export function summarise(directory: string): EnvironmentSummary[] {
  return new CloudAssembly(directory).nestedAssemblies.map(({ nestedAssembly, displayName }) => {
    const templates = nestedAssembly.stacks.map((stack) => stack.template as { Resources: Record<string, Resource> });
    const resources = templates.flatMap((template) => Object.values(template.Resources));
    return {
      name: displayName,
      stacks: nestedAssembly.stacks.map((stack) => stack.stackName),
      resources: resources.length,
      alarms: resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length,
      endpoints: templates.flatMap((template) => endpointsOf(template.Resources)),
    };
  });
}

function endpointsOf(resources: Record<string, Resource>): string[] {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::SageMaker::Endpoint')
    .map(({ Properties }) => {
      const config = resources[configId(Properties?.['EndpointConfigName'])];
      const variants = (config?.Properties?.['ProductionVariants'] ?? []) as Variant[];
      const fleet = variants.map((v) => `${v.VariantName} on ${v.InitialInstanceCount} x ${v.InstanceType}`);
      return `${String(Properties?.['EndpointName'])}: ${fleet.join(', ')}`;
    });
}

function configId(reference: unknown): string {
  return (reference as { 'Fn::GetAtt'?: [string, string] } | undefined)?.['Fn::GetAtt']?.[0] ?? '';
}
