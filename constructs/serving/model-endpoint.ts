import {
  type aws_cloudwatch as cloudwatch,
  aws_ec2 as ec2,
  type aws_iam as iam,
  aws_sagemaker as sagemaker,
  CfnDeletionPolicy,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BAKE_SECONDS, UPDATE_TIMEOUT_SECONDS } from './constants';
import { renderCapture } from './data-capture-config';
import { type EndpointAttributes, EndpointBase, type IModelEndpoint } from './endpoint';
import { readAlarm, readArchive, telemetry, writeCapture } from './endpoint-permissions';
import { EndpointRole } from './endpoint-role';
import { validateEndpoint, validateSubnets } from './endpoint-rules';
import { endpointArn, ImportedEndpoint } from './imported-endpoint';
import type { ModelEndpointProps } from './model-endpoint-props';
import { validateRollbackAlarm } from './rollback-rules';
import { VariantResources } from './variant-resources';
import { fail } from '../private/fail';
import {
  type AttachedNetwork,
  attachToVpc,
  encryptVolumes,
  grantToRole,
  type Permission,
  pullImage,
} from '../private/permissions';
import { selectedSubnets } from '../private/subnets';

/**
 * A SageMaker real-time endpoint that is updated in place, keeps its weights and instance counts, and goes back by itself on the
 * alarms it is given (`rollbackOn`).
 *
 * Defines the endpoint, its configuration, a model for each variant and one role; by choice a security group and scaling. You pay
 * for the instances while it stands, and for both fleets during an update (blue/green, all traffic at once).
 *
 * - Models and configuration have no physical names, so that each change makes new ones while the old still serve.
 * - Weights and instance counts in the template count when a variant is created, never again.
 * - The role reads the one archive, pulls from the one repository, writes under the endpoint's capture prefix, and no more.
 * - Refuses what SageMaker would refuse later, or accept and do something else: see each property.
 *
 * @example
 * declare const image: ecr_assets.DockerImageAsset;
 * declare const archive: data.ModelArchive;
 * new serving.ModelEndpoint(this, 'Endpoint', {
 *   endpointName: 'churn',
 *   variants: [
 *     {
 *       variantName: 'primary',
 *       model: serving.ModelSource.container({ image: serving.ModelImage.fromAsset(image), archive }),
 *       instanceType: 'ml.m5.xlarge',
 *       initialInstanceCount: 2,
 *     },
 *   ],
 * });
 */
export class ModelEndpoint extends EndpointBase implements ec2.IConnectable {
  /** An endpoint that is defined elsewhere. */
  public static fromEndpointAttributes(scope: Construct, id: string, attributes: EndpointAttributes): IModelEndpoint {
    // eslint-disable-next-line awscdk/require-passing-this -- a static factory builds in its caller's scope
    return new ImportedEndpoint(scope, id, attributes);
  }

  public readonly endpointName: string;
  public readonly endpointArn: string;

  public readonly variantNames: string[];

  private readonly executionRole: EndpointRole | iam.IRole;
  private readonly network?: AttachedNetwork;
  private readonly variants: VariantResources[];
  private readonly config: sagemaker.CfnEndpointConfig;
  private readonly endpoint: sagemaker.CfnEndpoint;
  private readonly rollbackAlarms: cloudwatch.IAlarm[] = [];

  constructor(scope: Construct, id: string, props: ModelEndpointProps) {
    super(scope, id, { physicalName: props.endpointName });
    validateEndpoint(this, props);

    this.endpointName = props.endpointName;
    this.endpointArn = endpointArn(this, props.endpointName);
    this.variantNames = props.variants.map((variant) => variant.variantName);
    this.executionRole = props.role ?? this.createRole();
    this.network = this.createNetwork(props);
    grantToRole(this.executionRole, this.renderPermissions(props));

    this.variants = this.createVariants(props);
    this.config = this.createConfig(props);
    this.endpoint = this.createEndpoint();
    for (const variant of this.variants) variant.scale(this.endpoint);
  }

  /**
   * SageMaker acts as this role. Grant to it what the container needs; models and endpoint wait for that too. AWS's managed
   * policies can be added only to a role that is given by `role`.
   */
  public get role(): iam.IRole {
    return this.executionRole instanceof EndpointRole ? this.executionRole.asRole() : this.executionRole;
  }

  /** The containers' security groups. Only for an endpoint in a network. */
  public get connections(): ec2.Connections {
    if (!this.network) fail(this, 'the endpoint is in no network, so it has no connections: set vpc');
    return new ec2.Connections({ securityGroups: this.network.securityGroups });
  }

  /**
   * Rolls an update back when one of the alarms goes off while it runs, or within ten minutes after all traffic has moved.
   *
   * From then on, models and configurations that an update replaces are kept, since SageMaker may go back to them. They cost
   * nothing. After going back the endpoint is InService on the old configuration: whether CloudFormation takes that for success
   * is not verified, so compare its EndpointConfigName after a release.
   *
   * @param alarms metric alarms, at most ten in all, of this account and region, that look back eight minutes or less: slower ones could not go off in time
   */
  public rollbackOn(...alarms: cloudwatch.IAlarm[]): void {
    if (alarms.length === 0) return;
    for (const alarm of alarms) {
      validateRollbackAlarm(this, alarm, this.rollbackAlarms);
      this.rollbackAlarms.push(alarm);
    }
    grantToRole(this.executionRole, alarms.map(readAlarm));
    this.endpoint.deploymentConfig = this.renderDeployment();
    for (const resource of [...this.variants.map(({ model }) => model), this.config]) {
      resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
      resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
    }
  }

  private createRole(): EndpointRole {
    return new EndpointRole(this, 'Role', {
      description: `SageMaker runs endpoint ${this.endpointName} as this role`,
    });
  }

  private createNetwork(props: ModelEndpointProps): AttachedNetwork | undefined {
    if (!props.vpc) return undefined;
    const { subnetIds } = selectedSubnets(props.vpc, props.vpcSubnets);
    validateSubnets(this, subnetIds);
    return { subnetIds, securityGroups: props.securityGroups ?? [this.createSecurityGroup(props.vpc)] };
  }

  private createSecurityGroup(vpc: ec2.IVpc): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Containers of endpoint ${this.endpointName}`,
      allowAllOutbound: false,
    });
    group.addEgressRule(
      ec2.Peer.anyIpv4(),
      ec2.Port.HTTPS,
      'Archives and captured traffic, through the endpoint for S3',
    );
    return group;
  }

  private renderPermissions(props: ModelEndpointProps): Permission[] {
    const models = props.variants.map((variant) => variant.model);
    return [
      ...telemetry(this, this.endpointName),
      ...models.flatMap(({ repository }) => (repository ? pullImage(repository) : [])),
      ...models.flatMap(({ archive }) => (archive ? readArchive(archive) : [])),
      ...(props.dataCapture ? writeCapture(props.dataCapture, this.endpointName) : []),
      ...(props.encryptionKey ? encryptVolumes(props.encryptionKey) : []),
      ...(this.network ? attachToVpc(this, this.network) : []),
    ];
  }

  private createVariants(props: ModelEndpointProps): VariantResources[] {
    const { executionRole: role, network, endpointName } = this;
    const networkIsolation = props.networkIsolation ?? true;
    return props.variants.map(
      (variant) =>
        new VariantResources(this, `Variant-${variant.variantName}`, {
          variant,
          endpointName,
          role,
          network,
          networkIsolation,
        }),
    );
  }

  private createConfig(props: ModelEndpointProps): sagemaker.CfnEndpointConfig {
    const config = new sagemaker.CfnEndpointConfig(this, 'Config', {
      productionVariants: this.variants.map((variant) => variant.render()),
      dataCaptureConfig: props.dataCapture && renderCapture(props.dataCapture),
      kmsKeyId: props.encryptionKey?.keyArn,
    });
    // As an override: aws-cdk-lib before 2.268 drops the property silently.
    config.addPropertyOverride('MetricsConfig', {
      MetricPublishFrequencyInSeconds: props.metrics?.publishFrequencySeconds ?? 60,
      EnableEnhancedMetrics: props.metrics?.enhancedMetrics ?? false,
      EnableDetailedObservability: props.metrics?.detailedObservability ?? false,
    });
    return config;
  }

  private createEndpoint(): sagemaker.CfnEndpoint {
    const endpoint = new sagemaker.CfnEndpoint(this, 'Resource', {
      endpointName: this.endpointName,
      endpointConfigName: this.config.attrEndpointConfigName,
      retainAllVariantProperties: true,
    });
    endpoint.node.addDependency(this.executionRole);
    return endpoint;
  }

  private renderDeployment(): sagemaker.CfnEndpoint.DeploymentConfigProperty {
    return {
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: { type: 'ALL_AT_ONCE', waitIntervalInSeconds: 0 },
        terminationWaitInSeconds: BAKE_SECONDS,
        maximumExecutionTimeoutInSeconds: UPDATE_TIMEOUT_SECONDS,
      },
      autoRollbackConfiguration: { alarms: this.rollbackAlarms.map(({ alarmName }) => ({ alarmName })) },
    };
  }
}
