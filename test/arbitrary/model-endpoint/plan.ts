import type { CaptureMode, RoutingStrategy } from '../../../constructs/serving';

/*
 * Everything that may be asked of a ModelEndpoint, as plain data: it prints and shrinks, which constructs do not.
 * `build.ts` makes the endpoint of it.
 */

export interface EndpointPlan {
  readonly endpointName: string;
  readonly variants: VariantPlan[];
  readonly capture?: CapturePlan;
  readonly encryptionKey?: boolean;
  readonly network?: NetworkPlan;
  readonly networkIsolation?: boolean;
  readonly role?: 'own' | 'imported' | 'immutable';
  readonly metrics?: { publishFrequencySeconds?: number; enhancedMetrics?: boolean; detailedObservability?: boolean };
  readonly rollbackOn?: AlarmPlan[];
}

export interface VariantPlan {
  readonly variantName: string;
  readonly model: ContainerPlan | PackagePlan;
  readonly instanceType: string;
  readonly initialInstanceCount?: number;
  readonly initialWeight?: number;
  readonly scaling?: ScalingPlan;
  readonly routingStrategy?: RoutingStrategy;
  readonly volumeGibibytes?: number;
  readonly startupSeconds?: number;
}

export interface ContainerPlan {
  readonly image: 'asset' | { tagOrDigest: string; account?: string };
  readonly archive?: ArchivePlan;
  readonly environment?: Record<string, string>;
}

export interface PackagePlan {
  readonly packageArn: string;
  readonly repository?: boolean;
  readonly archive?: ArchivePlan;
}

export interface ArchivePlan {
  readonly objectKey: string;
  readonly encrypted: boolean;
}

export interface ScalingPlan {
  readonly by: 'concurrency' | 'invocations';
  readonly target: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly scaleOutSeconds?: number;
  readonly scaleInSeconds?: number;
}

export interface CapturePlan {
  readonly encrypted: boolean;
  readonly percentage: number;
  readonly prefix?: string;
  readonly modes?: CaptureMode[];
  readonly jsonContentTypes?: string[];
  readonly csvContentTypes?: string[];
}

export interface NetworkPlan {
  /** What subnets the VPC has; `none` is no VPC at all, which is wrong beside subnets or groups. */
  readonly vpc: 'isolated' | 'private' | 'none';
  /** Given by name, or left to the default. */
  readonly subnets?: number;
  /** Given, or left to the default. */
  readonly securityGroups?: number;
}

export interface AlarmPlan {
  /** The last four are wrong: no metric, another region, a composite, the one before it again. */
  readonly watches: 'metric' | 'math' | 'imported' | 'query' | 'elsewhere' | 'composite' | 'again';
  readonly periodSeconds: number;
  readonly periods: number;
}
