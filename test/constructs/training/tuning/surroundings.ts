import { aws_ecr as ecr, aws_s3 as s3, Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { training } from '../../../../constructs';
import type { Json } from '../../../machines';
import { MachineTemplate } from '../../../machines/template';
import { testStack } from '../../../helpers';

export const { TuningObjective, TuningRange, TuningStrategy, TuningWarmStart, SpotPolicy } = training;

const ON_SPOT = SpotPolicy.spotOnly(Duration.hours(4));

/** A cluster that trains on Spot, and what may be tuned on it. */
export class Surroundings {
  public readonly bucket: s3.IBucket;
  public readonly job: training.TrainingJobOptions;

  constructor(private readonly stack: Stack) {
    this.bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'data');
    const repository = ecr.Repository.fromRepositoryName(stack, 'Trainer', 'trainer');
    this.job = { image: training.TrainingImage.fromEcrRepository(repository, 'v1'), hyperparameters: { epochs: '3' } };
  }

  public cluster(props: Partial<training.GpuTrainingClusterProps> = {}): training.GpuTrainingCluster {
    return new training.GpuTrainingCluster(this.stack, 'Cluster', {
      clusterName: 'churn',
      instanceTypes: ['ml.g5.xlarge'],
      spotPolicy: ON_SPOT,
      limits: { maxRuntime: Duration.hours(2) },
      checkpoints: training.Checkpoints.inBucket(this.bucket),
      output: this.bucket,
      ...props,
    });
  }

  public tuning(options: Partial<training.HyperparameterTuningOptions> = {}): training.HyperparameterTuningOptions {
    return {
      job: this.job,
      objective: TuningObjective.maximize({ name: 'accuracy', regex: 'accuracy=([0-9.]+)' }),
      ranges: [TuningRange.continuous('rate', 0.001, 0.1)],
      limits: { maxJobs: 12, maxParallelJobs: 3, maxRuntime: Duration.hours(10) },
      checkpoints: training.TuningCheckpoints.BY_JOB_NAME,
      ...options,
    };
  }
}

export interface Asked {
  readonly cluster?: Partial<training.GpuTrainingClusterProps>;
  readonly tuning?: (here: Surroundings) => Partial<training.HyperparameterTuningOptions>;
}

/** A stack with one tuning. */
export function build({ cluster, tuning }: Asked = {}) {
  const stack = testStack();
  const here = new Surroundings(stack);
  const made = here.cluster(cluster);
  const search = made.tuning('Rates', here.tuning(tuning?.(here)));
  return { stack, here, cluster: made, search };
}

/** What the machine gives to CreateHyperParameterTuningJob. */
export function request(asked?: Asked): Record<string, Json> {
  const machine = new MachineTemplate(Template.fromStack(build(asked).stack)).definition('ClusterRates');
  const { States } = JSON.parse(machine.text) as { States: Record<string, { Parameters: Record<string, Json> }> };
  return States['Start']?.Parameters ?? {};
}
