import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type EndpointVariant, RoutingStrategy } from './endpoint-variant';
import { ScalableVariant } from './scalable-variant';
import type { AttachedNetwork, IExecutionRole } from '../private/permissions';

export interface VariantResourcesProps {
  readonly variant: EndpointVariant;
  readonly endpointName: string;
  readonly role: IExecutionRole;
  readonly network?: AttachedNetwork;
  readonly networkIsolation: boolean;
}

/** One variant's model and scaling. */
export class VariantResources extends Construct {
  public readonly model: sagemaker.CfnModel;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VariantResourcesProps,
  ) {
    super(scope, id);
    this.model = this.createModel();
  }

  /** The variant as the endpoint's configuration has it. */
  public render(): sagemaker.CfnEndpointConfig.ProductionVariantProperty {
    const { variant } = this.props;
    return {
      variantName: variant.variantName,
      modelName: this.model.attrModelName,
      instanceType: variant.instanceType,
      initialInstanceCount: variant.initialInstanceCount ?? variant.scaling?.scalingRange.minInstances ?? 1,
      initialVariantWeight: variant.initialWeight ?? 1,
      routingConfig: { routingStrategy: variant.routingStrategy ?? RoutingStrategy.LEAST_OUTSTANDING_REQUESTS },
      volumeSizeInGb: variant.volumeSize?.toGibibytes(),
      containerStartupHealthCheckTimeoutInSeconds: variant.startupHealthCheckTimeout?.toSeconds(),
    };
  }

  /** Adds and removes instances of the variant. After the endpoint, so that it is gone before the endpoint goes. */
  public scale(endpoint: sagemaker.CfnEndpoint): void {
    const { endpointName, variant } = this.props;
    const { variantName, scaling } = variant;
    if (!scaling) return;
    new ScalableVariant(this, 'Scaling', { endpointName, variantName, scaling }).node.addDependency(endpoint);
  }

  private createModel(): sagemaker.CfnModel {
    const { variant, role, network, networkIsolation } = this.props;
    const model = new sagemaker.CfnModel(this, 'Model', {
      executionRoleArn: role.roleArn,
      enableNetworkIsolation: networkIsolation,
      vpcConfig: network && {
        subnets: network.subnetIds,
        securityGroupIds: network.securityGroups.map((group) => group.securityGroupId),
      },
      primaryContainer: this.renderContainer(),
    });
    model.node.addDependency(role);
    const { archive } = variant.model;
    if (Construct.isConstruct(archive)) model.node.addDependency(archive);
    return model;
  }

  private renderContainer(): sagemaker.CfnModel.ContainerDefinitionProperty {
    const { containerProps, modelPackageArn } = this.props.variant.model;
    if (!containerProps) return { modelPackageName: modelPackageArn };
    const { image, archive, environment } = containerProps;
    return { image: image.uri, modelDataUrl: archive?.bucket.s3UrlForObject(archive.objectKey), environment };
  }
}
