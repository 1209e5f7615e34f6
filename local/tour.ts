import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { LocalCloud } from './local-cloud';
import { Problem } from '../shell/problem';

const PATIENCE_MILLIS = 60_000;

/** What a caller sees of an endpoint, and what is left behind of the call. */
export class Tour {
  private readonly config;

  constructor(cloud: Pick<LocalCloud, 'endpoint' | 'region'>) {
    this.config = {
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
  }

  /** The endpoint's status, for people: `InService, primary with 1 instance(s), weight 1`. Fails unless it is in service. */
  public async status(endpointName: string): Promise<string> {
    const sagemaker = new SageMakerClient(this.config);
    const found = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }));
    if (found.EndpointStatus !== 'InService') {
      throw new Problem(
        `endpoint ${endpointName} is ${String(found.EndpointStatus)}: ${found.FailureReason ?? 'no reason given'}`,
      );
    }
    const variants = (found.ProductionVariants ?? []).map(
      (v) =>
        `${String(v.VariantName)} with ${String(v.CurrentInstanceCount)} instance(s), weight ${String(v.CurrentWeight)}`,
    );
    return `InService, ${variants.join(', ')}`;
  }

  /** Sends one JSON request, and returns the answer as text with the variant that gave it. */
  public async invoke(endpointName: string, body: string): Promise<{ answer: string; variant: string }> {
    const runtime = new SageMakerRuntimeClient(this.config);
    const { Body, InvokedProductionVariant } = await runtime.send(
      new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: 'application/json', Body: body }),
    );
    return { answer: Body.transformToString(), variant: InvokedProductionVariant ?? '' };
  }

  /** Waits until something is captured below a prefix, and returns the last record with its place. */
  public async captured(s3Uri: string): Promise<{ key: string; record: string }> {
    const { bucket, prefix } = parse(s3Uri);
    const s3 = new S3Client({ ...this.config, forcePathStyle: true });
    const end = Date.now() + PATIENCE_MILLIS;
    while (Date.now() < end) {
      await sleep(250);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
      const key = Contents.at(-1)?.Key;
      if (!key) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const text = (await Body?.transformToString()) ?? '';
      return { key, record: text.trim().split('\n').at(-1) ?? '' };
    }
    throw new Problem(`nothing was captured below ${s3Uri} in ${PATIENCE_MILLIS / 1000} s`);
  }

  /** Every metric alarm, by name, but for those that automatic scaling makes and removes. */
  public async alarms(): Promise<MetricAlarm[]> {
    const cloudwatch = new CloudWatchClient(this.config);
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm'] }));
    return MetricAlarms.filter(({ AlarmName }) => !AlarmName?.startsWith('TargetTracking-'));
  }
}

function parse(s3Uri: string): { bucket: string; prefix: string } {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+)$/.exec(s3Uri) ?? [];
  if (!bucket || !prefix) throw new Problem(`"${s3Uri}" is no s3://bucket/prefix`);
  return { bucket, prefix };
}
