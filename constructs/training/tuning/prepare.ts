import { type aws_iam as iam, Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { HyperparameterTuningOptions } from './hyperparameter-tuning';
import type { TuningMachineProps } from './machine';
import { validateTuning } from './rules';
import { pollSeconds, renderTuning, renderTuningTerms, tunedJob } from './spec';
import { validateCluster } from '../cluster-rules';
import type { ClusterFacts } from '../engine';
import { validateJob } from '../job-rules';
import { quotaNeeds } from '../quota-needs';
import { readChannel } from '../training-permissions';
import { grantToRole, pullImage } from '../../private/permissions';

/** Checks what is asked for, gives the cluster's role what its training jobs need, and says what the machine is made of. */
export function prepareTuning(
  scope: IConstruct,
  id: string,
  cluster: ClusterFacts,
  role: iam.IRole,
  options: HyperparameterTuningOptions,
): TuningMachineProps {
  const props = { ...cluster.props, spotPolicy: options.spotPolicy ?? cluster.props.spotPolicy };
  const job = tunedJob(options);
  if (options.spotPolicy) validateCluster(scope, props);
  validateTuning(scope, id, props, options);
  validateJob(scope, id, props, cluster.network, job);
  grantToRole(role, [...pullImage(job.image.repository), ...(job.channels ?? []).flatMap(readChannel)]);
  const facts = { ...cluster, props };
  return {
    spec: renderTuning(facts, role, options),
    terms: renderTuningTerms(facts, options),
    pollInterval: Duration.seconds(pollSeconds(options)),
    quotas: quotaNeeds(props, options.limits.maxParallelJobs),
  };
}
