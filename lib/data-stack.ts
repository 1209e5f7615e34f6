import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { data } from '../constructs';
import type { Environment } from '../config';
import { EnvironmentStack } from './environment-stack';

/** Folder of the training bucket that the data is in. */
export const TRAINING_DATA = 'data';

/** Everything that must outlive a deployment. */
export class DataStack extends EnvironmentStack {
  public readonly modelData: data.ModelData;
  public readonly topics: data.NotificationTopics;

  constructor(scope: Construct, id: string, environment: Environment) {
    const { captureRetentionDays, noncurrentVersionRetentionDays, checkpointRetentionDays, removalPolicy } =
      environment.data;
    super(scope, id, environment, {
      description: `Data and notifications of ${environment.name}`,
      terminationProtection: removalPolicy === 'retain',
    });
    this.modelData = new data.ModelData(this, 'ModelData', {
      captureRetention: Duration.days(captureRetentionDays),
      noncurrentVersionRetention: Duration.days(noncurrentVersionRetentionDays),
      checkpointRetention: Duration.days(checkpointRetentionDays),
      removalPolicy: removalPolicy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.topics = new data.NotificationTopics(this, 'Topics', {
      encryptionKey: this.modelData.key,
      criticalEmails: [...environment.notifications.criticalEmails],
      warningEmails: [...environment.notifications.warningEmails],
    });
    this.createOutputs(environment);
  }

  private createOutputs({ endpoint }: Environment): void {
    const { captured, training } = this.modelData;
    new CfnOutput(this, 'TrainingData', { value: training.s3UrlForObject(TRAINING_DATA) });
    new CfnOutput(this, 'CapturedTraffic', {
      value: captured.s3UrlForObject(`${endpoint.capture.prefix}/${endpoint.name}`),
    });
  }
}
