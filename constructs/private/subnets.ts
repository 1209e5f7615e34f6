import { aws_ec2 as ec2 } from 'aws-cdk-lib';

/** Those that are chosen, or isolated ones if there are any, else private ones. */
export function selectedSubnets(vpc: ec2.IVpc, chosen: ec2.SubnetSelection | undefined): ec2.SelectedSubnets {
  const subnetType =
    vpc.isolatedSubnets.length > 0 ? ec2.SubnetType.PRIVATE_ISOLATED : ec2.SubnetType.PRIVATE_WITH_EGRESS;
  return vpc.selectSubnets(chosen ?? { subnetType });
}
