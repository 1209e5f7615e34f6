import { join } from 'node:path';
import { App, aws_ecr_assets as assets, Duration, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
// In an app of your own: from 'cdk-slipway'.
import { data, observability, serving } from '../../constructs';

/** Image and archive are this repository's own; yours are a folder with a Dockerfile and what you trained. */
const SCORER = join(__dirname, '..', '..', 'images', 'scorer');

/** A model behind an endpoint that captures a tenth of its traffic, and takes an update back that makes it slow. */
class TumoursStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { artifacts, captured } = new data.ModelData(this, 'Data', { captureRetention: Duration.days(30) });
    const image = new assets.DockerImageAsset(this, 'Image', {
      directory: SCORER,
      platform: assets.Platform.LINUX_AMD64,
    });
    const model = serving.ModelSource.container({
      image: serving.ModelImage.fromAsset(image),
      archive: new data.ModelArchive(this, 'Archive', {
        path: join(SCORER, 'models', 'v2', 'model.tar.gz'),
        bucket: artifacts,
      }),
    });

    const endpoint = new serving.ModelEndpoint(this, 'Endpoint', {
      endpointName: 'tumours',
      variants: [{ variantName: 'primary', model, instanceType: 'ml.m5.large', initialInstanceCount: 2 }],
      dataCapture: serving.DataCapture.toBucket(captured, { percentage: 10 }),
    });
    const limit = { variantName: 'primary', p95: Duration.millis(50), breachDuration: Duration.minutes(5) };
    const { alarms } = new observability.CloudWatchAlarms(this, 'Alarms', {
      specs: [serving.EndpointAlarms.latency(endpoint, limit)],
    });
    endpoint.rollbackOn(...alarms);
  }
}

const app = new App();
new TumoursStack(app, 'tumours');
// The library has no finding that it does not acknowledge with a reason; this holds your own code to the same.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
