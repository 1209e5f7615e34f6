import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, aws_ecr_assets as assets, aws_s3 as s3, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { context } from '../../../cdk.json';
import { training } from '../../../constructs';

const ROOT = join(__dirname, '..', '..', '..');
const { SpotPolicy, AfterDeadline, TuningRange } = training;

/** Steps of `unhurried.py` in a run: ten an epoch. */
export const EPOCHS = 6;
export const SAMPLES = 160;

/** Of the cluster that has one to keep: with an hour for a start, however busy this machine is. */
export const DEADLINE = Duration.minutes(190);

/** Outputs of the stack: ARNs of state machines, and the bucket. */
export interface Outputs {
  readonly BucketName: string;
  readonly DeadlineTorch: string;
  readonly DeadlineLight: string;
  readonly StrictLight: string;
  readonly SpotOnlyLight: string;
  readonly SpotOnlyTuning: string;
}

interface Where {
  readonly account: string;
  readonly region: string;
}

/**
 * An app with a cluster for each way in which a run can end.
 *
 * @param folder where assembly and image are made
 * @returns its assembly
 */
export function trainingApp(folder: string, env: Where): string {
  const paths = { 'aws:cdk:enable-path-metadata': true };
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    context: { ...context, ...paths },
    analyticsReporting: false,
  });
  new TrainingStack(app, 'e2e', folder, env);
  return app.synth().directory;
}

class TrainingStack extends Stack {
  private readonly bucket = new s3.Bucket(this, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY });
  private readonly light: training.TrainingJobOptions;

  constructor(scope: App, id: string, folder: string, env: Where) {
    super(scope, id, { env });
    this.light = { image: training.TrainingImage.fromAsset(this.image('Light', lightImage(folder))) };
    const code = training.DataChannel.file('code', this.bucket, { prefix: 'code/' });
    const torch = {
      image: training.TrainingImage.fromAsset(this.image('Torch', join(ROOT, 'images', 'trainer'))),
      channels: [code],
      hyperparameters: {
        task: 'unhurried:Unhurried',
        epochs: String(EPOCHS),
        batch_size: '16',
        checkpoint_seconds: '0',
        sample_ledger: 'true',
      },
    };

    const deadline = this.cluster('Deadline', {
      nodes: 2,
      spotPolicy: SpotPolicy.untilDeadline({ deadline: DEADLINE }),
      limits: {
        maxRuntime: Duration.minutes(60),
        expectedRuntime: Duration.minutes(10),
        startupTime: Duration.hours(1),
      },
    });
    this.output('DeadlineTorch', deadline.trainingJob('Torch', torch));
    this.output('DeadlineLight', deadline.trainingJob('Light', this.light));

    const strict = this.cluster('Strict', {
      spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.minutes(12), afterDeadline: AfterDeadline.FAIL }),
      limits: {
        maxRuntime: Duration.minutes(30),
        expectedRuntime: Duration.minutes(5),
        startupTime: Duration.minutes(5),
      },
    });
    this.output('StrictLight', strict.trainingJob('Light', this.light));

    const spotOnly = this.cluster('SpotOnly', {
      spotPolicy: SpotPolicy.spotOnly(Duration.minutes(30)),
      limits: { maxRuntime: Duration.minutes(20) },
    });
    this.output('SpotOnlyLight', spotOnly.trainingJob('Light', this.light));
    this.output('SpotOnlyTuning', this.tuning(spotOnly));
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName });
  }

  private cluster(
    id: string,
    props: Pick<training.GpuTrainingClusterProps, 'nodes' | 'spotPolicy' | 'limits'>,
  ): training.GpuTrainingCluster {
    return new training.GpuTrainingCluster(this, id, {
      clusterName: `e2e-${id.toLowerCase()}`,
      instanceTypes: ['ml.g5.xlarge'],
      hourlyPrices: { onDemandUsd: 1.4084 },
      checkpoints: training.Checkpoints.inBucket(this.bucket),
      output: this.bucket,
      ...props,
    });
  }

  private tuning(cluster: training.GpuTrainingCluster): training.IHyperparameterTuning {
    return cluster.tuning('Tuning', {
      job: this.light,
      objective: training.TuningObjective.minimize({ name: 'loss', regex: 'loss=([0-9.]+);' }),
      ranges: [TuningRange.continuous('rate', 1, 100)],
      strategy: training.TuningStrategy.random(),
      limits: { maxJobs: 4, maxParallelJobs: 2, maxRuntime: Duration.hours(2) },
      checkpoints: training.TuningCheckpoints.BY_JOB_NAME,
    });
  }

  private image(id: string, directory: string): assets.DockerImageAsset {
    return new assets.DockerImageAsset(this, `${id}Image`, { directory, platform: assets.Platform.LINUX_AMD64 });
  }

  private output(id: string, { stateMachine }: training.ITrainingJob | training.IHyperparameterTuning): void {
    new CfnOutput(this, id, { value: stateMachine.stateMachineArn });
  }
}

/** The trainer of the local cloud's own tests, which needs no torch, as the source of an image. */
function lightImage(folder: string): string {
  const image = join(folder, 'light-image');
  cpSync(join(ROOT, 'test', 'local', 'training', 'image'), image, { recursive: true });
  writeFileSync(join(image, 'Dockerfile'), 'FROM python\nENTRYPOINT ["python", "train.py"]\nCMD ["train"]\n');
  writeFileSync(join(image, 'requirements.txt'), '# The standard library does.\n');
  return image;
}
