import type { aws_iam as iam, aws_stepfunctions as sfn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import type { Expectation } from './render-terms';
import type { RunTerms } from './run.decision';
import type { Mode } from './spot-policy.decision';
import type { TrainingJobOptions } from './training-job';
import type { Wildcard } from '../private/acknowledge';
import type { AttachedNetwork, Permission } from '../private/permissions';

/** What a cluster knows, as far as its jobs are made of it. */
export interface ClusterFacts {
  readonly props: GpuTrainingClusterProps;
  readonly clusterName: string;
  readonly network: AttachedNetwork | undefined;
  readonly expectation: Expectation;
}

/** What runs the jobs of a cluster. Deadlines, costs and attempts are the machine's, whatever the engine. */
export interface Engine {
  /** Who takes the role of the cluster's jobs. */
  readonly principal: iam.IPrincipal;

  /** As descriptions call it. */
  readonly principalName: string;

  /** What that role needs, beside data, checkpoints and models. */
  readonly rolePermissions: Permission[];

  /** What the adviser needs to look at jobs. */
  readonly advicePermissions: Permission[];

  /** What the adviser must know to find jobs. */
  readonly terms: Pick<RunTerms, 'batch'>;

  /** What that role needs for the image of a job, where it is the one that pulls. */
  pullPermissions(job: TrainingJobOptions): Permission[];

  /** Tasks that start and stop the jobs of one machine. */
  createTasks(machine: Construct, job: TrainingJobOptions, role: iam.IRole): EngineTasks;
}

/** States of a machine that deal with the engine. Each brings what it needs of IAM. */
export interface EngineTasks {
  /** Makes the job that the adviser ordered. It must not wait for the job. */
  readonly start: (id: string, mode: Mode) => sfn.TaskStateBase;

  /** Asks a job to stop. The container is told, and may save. */
  readonly stop: (id: string) => sfn.TaskStateBase;

  /** JSONPath of what `stop` needs. It is there once a job may be stopped. */
  readonly stoppable: string;

  /** The error of a start that was done before, and whose answer was lost; undefined where the engine knows no such thing. */
  readonly alreadyStarted?: string;

  /** Of the machine's role. */
  readonly wildcards: Wildcard[];
}
