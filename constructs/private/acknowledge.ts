import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './fail';

/**
 * Accepts one finding of a validation rule at one construct. With `acknowledgeWildcards` the only way to do so in this repository.
 *
 * The reason is for the reader of a security review: a full sentence that says why the finding is no risk here.
 */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  addReasons(construct, [[rule, reason]]);
}

/** A resource with a wildcard, and why it can't be narrower: a full sentence. */
export interface Wildcard {
  readonly resource: string;
  readonly reason: string;
}

/**
 * Accepts wildcard resources in the policies below a construct (cdk-nag's AwsSolutions-IAM5).
 *
 * The finding's id holds the resource as the template has it, which only synth knows: the id is made when synth validates.
 */
export function acknowledgeWildcards(construct: IConstruct, wildcards: readonly Wildcard[]): void {
  construct.node.addValidation({
    validate: () => {
      const stack = Stack.of(construct);
      const rule = (resource: string) => `AwsSolutions-IAM5[Resource::${flat(stack.resolve(resource))}]`;
      addReasons(
        construct,
        wildcards.map(({ resource, reason }) => [rule(resource), reason]),
      );
      return [];
    },
  });
}

function addReasons(construct: IConstruct, reasons: readonly [rule: string, reason: string][]): void {
  for (const [rule, reason] of reasons) {
    if (!/^[A-Z].{30,}\.$/.test(reason)) {
      fail(construct, `the reason for acknowledging ${rule} is "${reason}", allowed is a full sentence`);
    }
  }
  // As Validations.acknowledge does. That refuses ids with a second "::" before aws-cdk-lib 2.270.
  const idOf = (rule: string) => (rule.startsWith('CloudFormation-Validate::') ? rule : `Annotation::${rule}`);
  construct.node.addMetadata(
    Validations.ACKNOWLEDGED_RULES_METADATA_KEY,
    Object.fromEntries(reasons.map(([rule, reason]) => [idOf(rule), reason])),
  );
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
