import type { Template } from 'aws-cdk-lib/assertions';
import type { Definition } from '../../machines/asl/definition';
import { MachineTemplate } from '../../machines/template';

/** What the machine of a job holds: its definition, and with what it makes jobs. */
export function created(template: Template, id = 'ClusterTrain') {
  const definition = JSON.parse(new MachineTemplate(template).definition(id).text) as Definition;
  const parameters = (state: string) => definition.States[state]?.Parameters as Record<string, unknown>;
  return { definition, onSpot: parameters('StartOnSpot'), onDemand: parameters('StartOnDemand') };
}

/** With what the machine of a job asks its adviser. */
export function terms(template: Template, id?: string): unknown {
  const { Parameters } = created(template, id).definition.States['Advise'] ?? {};
  return (Parameters as { terms: unknown }).terms;
}
