import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import type { QuotaNeed } from '../private/assembly-facts';
import { factsOf } from '../private/instance-types';

/**
 * Which quotas of EC2 one run on Batch needs. They count processors of families together, Spot and on-demand apart. Batch may take any
 * of several types, so the largest counts.
 *
 * Source of the names: EC2 user guide, "Spot Instance quotas" and "On-Demand Instance quotas" (November 2026). That of P6 on Spot is in
 * neither, and follows the form of P5's.
 */
export function batchQuotaNeeds({ instanceTypes, nodes = 1, spotPolicy }: GpuTrainingClusterProps): QuotaNeed[] {
  const needs = (quotaOf: (type: string) => string) => {
    const names = [...new Set(instanceTypes.map(quotaOf))];
    return names.map((name): QuotaNeed => {
      const vcpus = instanceTypes.filter((type) => quotaOf(type) === name).map((type) => factsOf(type)?.vcpus ?? 0);
      return { service: 'ec2', name, needed: nodes * Math.max(...vcpus) };
    });
  };
  return [
    ...(spotPolicy.usesSpot ? needs(spotQuota) : []),
    ...(spotPolicy.maxWait === undefined ? needs(onDemandQuota) : []),
  ];
}

function spotQuota(type: string): string {
  const generation = /^p(\d)/.exec(type)?.[1];
  if (generation === undefined) return 'All G and VT Spot Instance Requests';
  return `All ${Number(generation) <= 4 ? 'P4, P3 and P2' : `P${generation}`} Spot Instance Requests`;
}

function onDemandQuota(type: string): string {
  return `Running On-Demand ${type.startsWith('p') ? 'P' : 'G and VT'} instances`;
}
