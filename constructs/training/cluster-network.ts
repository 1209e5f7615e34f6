import { aws_ec2 as ec2, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TrainingNetwork } from './training-network';
import { fail } from '../private/fail';
import type { AttachedNetwork } from '../private/permissions';
import { selectedSubnets } from '../private/subnets';

/** At most 16 subnets and 5 groups (API VpcConfig). */
export function createNetwork(scope: Construct, { vpc, vpcSubnets, securityGroups }: TrainingNetwork): AttachedNetwork {
  const { subnetIds } = selectedSubnets(vpc, vpcSubnets);
  if (!Token.isUnresolved(subnetIds) && (subnetIds.length < 1 || subnetIds.length > 16)) {
    fail(scope, `network.vpcSubnets has ${subnetIds.length} subnets, allowed are 1 to 16`);
  }
  if (securityGroups && (securityGroups.length < 1 || securityGroups.length > 5)) {
    fail(scope, `network.securityGroups has ${securityGroups.length} entries, allowed are 1 to 5`);
  }
  return { subnetIds, securityGroups: securityGroups ?? [createSecurityGroup(scope, vpc)] };
}

/**
 * Nodes reach each other on every port, in and out: NCCL picks ports, and EFA takes the group itself as its peer on both sides
 * (EC2 user guide, "Elastic Fabric Adapter"). aws-cdk-lib drops the rule for the way out where all of it is allowed.
 */
function createSecurityGroup(scope: Construct, vpc: ec2.IVpc): ec2.SecurityGroup {
  // eslint-disable-next-line awscdk/require-passing-this -- part of the cluster's own constructor
  const group = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Nodes of a training cluster',
    allowAllOutbound: false,
  });
  group.connections.allowInternally(ec2.Port.allTraffic(), 'Nodes of a gang talk to each other');
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'Data and checkpoints, through the endpoint for S3');
  return group;
}
