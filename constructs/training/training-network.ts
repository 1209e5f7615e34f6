import type { aws_ec2 as ec2 } from 'aws-cdk-lib';

/** The network that the nodes of a cluster are attached to. */
export interface TrainingNetwork {
  /** It needs a gateway endpoint for S3: data and checkpoints go through it. */
  readonly vpc: ec2.IVpc;

  /**
   * Subnets, 1 to 16. More zones are more Spot capacity; a gang stands in one of them.
   *
   * @default - isolated subnets if there are any, else private ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the nodes, 1 to 5. They must let nodes reach each other, in and out, on every port.
   *
   * @default - a new one that lets nodes reach each other, and HTTPS out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}
