import type { Template } from 'aws-cdk-lib/assertions';
import { text } from '../text';
import { Refused } from './asl/errors';
import type { FunctionSpec } from './handler';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
type Resources = Readonly<Record<string, Resource>>;

/** A state machine and the functions beside it, as a synthesised template holds them. */
export class MachineTemplate {
  private readonly resources: Resources;

  constructor(template: Template) {
    this.resources = (template.toJSON() as { Resources?: Resources }).Resources ?? {};
  }

  /** The definition, with what CloudFormation fills in as readable text: `<Id.Arn>`, `<Id>`, and `aws` as partition. */
  public definition(id: string): { readonly id: string; readonly text: string } {
    const [found, { Properties = {} }] = this.one(id, 'AWS::StepFunctions::StateMachine');
    const given = Properties['DefinitionString'] ?? Properties['Definition'];
    if (given === undefined)
      throw new Refused(`${found} has no DefinitionString: definitions from S3 and substitutions are not carried`);
    const whole = typeof given === 'object' && !('Fn::Join' in (given ?? {})) ? JSON.stringify(given) : text(given);
    return { id: found, text: whole.replaceAll('<AWS::Partition>', 'aws') };
  }

  /** The function of that logical id, or the one behind an alias or a version of it. */
  public functionBehind(id: string): string {
    const { Type, Properties } = this.resources[id] ?? {};
    if (Type === 'AWS::Lambda::Function') return id;
    const behind = /^<(\w+)(\.Arn)?>$/.exec(text(Properties?.['FunctionName']))?.[1];
    if ((Type === 'AWS::Lambda::Alias' || Type === 'AWS::Lambda::Version') && behind !== undefined)
      return this.functionBehind(behind);
    throw new Refused(`${id} is ${Type ?? 'not in the template'}, no function`);
  }

  /** The function whose logical id is, or starts, as given. */
  public function(id: string): FunctionSpec {
    const [found, { Properties = {} }] = this.one(id, 'AWS::Lambda::Function');
    const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
    return {
      id: found,
      name: id,
      environment: Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, text(value)])),
      timeoutSeconds: Number(Properties['Timeout'] ?? 3),
    };
  }

  private one(id: string, type: string): [string, Resource] {
    const all = Object.entries(this.resources).filter(([, { Type }]) => Type === type);
    const found = all.filter(([name]) => name === id || name.startsWith(id));
    const exact = found.find(([name]) => name === id) ?? (found.length === 1 ? found[0] : undefined);
    if (!exact)
      throw new Refused(
        `${id} names ${found.length} resources of ${type}, not one; there are ${all.map(([name]) => name).join(', ') || 'none'}`,
      );
    return exact;
  }
}
