import { join } from 'node:path';
import { App, aws_ecr_assets as assets, CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
// In an app of your own: from 'cdk-slipway'.
import { data, training } from '../../constructs';

/** The image is this repository's own; yours is a folder with a Dockerfile whose container keeps to docs/trainers.md. */
const TRAINER = join(__dirname, '..', '..', 'images', 'trainer');

/** A search for the hyperparameters of a job, on Spot, four jobs at a time. */
class ChurnTuningStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { training: bucket } = new data.ModelData(this, 'Data');
    const asset = new assets.DockerImageAsset(this, 'Image', {
      directory: TRAINER,
      platform: assets.Platform.LINUX_AMD64,
    });
    const image = training.TrainingImage.fromAsset(asset);
    const channels = [
      training.DataChannel.file('training', bucket, { prefix: 'churn/training/' }),
      training.DataChannel.file('validation', bucket, { prefix: 'churn/validation/' }),
    ];

    const cluster = new training.GpuTrainingCluster(this, 'Training', {
      instanceTypes: ['ml.g5.xlarge'],
      spotPolicy: training.SpotPolicy.untilDeadline({ deadline: Duration.hours(6) }),
      limits: { maxRuntime: Duration.hours(2) },
      checkpoints: training.Checkpoints.inBucket(bucket),
      output: bucket,
    });
    const job = { image, channels, hyperparameters: { epochs: '30' } };
    const rates = cluster.tuning('Rates', {
      job,
      objective: training.TuningObjective.maximize({ name: 'accuracy', regex: 'validation:accuracy=([0-9.]+)' }),
      ranges: [
        training.TuningRange.continuous('learning_rate', 1e-5, 1e-1, { scaling: training.RangeScaling.LOGARITHMIC }),
        training.TuningRange.categorical('batch_size', ['64', '128', '256']),
      ],
      limits: { maxJobs: 24, maxParallelJobs: 4, maxRuntime: Duration.hours(12) },
      spotPolicy: training.SpotPolicy.spotOnly(Duration.hours(4)),
      checkpoints: training.TuningCheckpoints.BY_JOB_NAME,
    });

    new CfnOutput(this, 'TuningMachine', { value: rates.stateMachine.stateMachineArn });
  }
}

const app = new App();
new ChurnTuningStack(app, 'churn-tuning');
// The library has no finding that it does not acknowledge with a reason; this holds your own code to the same.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
