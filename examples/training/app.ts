import { join } from 'node:path';
import { App, aws_ec2 as ec2, aws_ecr_assets as assets, Duration, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
// In an app of your own: from 'cdk-slipway'.
import { data, observability, training } from '../../constructs';

/** The image is this repository's own; yours is a folder with a Dockerfile whose container keeps to docs/trainers.md. */
const TRAINER = join(__dirname, '..', '..', 'images', 'trainer');

/** A gang of two nodes on SageMaker that is done within a day: on Spot as long as that is safe, on demand when it is not. */
class ChurnStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { training: bucket } = new data.ModelData(this, 'Data');
    const image = trainerImage(this);

    const cluster = new training.GpuTrainingCluster(this, 'Training', {
      instanceTypes: ['ml.g5.12xlarge'],
      nodes: 2,
      spotPolicy: training.SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }),
      limits: { maxRuntime: Duration.hours(10), maxCostUsd: 200 },
      hourlyPrices: { onDemandUsd: 7.09 },
      checkpoints: training.Checkpoints.inBucket(bucket),
      output: bucket,
    });
    cluster.trainingJob('Churn', {
      image: training.TrainingImage.fromAsset(image),
      channels: [training.DataChannel.file('training', bucket, { prefix: 'churn/training/' })],
    });

    new observability.CloudWatchAlarms(this, 'Alarms', {
      specs: [
        training.TrainingAlarms.deadline(cluster),
        training.TrainingAlarms.savings(cluster, { percentage: 20, breachDuration: Duration.hours(1) }),
      ],
    });
  }
}

/** The same job on single nodes of AWS Batch, of whichever type and zone Spot has. */
class ChurnOnBatchStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { training: bucket } = new data.ModelData(this, 'Data');
    const image = trainerImage(this);
    // A network that is there: its private subnets reach S3, ECR, ECS and CloudWatch Logs.
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    });

    const cluster = new training.GpuTrainingCluster(this, 'Training', {
      engine: training.TrainingEngine.batch({ maxRuns: 2 }),
      instanceTypes: ['g5.2xlarge', 'g6.2xlarge', 'g6e.xlarge'],
      spotPolicy: training.SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }),
      limits: { maxRuntime: Duration.hours(10), maxCostUsd: 20 },
      hourlyPrices: { onDemandUsd: 1.861 },
      checkpoints: training.Checkpoints.inBucket(bucket),
      output: bucket,
      network: { vpc },
    });
    cluster.trainingJob('Churn', {
      image: training.TrainingImage.fromAsset(image),
      channels: [training.DataChannel.file('training', bucket, { prefix: 'churn/training/' })],
    });
  }
}

function trainerImage(stack: Stack): assets.DockerImageAsset {
  return new assets.DockerImageAsset(stack, 'Image', { directory: TRAINER, platform: assets.Platform.LINUX_AMD64 });
}

const app = new App();
new ChurnStack(app, 'churn');
new ChurnOnBatchStack(app, 'churn-on-batch');
// The library has no finding that it does not acknowledge with a reason; this holds your own code to the same.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
