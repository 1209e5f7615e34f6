import type { aws_kms as kms, aws_s3 as s3 } from 'aws-cdk-lib';
import type { Checkpoints } from './checkpoints';
import type { SpotPolicy } from './spot-policy';
import type { TrainingEngine } from './training-engine';
import type { HourlyPrices, TrainingLimits } from './training-limits';
import type { TrainingNetwork } from './training-network';

export interface GpuTrainingClusterProps {
  /**
   * GPU types of the nodes. SageMaker takes one, `ml.<family>.<size>`; Batch takes whichever of several is to be had,
   * `<family>.<size>`, all with the same number of GPUs.
   */
  readonly instanceTypes: string[];

  /**
   * Nodes of a gang, 1 and up: they start, stop and are interrupted together.
   *
   * @default 1
   */
  readonly nodes?: number;

  /**
   * What runs the jobs.
   *
   * @default TrainingEngine.sageMaker()
   */
  readonly engine?: TrainingEngine;

  /** Which instances a run may use. */
  readonly spotPolicy: SpotPolicy;

  /** Where runs keep their checkpoints. */
  readonly checkpoints: Checkpoints;

  /** How long a run may work, and what it may cost. */
  readonly limits: TrainingLimits;

  /**
   * What an hour of an instance costs; of several types, of the dearest.
   *
   * @default - not known: costs are counted in seconds, and cannot be limited
   */
  readonly hourlyPrices?: HourlyPrices;

  /** Where models go, under `models/<job>/output/model.tar.gz`. In the cluster's region. */
  readonly output: s3.IBucket;

  /**
   * The network that nodes are attached to.
   *
   * @default - SageMaker's own: nodes reach each other, and nothing reaches them. Batch needs one
   */
  readonly network?: TrainingNetwork;

  /**
   * Encrypts the disks of the nodes and the models. Not on Batch. Not for types with local NVMe storage, which encrypt it themselves.
   *
   * @default - SageMaker's own key
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * With what the names of jobs begin: 1 to 20 lower-case letters, digits and inner hyphens, unique in account and region. It is
   * also the dimension of the metrics.
   *
   * @default - made from the construct's path
   */
  readonly clusterName?: string;

  /**
   * Tags of the jobs, which carry their cost to a bill: up to 50, on Batch 48. Tags of the stack do not reach jobs.
   *
   * @default - none
   */
  readonly jobTags?: { readonly [name: string]: string };
}
