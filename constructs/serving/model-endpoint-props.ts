import type { aws_ec2 as ec2, aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import type { DataCapture } from './data-capture';
import type { EndpointMetricsOptions } from './endpoint-metrics-options';
import type { EndpointVariant } from './endpoint-variant';

export interface ModelEndpointProps {
  /**
   * The name callers use: 1 to 63 letters, digits and inner hyphens, unique in account and region. A literal, since the alarms
   * that roll the endpoint back carry it. The only property whose change replaces the endpoint.
   */
  readonly endpointName: string;

  /** 1 to 10, with unique names, and at least one with an initial weight above 0. */
  readonly variants: EndpointVariant[];

  /**
   * Stores a sample of the traffic.
   *
   * @default - nothing is captured
   */
  readonly dataCapture?: DataCapture;

  /**
   * Encrypts the volumes of the instances. Refused for instance types with local NVMe storage, which encrypt it themselves.
   *
   * @default - SageMaker's own key
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The network the containers are attached to. It needs a gateway endpoint for S3: archives are fetched through it.
   *
   * @default - containers are in no network of yours
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the network, 1 to 16, best of two zones or more: instances stand in these zones alone.
   *
   * @default - isolated subnets if there are any, else private ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the containers, 1 to 5.
   *
   * @default - a new one that lets HTTPS out and nothing in: SageMaker brings requests by another way
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Cuts containers off from every network call of their own. SageMaker still fetches archives and stores captured traffic. Set it
   * to false only for containers that must call out, for example to load weights from a hub.
   *
   * @default true
   */
  readonly networkIsolation?: boolean;

  /**
   * SageMaker acts as this role. It gets the statements the endpoint needs, unless it is imported as immutable.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * What SageMaker publishes.
   *
   * @default - instance metrics every 60 seconds, nothing that is billed extra
   */
  readonly metrics?: EndpointMetricsOptions;
}
