import { Token } from 'aws-cdk-lib';
import { batchQuotaNeeds } from './batch-quotas';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import type { QuotaNeed } from '../private/assembly-facts';

/**
 * Which quotas jobs need. Source of SageMaker's names: the developer guide, "Amazon SageMaker AI endpoints and quotas", and what
 * accounts were shown (November 2026).
 *
 * @param jobs at the same time
 */
export function quotaNeeds(props: GpuTrainingClusterProps, jobs = 1): QuotaNeed[] {
  const { instanceTypes, nodes = 1, spotPolicy, limits, engine } = props;
  if (engine?.batchOptions) return batchQuotaNeeds(props);
  const instances = Token.isUnresolved(jobs) ? undefined : nodes * jobs;
  const ofInstances = (usage: string, all: string) => [
    ...instanceTypes.map((type) => need(`${type} for ${usage} usage`, instances)),
    need(`Number of instances across all ${all}`, instances),
  ];
  return [
    ...(spotPolicy.usesSpot ? ofInstances('spot training job', 'spot training jobs') : []),
    ...(spotPolicy.maxWait ? [] : ofInstances('training job', 'training jobs')),
    ...(engine?.sageMakerOptions.keepAlive
      ? instanceTypes.map((type) => need(`${type} for training warm pool usage`, instances))
      : []),
    need('Longest run time for a training job', limits.maxRuntime.toSeconds()),
  ];
}

function need(name: string, needed: number | undefined): QuotaNeed {
  return { service: 'sagemaker', name, needed };
}
