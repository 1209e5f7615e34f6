import {
  type aws_cloudwatch as cloudwatch,
  type aws_ec2 as ec2,
  aws_iam as iam,
  type aws_kms as kms,
  type aws_s3 as s3,
  Duration,
  Names,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Checkpoints } from './checkpoints';
import { type ClusterNetwork, createNetwork } from './cluster-network';
import { validateCluster, validateJob } from './cluster-rules';
import { TRAINING } from './constants';
import type { RunTerms } from './run.decision';
import { runPermissions, trainingPermissions } from './training-permissions';
import { checkpointInterval, expectSpot, type SpotExpectation } from './spot-expectation';
import type { SpotPolicy } from './spot-policy';
import { TrainingEngine } from './training-engine';
import { TrainingJob, type TrainingJobProps } from './training-job';
import type { HourlyPrices, TrainingLimits } from './training-limits';
import { trainingMetric } from './training-metrics';
import type { TrainingNetwork } from './training-network';
import { Handler } from '../private/handler';
import { grantToRole } from '../private/permissions';

export interface GpuTrainingClusterProps {
  /** SageMaker's GPU type of every node, `ml.<family>.<size>`. */
  readonly instanceType: string;

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
   * What an hour of an instance costs.
   *
   * @default - not known: costs are counted in seconds, and cannot be limited
   */
  readonly hourlyPrices?: HourlyPrices;

  /** Where models go, under `models/<job>/output/model.tar.gz`. In the cluster's region. */
  readonly output: s3.IBucket;

  /**
   * The network that nodes are attached to.
   *
   * @default - SageMaker's own: nodes reach each other, and nothing reaches them
   */
  readonly network?: TrainingNetwork;

  /**
   * Encrypts the disks of the nodes and the models. Not for types with local NVMe storage, which encrypt it themselves.
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
   * Tags of the jobs, which carry their cost to a bill. Tags of the stack do not reach jobs.
   *
   * @default - none
   */
  readonly jobTags?: { readonly [name: string]: string };
}

/**
 * Trains models on GPU instances, on Spot as long as the deadline allows it, and always from the last checkpoint.
 *
 * Defines a role for jobs, a function that advises runs, and with each `trainingJob` a state machine that carries runs to their end;
 * by choice a security group. Between runs it costs nothing. A run costs its instances, and about $0.13 a day for polling once a
 * minute (three transitions and a metric or two; US East, July 2024).
 *
 * - Each run has one prefix for its checkpoints, whatever number of jobs it takes, and no other run has it.
 * - A run makes its next job only when the last one has ended.
 * - A deadline that can be met by on-demand instances is met, and one that cannot is refused at synth.
 * - A run ends before it costs more than it may.
 * - Refuses what SageMaker would refuse later, or accept and never run: see each property.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * declare const image: ecr_assets.DockerImageAsset;
 * const cluster = new training.GpuTrainingCluster(this, 'Training', {
 *   instanceType: 'ml.g5.12xlarge',
 *   spotPolicy: training.SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }),
 *   limits: { maxRuntime: Duration.hours(10) },
 *   checkpoints: training.Checkpoints.inBucket(bucket),
 *   output: bucket,
 * });
 * cluster.trainingJob('Churn', {
 *   image: training.TrainingImage.fromAsset(image),
 *   channels: [training.DataChannel.fastFile('train', bucket, { prefix: 'churn/train/' })],
 * });
 */
export class GpuTrainingCluster extends Construct implements iam.IGrantable {
  /** With what the names of jobs begin, and the dimension of the metrics. */
  public readonly clusterName: string;

  /** SageMaker runs jobs as this role. Grant to it what the trainer needs. */
  public readonly role: iam.Role;

  public readonly grantPrincipal: iam.IPrincipal;

  private readonly network?: ClusterNetwork;
  private readonly adviser: Handler;
  private readonly expectation: SpotExpectation;
  private readonly jobs: TrainingJob[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GpuTrainingClusterProps,
  ) {
    super(scope, id);
    validateCluster(this, props);
    this.clusterName = props.clusterName ?? this.defaultName();
    this.expectation = this.expect();

    this.network = props.network && createNetwork(this, props.network);
    this.role = this.createRole();
    this.grantPrincipal = this.role;
    this.adviser = this.createAdviser();
    grantToRole(this.role, trainingPermissions(this, this.clusterName, props, this.network));
  }

  /** The security groups of the nodes. Only for a cluster in a network. */
  public get connections(): ec2.Connections | undefined {
    return this.network?.connections;
  }

  /** A job of this cluster: what trains, on what. Each has a state machine, and each execution of that is a run. */
  public trainingJob(id: string, job: TrainingJobProps): TrainingJob {
    validateJob(this, this.props, job);
    const made = new TrainingJob(this, id, {
      job,
      cluster: this.props,
      role: this.role,
      network: this.network,
      adviser: this.adviser.function,
      terms: this.renderTerms(job),
    });
    this.jobs.push(made);
    return made;
  }

  /** Lets someone start runs of every job of this cluster, and look at them. */
  public grantStartTraining(grantee: iam.IGrantable): iam.Grant {
    const [first, ...others] = this.jobs.map((job) => job.grantStart(grantee));
    if (!first) throw new Error(`${this.node.path}: grantStartTraining is called before trainingJob, allowed is after: there is nothing to start yet`);
    return others.reduce((all, grant) => all.combine(grant), first);
  }

  /** Saving of runs over on-demand prices, percent. A point a minute while a run is at work. */
  public metricSavings(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.savings, options);
  }

  /** Interruptions of a run so far, a count. */
  public metricInterruptions(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.interruptions, options);
  }

  /** Seconds by which a run is behind its deadline; 0 until then. */
  public metricLateness(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.lateness, options);
  }

  private defaultName(): string {
    const name = Names.uniqueResourceName(this, { maxLength: 20, separator: '-' });
    return name.toLowerCase().replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  }

  private createRole(): iam.Role {
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
      description: `SageMaker runs training jobs of ${this.clusterName} as this role`,
    });
  }

  private createAdviser(): Handler {
    const adviser = new Handler(this, 'Adviser', {
      name: 'training/advise',
      description: `Says what training runs of ${this.clusterName} do next`,
      timeout: Duration.seconds(60),
      memorySize: 512,
      environment: {},
    });
    grantToRole(adviser.function.role ?? this.role, runPermissions(this, this.clusterName, this.props));
    return adviser;
  }

  private expect(): SpotExpectation {
    const { instanceType, nodes, hourlyPrices } = this.props;
    const expected = expectSpot(instanceType, Stack.of(this).region, nodes ?? 1);
    if (hourlyPrices?.spotUsd === undefined) return expected;
    return { ...expected, priceRatio: hourlyPrices.spotUsd / hourlyPrices.onDemandUsd };
  }

  /** Seconds between two checkpoints that trainers are advised. */
  private get checkpointIntervalSeconds(): number {
    const { interval, writeTime } = this.props.checkpoints;
    return interval?.toSeconds() ?? checkpointInterval(writeTime.toSeconds(), this.expectation.meanUpSeconds);
  }

  private renderTerms(job: TrainingJobProps): RunTerms {
    const { checkpoints, limits, hourlyPrices, nodes, output } = this.props;
    return {
      jobPrefix: this.clusterName,
      checkpointsUri: `s3://${checkpoints.bucket.bucketName}/${checkpoints.prefix}/`,
      outputUri: `s3://${output.bucketName}/models/`,
      capacity: this.renderCapacity(),
      nodes: nodes ?? 1,
      maxRuntimeSeconds: limits.maxRuntime.toSeconds(),
      onDemandUsdPerHour: hourlyPrices?.onDemandUsd,
      maxCostUsd: limits.maxCostUsd,
      hyperparameters: job.hyperparameters ?? {},
    };
  }

  private renderCapacity(): RunTerms['capacity'] {
    const { spotPolicy, limits, checkpoints } = this.props;
    const { deadline, maxWait, rule, afterDeadline } = spotPolicy;
    if (maxWait) return { kind: 'spot', maxWaitSeconds: maxWait.toSeconds() };
    if (!deadline || !rule || !afterDeadline) return { kind: 'on-demand' };
    return {
      kind: 'until-deadline',
      afterDeadline,
      terms: {
        policy: rule,
        deadlineSeconds: deadline.toSeconds(),
        workSeconds: (limits.expectedRuntime ?? limits.maxRuntime).toSeconds(),
        spotPriceRatio: this.expectation.priceRatio,
        restartSeconds: (limits.startupTime ?? DEFAULT_STARTUP).toSeconds(),
        checkpointSeconds: checkpoints.writeTime.toSeconds(),
        checkpointIntervalSeconds: this.checkpointIntervalSeconds,
        pollSeconds: POLL.toSeconds(),
        prior: { meanUpSeconds: this.expectation.meanUpSeconds, meanDownSeconds: this.expectation.meanDownSeconds },
      },
    };
  }
}
