import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import type { GpuTrainingCluster } from './gpu-training-cluster';
import type { ITrainingJob } from './training-job';
import { type AlarmSpec, Publisher, Severity, Threshold } from '../observability';

/** Options of the alarm on a saving that is gone. */
export interface SavingsAlarmOptions {
  /** Saving over on-demand prices below which Spot is not worth its trouble, 0 to 100 percent of the time on instances. */
  readonly percentage: number;

  /** How long it must be below, whole minutes up to a day. */
  readonly breachDuration: Duration;
}

/** Alarms on what a training run is meant to keep to. */
export class TrainingAlarms {
  /**
   * Runs save too little by Spot: they are interrupted too often, or spend their time on-demand. Without a run it is quiet.
   *
   * @param cluster one that uses Spot: on others the metric has no values
   */
  public static savings(cluster: GpuTrainingCluster, options: SavingsAlarmOptions): AlarmSpec {
    const { percentage, breachDuration } = options;
    checkPercentage('savings', percentage);
    return {
      alarmId: 'SpotSavings',
      summary: `Training on ${cluster.clusterName} saves too little by Spot`,
      metric: cluster.metricSavings(),
      threshold: Threshold.below(percentage),
      breachDuration,
      severity: Severity.WARNING,
      runbook: 'docs/runbook.md#spot-savings',
      ...alike(),
    };
  }

  /**
   * A run has ended, and has saved too little by Spot, by what is billed for it.
   *
   * @param cluster one that uses Spot: on others the metric has no values
   * @param percentage of the time on instances, above 0 and below 100
   */
  public static runSavings(cluster: GpuTrainingCluster, percentage: number): AlarmSpec {
    checkPercentage('runSavings', percentage);
    return {
      alarmId: 'RunSavings',
      summary: `A run on ${cluster.clusterName} has saved too little by Spot`,
      metric: cluster.metricRunSavings(),
      threshold: Threshold.below(percentage),
      breachDuration: Duration.minutes(1),
      severity: Severity.WARNING,
      runbook: 'docs/runbook.md#run-savings',
      ...alike(),
    };
  }

  /** A run has failed: there is no new model, and nobody goes on from its checkpoint. */
  public static failed(job: ITrainingJob): AlarmSpec {
    return {
      alarmId: `${job.node.id}Failed`,
      summary: `A training run of ${job.node.id} has failed`,
      metric: job.metricFailed({ period: Duration.minutes(1) }),
      threshold: Threshold.above(0),
      breachDuration: Duration.minutes(1),
      severity: Severity.CRITICAL,
      runbook: 'docs/runbook.md#training-failed',
      publisher: Publisher.aws('Step Functions'),
      missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    };
  }

  /**
   * A run has missed its deadline.
   *
   * @param cluster one whose policy has a deadline: on others the metric has no values
   */
  public static deadline(cluster: GpuTrainingCluster): AlarmSpec {
    return {
      alarmId: 'DeadlineMissed',
      summary: `Training on ${cluster.clusterName} has missed its deadline`,
      metric: cluster.metricLateness(),
      threshold: Threshold.above(0),
      breachDuration: Duration.minutes(1),
      severity: Severity.CRITICAL,
      runbook: 'docs/runbook.md#training-deadline',
      ...alike(),
    };
  }

  private constructor() {
    // Factories only.
  }
}

function checkPercentage(factory: string, percentage: number): void {
  if (percentage > 0 && percentage < 100) return;
  throw new Error(`TrainingAlarms.${factory}: percentage is ${percentage}, allowed are numbers above 0 and below 100`);
}

/** A minute without a run has no value, and is fine. */
function alike(): Pick<AlarmSpec, 'publisher' | 'missingData'> {
  return {
    publisher: Publisher.construct('GpuTrainingCluster'),
    missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  };
}
