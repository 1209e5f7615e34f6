import type { AfterDeadline, DataDistribution, DeadlineRule } from '../../../constructs/training';

/*
 * Everything that may be asked of a GpuTrainingCluster and its jobs, as plain data: it prints and shrinks, which constructs
 * do not. `build.ts` makes the cluster of it.
 */

export interface ClusterPlan {
  readonly clusterName?: string;
  readonly instanceTypes: string[];
  readonly nodes?: number;
  readonly spotPolicy: PolicyPlan;
  readonly limits: LimitsPlan;
  readonly hourlyPrices?: { readonly onDemandUsd: number; readonly spotUsd?: number };
  readonly checkpoints: CheckpointsPlan;
  readonly outputEncrypted: boolean;
  readonly engine?: EnginePlan;
  /** Given: Batch runs the jobs, and not SageMaker. */
  readonly batch?: BatchPlan;
  readonly network?: NetworkPlan;
  readonly encryptionKey?: boolean;
  readonly jobTags?: Record<string, string>;
  readonly jobs: JobPlan[];
}

export type PolicyPlan =
  | { readonly by: 'deadline'; readonly seconds: number; readonly rule?: DeadlineRule; readonly after?: AfterDeadline }
  | { readonly by: 'wait'; readonly seconds: number }
  | { readonly by: 'on-demand' };

export interface LimitsPlan {
  readonly maxRuntimeSeconds: number;
  readonly expectedRuntimeSeconds?: number;
  readonly startupSeconds?: number;
  readonly maxCostUsd?: number;
}

export interface CheckpointsPlan {
  readonly encrypted: boolean;
  readonly prefix?: string;
  readonly intervalSeconds?: number;
  readonly writeSeconds?: number;
}

export interface EnginePlan {
  readonly volumeGibibytes?: number;
  readonly retryAttempts?: number;
  readonly keepAliveSeconds?: number;
  readonly trainingPlanArn?: string;
  readonly networkIsolation?: boolean;
  readonly interNodeEncryption?: boolean;
}

export interface BatchPlan {
  readonly volumeGibibytes?: number;
  readonly maxRuns?: number;
  readonly efaInterfaces?: number;
}

export interface NetworkPlan {
  /** What subnets it has, in two zones; public ones only when they are chosen, which is wrong. */
  readonly vpc: 'isolated' | 'private' | 'public';
  /** Given by name, all in eu-west-1a, or left to the default. */
  readonly subnets?: number;
  /** Given, or left to the default. */
  readonly securityGroups?: number;
}

export interface JobPlan {
  readonly image: 'asset' | { readonly tagOrDigest: string };
  readonly channels?: ChannelPlan[];
  readonly hyperparameters?: Record<string, string>;
  readonly environment?: Record<string, string>;
  readonly metrics?: { readonly name: string; readonly regex: string }[];
}

export type ChannelPlan = S3ChannelPlan | LustreChannelPlan;

export interface S3ChannelPlan {
  readonly from: 'fastFile' | 'file';
  readonly name: string;
  readonly encrypted: boolean;
  readonly prefix?: string;
  readonly distribution?: DataDistribution;
  readonly contentType?: string;
}

export interface LustreChannelPlan {
  readonly from: 'lustre';
  readonly name: string;
  readonly directoryPath: string;
  /** Of the file system: `eu-west-1a`, where the subnets are, or another, which is wrong. */
  readonly zone?: string;
}
