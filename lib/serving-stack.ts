import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { observability, quality, serving } from '../constructs';
import { fail } from '../constructs/private/fail';
import { knownFact } from '../constructs/private/instance-types';
import type { Environment } from '../config';
import type { Release } from '../config/release';
import type { DataStack } from './data-stack';
import { EnvironmentStack } from './environment-stack';
import type { NetworkStack } from './network-stack';
import { checkRelease, ReleasedModel } from './released-model';

export interface ServingStackProps {
  readonly environment: Environment;
  readonly release: Release;
  readonly network: NetworkStack;
  readonly data: DataStack;
}

/** The endpoint and the alarms that watch it. */
export class ServingStack extends EnvironmentStack {
  public readonly endpoint: serving.ModelEndpoint;
  public readonly alarmSpecs: observability.AlarmSpec[];
  public readonly alarms: observability.CloudWatchAlarms;

  constructor(scope: Construct, id: string, props: ServingStackProps) {
    const { environment, release } = props;
    super(scope, id, environment, { description: `Model endpoint of ${environment.name}` });
    const model = new ReleasedModel(this, 'Model', environment, props.data.modelData.artifacts);
    checkRelease(environment.name, release.stable, model.digests);

    this.endpoint = this.createEndpoint(props, model.source);
    const callerAlarms = this.callerAlarms(environment);
    this.alarmSpecs = [...callerAlarms, ...this.modelAlarms(environment)];
    this.alarms = new observability.CloudWatchAlarms(this, 'Alarms', {
      specs: this.alarmSpecs,
      topics: props.data.topics,
    });
    this.endpoint.rollbackOn(...callerAlarms.map(({ alarmId }) => this.alarms.alarm(alarmId)));
    new CfnOutput(this, 'EndpointName', { value: this.endpoint.endpointName });
  }

  private createEndpoint(
    { environment, network, data }: ServingStackProps,
    model: serving.ModelSource,
  ): serving.ModelEndpoint {
    const { name, instanceType, variant, capture, metricPublishFrequencySeconds } = environment.endpoint;
    const nvmeGb = knownFact(instanceType, 'nvmeGb', 'encryptionKey', (message) => fail(this, message));
    return new serving.ModelEndpoint(this, 'Endpoint', {
      endpointName: name,
      variants: [
        {
          variantName: variant.name,
          model,
          instanceType,
          initialInstanceCount: variant.instanceCount,
          initialWeight: variant.weight,
          scaling: variant.scaling && serving.VariantScaling.concurrency(variant.scaling),
        },
      ],
      dataCapture: serving.DataCapture.toBucket(data.modelData.captured, {
        percentage: capture.percent,
        prefix: capture.prefix,
      }),
      // Types with local storage encrypt it themselves, and take no key.
      encryptionKey: nvmeGb > 0 ? undefined : data.modelData.key,
      vpc: network.vpc,
      metrics: { publishFrequencySeconds: metricPublishFrequencySeconds },
    });
  }

  /** What callers notice: these also roll an update back. */
  private callerAlarms({ alarms, endpoint }: Environment): observability.AlarmSpec[] {
    const variantName = endpoint.variant.name;
    return [
      serving.EndpointAlarms.latency(this.endpoint, {
        variantName,
        p95: Duration.millis(alarms.latencyP95Millis),
        breachDuration: Duration.minutes(alarms.latencyMinutes),
      }),
      serving.EndpointAlarms.serverErrors(this.endpoint, {
        variantName,
        percentage: alarms.serverErrorPercent,
        breachDuration: Duration.minutes(alarms.serverErrorMinutes),
      }),
    ];
  }

  /** How well the model still fits its data. */
  private modelAlarms({ alarms }: Environment): observability.AlarmSpec[] {
    const { endpointName } = this.endpoint;
    return [
      quality.QualityAlarms.drift(endpointName, {
        limit: alarms.driftScore,
        breachDuration: Duration.minutes(alarms.driftMinutes),
      }),
      quality.QualityAlarms.accuracy(endpointName, {
        limit: alarms.accuracy,
        breachDuration: Duration.minutes(alarms.accuracyMinutes),
      }),
    ];
  }
}
