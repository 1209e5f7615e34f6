import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './fail';

/**
 * Accepts one finding of a validation rule at one construct. With the function below the only way to do so in this repository.
 *
 * The reason is for the reader of a security review: a full sentence that says why the finding is no risk here.
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  if (!/^[A-Z].{30,}\.$/.test(reason)) {
    fail(construct, `the reason for acknowledging ${rule} is "${reason}", allowed is a full sentence`);
  }
  // As Validations.acknowledge does. That refuses ids with a second "::" before aws-cdk-lib 2.270.
  const id = rule.startsWith('CloudFormation-Validate::') ? rule : `Annotation::${rule}`;
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [id]: reason });
}

/**
 * Accepts a wildcard resource in the policies below a construct (cdk-nag's AwsSolutions-IAM5).
 *
 * The finding's id holds the resource as the template has it, which only synth knows: the id is made when synth validates.
 */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  construct.node.addValidation({
    validate: () => {
      acknowledge(construct, `AwsSolutions-IAM5[Resource::${flat(Stack.of(construct).resolve(resource))}]`, reason);
      return [];
    },
  });
}

/** A resolved value as cdk-nag writes it: `arn:<AWS::Partition>:s3:::<Bucket>/*`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const [fn, args] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (fn === 'Ref') return `<${String(args)}>`;
  if (fn === 'Fn::GetAtt' && Array.isArray(args)) return `<${args.join('.')}>`;
  if (fn === 'Fn::Join' && Array.isArray(args) && Array.isArray(args[1]))
    return args[1].map(flat).join(String(args[0]));
  if (fn === 'Fn::Sub' || fn === 'Fn::ImportValue') return flat(args);
  return JSON.stringify(value);
}
