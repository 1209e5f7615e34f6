/* What the benches use of the peers, which are not installed here. */

declare module '@cdklabs/generative-ai-cdk-constructs' {
  import type { aws_ecr as ecr } from 'aws-cdk-lib';
  import { Construct } from 'constructs';

  export namespace sagemaker_deployment {
    class SageMakerInstanceType {
      static of(instanceType: string): SageMakerInstanceType;
    }
    class ContainerImage {
      static fromEcrRepository(repository: ecr.IRepository, tag?: string): ContainerImage;
    }
    interface CustomSageMakerEndpointProps {
      modelId: string;
      endpointName: string;
      instanceType: SageMakerInstanceType;
      instanceCount?: number;
      minCapacity?: number;
      maxCapacity?: number;
      container: ContainerImage;
      modelDataUrl: string;
    }
    class CustomSageMakerEndpoint extends Construct {
      constructor(scope: Construct, id: string, props: CustomSageMakerEndpointProps);
    }
  }
}

declare module '@aws-cdk/aws-sagemaker-alpha' {
  import type { aws_ecr as ecr, aws_s3 as s3 } from 'aws-cdk-lib';
  import { Construct } from 'constructs';

  export class ContainerImage {
    static fromEcrRepository(repository: ecr.IRepository, tag?: string): ContainerImage;
  }
  export class ModelData {
    static fromBucket(bucket: s3.IBucket, objectKey: string): ModelData;
  }
  export class InstanceType {
    static of(instanceType: string): InstanceType;
  }
  export class Model extends Construct {
    constructor(
      scope: Construct,
      id: string,
      props: { containers: { image: ContainerImage; modelData: ModelData }[]; networkIsolation: boolean },
    );
  }
  export interface InstanceProductionVariantProps {
    model: Model;
    variantName: string;
    initialInstanceCount: number;
    instanceType: InstanceType;
  }
  export class EndpointConfig extends Construct {
    constructor(scope: Construct, id: string, props: { instanceProductionVariants: InstanceProductionVariantProps[] });
  }
  export interface Scaling {
    scaleOnInvocations(id: string, props: { maxRequestsPerSecond: number }): void;
  }
  export interface InstanceProductionVariant {
    autoScaleInstanceCount(props: { minCapacity: number; maxCapacity: number }): Scaling;
  }
  export class Endpoint extends Construct {
    constructor(scope: Construct, id: string, props: { endpointName: string; endpointConfig: EndpointConfig });
    findInstanceProductionVariant(name: string): InstanceProductionVariant;
  }
}
