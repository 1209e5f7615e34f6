import { type aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_iam as iam, Duration, Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BatchEngine } from './batch-engine';
import { createNetwork } from './cluster-network';
import { validateCluster } from './cluster-rules';
import { POLL_SECONDS, TRAINING } from './constants';
import type { ClusterFacts, Engine } from './engine';
import type { DataChannel } from './data-channel';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import { validateJob } from './job-rules';
import { RunMachine } from './run-machine';
import { quotaNeeds } from './quota-needs';
import { type Expectation, expectationOf, renderTerms } from './render-terms';
import { SageMakerEngine } from './sagemaker-engine';
import { trainingMetric } from './training-metrics';
import type { ITrainingJob, TrainingJobOptions } from './training-job';
import { advicePermissions, readChannel, storagePermissions } from './training-permissions';
import type { HyperparameterTuningOptions, IHyperparameterTuning } from './tuning/hyperparameter-tuning';
import { TuningMachine } from './tuning/machine';
import { prepareTuning } from './tuning/prepare';
import { recordQuotas } from '../private/assembly-facts';
import { fail } from '../private/fail';
import { Handler } from '../private/handler';
import { type AttachedNetwork, grantToRole } from '../private/permissions';

/**
 * Trains models on GPU instances, on Spot as long as the deadline allows it, and always from the last checkpoint.
 *
 * Defines a role for jobs, a function that advises runs, and with each `trainingJob` a state machine that carries runs to their end;
 * by choice a security group. Between runs it costs nothing. A run costs its instances, and for polling once a minute about $0.11 a
 * day (three transitions of Step Functions each; US East, July 2024), besides function, metrics and logs.
 *
 * - Each run has one prefix for its checkpoints, whatever number of jobs it takes, and no other run has it.
 * - A run makes its next job only when the last one has ended.
 * - A deadline that can be met by on-demand instances is met, and one that cannot is refused at synth.
 * - A run ends before it costs more than it may.
 * - Refuses what SageMaker or Batch would refuse later, or accept and never run: see each property.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * declare const image: ecr_assets.DockerImageAsset;
 * const cluster = new training.GpuTrainingCluster(this, 'Training', {
 *   instanceTypes: ['ml.g5.12xlarge'],
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
export class GpuTrainingCluster extends Construct implements iam.IGrantable, ec2.IConnectable {
  /** With what the names of jobs begin, and the dimension of the metrics. */
  public readonly clusterName: string;

  /** Jobs run as this role. Grant to it what the trainer needs. */
  public readonly role: iam.Role;

  public readonly grantPrincipal: iam.IPrincipal;

  private readonly network?: AttachedNetwork;
  private readonly engine: Engine;
  private readonly adviser: Handler;
  private readonly expectation: Expectation;
  private readonly jobs: (ITrainingJob | IHyperparameterTuning)[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GpuTrainingClusterProps,
  ) {
    super(scope, id);
    validateCluster(this, props);
    this.clusterName = props.clusterName ?? this.defaultName();
    this.expectation = expectationOf(props, Stack.of(this).region);

    this.network = props.network && createNetwork(this, props.network);
    this.engine = this.createEngine();
    this.role = this.createRole();
    this.grantPrincipal = this.role;
    this.adviser = this.createAdviser();
    recordQuotas(this, quotaNeeds(props));
    grantToRole(this.role, [...storagePermissions(this.clusterName, props), ...this.engine.rolePermissions]);
  }

  /** The security groups of the nodes. Only for a cluster in a network. */
  public get connections(): ec2.Connections {
    if (!this.network) fail(this, 'the cluster is in no network, so it has no connections: set network');
    return new ec2.Connections({ securityGroups: this.network.securityGroups });
  }

  /** What trains, and on what. Each job has a state machine, and each execution of that is a run. */
  public trainingJob(id: string, job: TrainingJobOptions): ITrainingJob {
    const { props, clusterName, role, network, expectation, engine } = this;
    validateJob(this, id, props, network, job);
    const channels = job.channels ?? [];
    grantToRole(role, [...engine.pullPermissions(job), ...channels.flatMap(readChannel)]);
    this.connectTo(channels);
    const made = new RunMachine(this, id, {
      tasks: (machine) => engine.createTasks(machine, job, role),
      terms: { ...renderTerms(clusterName, props, expectation, job), ...engine.terms },
      adviser: this.adviser.function,
      pollInterval: Duration.seconds(POLL_SECONDS),
    });
    made.node.addDependency(role);
    this.jobs.push(made);
    return made;
  }

  /** A search for the hyperparameters of a job. It has a state machine, and each execution of that is a tuning job. */
  public tuning(id: string, options: HyperparameterTuningOptions): IHyperparameterTuning {
    const { props, clusterName, role, network, expectation } = this;
    const facts = { props, clusterName, network, expectation };
    this.connectTo(options.job.channels ?? []);
    const made = new TuningMachine(this, id, prepareTuning(this, id, facts, role, options));
    made.node.addDependency(role);
    this.jobs.push(made);
    return made;
  }

  /** Lets someone start runs of the jobs and tunings that are defined by now, and look at them. */
  public grantStartTraining(grantee: iam.IGrantable): iam.Grant {
    const [first, ...others] = this.jobs.map((job) => job.grantStart(grantee));
    if (!first)
      fail(
        this,
        'grantStartTraining is called with no job defined, allowed is after trainingJob or tuning: it holds for the jobs that there are',
      );
    return others.reduce((all, grant) => all.combine(grant), first);
  }

  /**
   * Saving of a run so far over on-demand prices, percent of the time on instances; of runs at the same time, the least. A point at each
   * poll. What is billed for a job is known when it ends: until then a Spot job counts at the expected price.
   */
  public metricSavings(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.savings, 'Minimum', options);
  }

  /** Saving of a run that has ended over on-demand prices, percent of the time on instances. One point for each run. */
  public metricRunSavings(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.runSavings, 'Minimum', options);
  }

  /** Interruptions of a run so far, a count; of runs at the same time, the most. A point at each poll. */
  public metricInterruptions(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.interruptions, 'Maximum', options);
  }

  /** Seconds by which a run is behind its deadline, 0 before it; of runs at the same time, the most. A point at each poll. */
  public metricLateness(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return trainingMetric(this.clusterName, TRAINING.lateness, 'Maximum', options);
  }

  private connectTo(channels: DataChannel[]): void {
    for (const { lustreSource } of channels) lustreSource?.fileSystem.connections.allowDefaultPortFrom(this);
  }

  private defaultName(): string {
    const name = Names.uniqueResourceName(this, { maxLength: 20, separator: '-' });
    return name.toLowerCase().replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  }

  private createEngine(): Engine {
    const { props, clusterName, network, expectation } = this;
    const facts: ClusterFacts = { props, clusterName, network, expectation };
    const batch = props.engine?.batchOptions;
    // Batch is refused without a network.
    return batch && network
      ? new BatchEngine(this, 'Batch', { ...facts, network, options: batch })
      : new SageMakerEngine(this, facts);
  }

  private createRole(): iam.Role {
    return new iam.Role(this, 'Role', {
      assumedBy: this.engine.principal,
      description: `${this.engine.principalName} runs training jobs of ${this.clusterName} as this role`,
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
    grantToRole(adviser.role, [...this.engine.advicePermissions, ...advicePermissions(this.clusterName, this.props)]);
    return adviser;
  }
}
