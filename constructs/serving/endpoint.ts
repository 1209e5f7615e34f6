import {
  type aws_cloudwatch as cloudwatch,
  aws_iam as iam,
  type aws_sagemaker as sagemaker,
  Resource,
} from 'aws-cdk-lib';
import { variantMetric } from './endpoint-metrics';

/** A real-time endpoint, defined here or elsewhere. */
export interface IModelEndpoint extends sagemaker.IEndpoint {
  /** Names of the variants, in the order given; empty for an endpoint that is defined elsewhere. */
  readonly variantNames: string[];

  /** Requests to a variant, a count. Sum, one minute. */
  metricInvocations(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Requests to a variant for each of its instances, a count. Only Sum means something. One minute. */
  metricInvocationsPerInstance(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Share of requests answered with 4xx, 0 to 1: the metric is 0 or 1 per request. Average, one minute. */
  metricClientErrors(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Share of requests answered with 5xx, 0 to 1: the metric is 0 or 1 per request. Average, one minute. */
  metricServerErrors(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Time the container takes to answer, in microseconds, SageMaker's own overhead not included. p95, one minute. */
  metricModelLatency(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Time SageMaker adds to the container's, in microseconds. Average, one minute; percentiles are not published. */
  metricOverheadLatency(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Requests in flight, queued ones included, a count, published every ten seconds. Maximum, one minute. */
  metricConcurrentRequests(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** CPU use, 0 to 100 percent for each core: 400 on four cores. Average, one minute. */
  metricCpuUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Memory use, 0 to 100 percent. Maximum, one minute. */
  metricMemoryUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Disk use, 0 to 100 percent. Above 75, data capture stops. Maximum, one minute. */
  metricDiskUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** GPU use, 0 to 100 percent for each GPU: 400 on four GPUs. Average, one minute. */
  metricGpuUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** GPU memory use, 0 to 100 percent for each GPU: 400 on four GPUs. Maximum, one minute. */
  metricGpuMemoryUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** What identifies an endpoint that is defined elsewhere. */
export interface EndpointAttributes {
  /** The endpoint's name. */
  readonly endpointName: string;

  /**
   * The account it is in.
   *
   * @default - the stack's account
   */
  readonly account?: string;

  /**
   * The region it is in.
   *
   * @default - the stack's region
   */
  readonly region?: string;
}

/** What a defined and an imported endpoint share. */
export abstract class EndpointBase extends Resource implements IModelEndpoint {
  public abstract readonly endpointName: string;
  public abstract readonly endpointArn: string;
  public abstract readonly variantNames: string[];

  /** The reference that aws-cdk-lib's own constructs take. */
  public get endpointRef(): sagemaker.EndpointReference {
    return { endpointArn: this.endpointArn };
  }

  /** Lets a principal send requests, to every variant. */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['sagemaker:InvokeEndpoint'],
      resourceArns: [this.endpointArn],
    });
  }

  public metricInvocations(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'Invocations', options);
  }

  public metricInvocationsPerInstance(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'InvocationsPerInstance', options);
  }

  public metricClientErrors(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'Invocation4XXErrors', options);
  }

  public metricServerErrors(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'Invocation5XXErrors', options);
  }

  public metricModelLatency(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'ModelLatency', options);
  }

  public metricOverheadLatency(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'OverheadLatency', options);
  }

  public metricConcurrentRequests(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'ConcurrentRequestsPerModel', options);
  }

  public metricCpuUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'CPUUtilization', options);
  }

  public metricMemoryUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'MemoryUtilization', options);
  }

  public metricDiskUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'DiskUtilization', options);
  }

  public metricGpuUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'GPUUtilization', options);
  }

  public metricGpuMemoryUtilization(variantName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return variantMetric(this.endpointName, variantName, 'GPUMemoryUtilization', options);
  }
}
