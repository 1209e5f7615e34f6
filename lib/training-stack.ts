import { join } from 'node:path';
import {
  aws_ecr_assets as assets,
  aws_iam as iam,
  aws_scheduler as scheduler,
  aws_scheduler_targets as targets,
  CfnOutput,
  Duration,
  TimeZone,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { observability, training } from '../constructs';
import type { Environment } from '../config';
import { type DataStack, TRAINING_DATA } from './data-stack';
import { EnvironmentStack } from './environment-stack';
import type { NetworkStack } from './network-stack';

const ROOT = join(__dirname, '..');

export type TrainingConfig = NonNullable<Environment['training']>;

export interface TrainingStackProps {
  readonly environment: Environment;
  readonly config: TrainingConfig;
  readonly network: NetworkStack;
  readonly data: DataStack;
}

/** The cluster that trains, the alarms that watch it, and when it starts by itself. */
export class TrainingStack extends EnvironmentStack {
  public readonly cluster: training.GpuTrainingCluster;
  public readonly job: training.ITrainingJob;
  public readonly alarmSpecs: observability.AlarmSpec[];

  constructor(scope: Construct, id: string, props: TrainingStackProps) {
    const { environment, config } = props;
    super(scope, id, environment, { description: `Training of ${environment.name}` });
    this.cluster = this.createCluster(props);
    this.job = this.createJob(props);
    this.alarmSpecs = this.createAlarms(props);
    if (config.offPeak) this.createSchedule(config.offPeak);
    new CfnOutput(this, 'TrainingMachine', { value: this.job.stateMachine.stateMachineArn });
  }

  private createCluster({ environment, config, network, data }: TrainingStackProps): training.GpuTrainingCluster {
    const bucket = data.modelData.training;
    return new training.GpuTrainingCluster(this, 'Cluster', {
      clusterName: `${environment.name}-train`.slice(0, 20).replace(/-$/, ''),
      instanceTypes: [...config.instanceTypes],
      nodes: config.nodes,
      engine: config.engine === 'batch' ? training.TrainingEngine.batch() : training.TrainingEngine.sageMaker(),
      spotPolicy: training.SpotPolicy.untilDeadline({ deadline: Duration.hours(config.deadlineHours) }),
      limits: { maxRuntime: Duration.hours(config.maxRuntimeHours), maxCostUsd: config.maxCostUsd },
      hourlyPrices: { onDemandUsd: config.onDemandUsdPerHour },
      checkpoints: training.Checkpoints.inBucket(bucket),
      output: bucket,
      network: { vpc: network.vpc },
      jobTags: { Environment: environment.name, Team: environment.team },
    });
  }

  private createJob({ environment, config, data }: TrainingStackProps): training.ITrainingJob {
    const image = new assets.DockerImageAsset(this, 'Image', {
      directory: join(ROOT, config.image),
      platform: assets.Platform.LINUX_AMD64,
      // Its other build has no libraries of NVIDIA: gigabytes that the emulators have no GPU for.
      ...(environment.name === 'local' ? {} : { buildArgs: { TORCH: 'cuda' } }),
    });
    return this.cluster.trainingJob('Model', {
      image: training.TrainingImage.fromAsset(image),
      channels: [
        training.DataChannel.file('training', data.modelData.training, { prefix: `${TRAINING_DATA}/training/` }),
      ],
      // Batch reads nothing of what a container prints.
      metrics: config.engine === 'batch' ? [] : METRICS,
    });
  }

  private createAlarms({ config, data }: TrainingStackProps): observability.AlarmSpec[] {
    const specs = [
      training.TrainingAlarms.deadline(this.cluster),
      training.TrainingAlarms.savings(this.cluster, {
        percentage: config.savingsPercent,
        breachDuration: Duration.minutes(config.savingsMinutes),
      }),
      training.TrainingAlarms.runSavings(this.cluster, config.savingsPercent),
      training.TrainingAlarms.failed(this.job),
    ];
    new observability.CloudWatchAlarms(this, 'Alarms', { specs, topics: data.topics });
    return specs;
  }

  private createSchedule({ day, hourUtc }: NonNullable<TrainingConfig['offPeak']>): void {
    const role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    new scheduler.Schedule(this, 'OffPeak', {
      description: `Starts a run when few others use the GPUs: ${day} at ${hourUtc}:00 UTC`,
      schedule: scheduler.ScheduleExpression.cron({
        weekDay: day,
        hour: String(hourUtc),
        minute: '0',
        timeZone: TimeZone.ETC_UTC,
      }),
      target: new targets.StepFunctionsStartExecution(this.job.stateMachine, {
        role,
        input: scheduler.ScheduleTargetInput.fromObject({}),
      }),
    });
  }
}

const NUMBER = '[-+]?(?:[0-9]*\\.)?[0-9]+(?:[eE][-+]?[0-9]+)?';
/** What images/trainer prints: `python -m trainer metrics accuracy`. */
const METRICS = [
  'train:loss',
  'train:samples_per_second',
  'validation:loss',
  'validation:accuracy',
  'checkpoint:seconds',
].map((name) => ({ name, regex: `\\b${name}=(${NUMBER})(?:\\s|$)` }));
