/*
 * Families of SageMaker hosting instance types. Source: EC2 instance-type table of karpenter-provider-aws (August 2026,
 * Apache-2.0), joined with the ml.* names of botocore 1.43.106 (Apache-2.0).
 */

/** Families with local NVMe storage. They encrypt it themselves: SageMaker refuses a KMS key for their volume. */
const NVME_FAMILIES = new Set(
  'c5d c6gd dl1 g4dn g5 g6 g6e g7 g7e m5d m6gd p4d p4de p5 p5e p5en p6-b200 p6-b300 r5d r6gd r7gd trn1 trn1n trn2'.split(
    ' ',
  ),
);

/** Families that earn CPU credits. Application Auto Scaling does not support them on endpoints. */
const BURSTABLE_FAMILY = /^t\d/;

const TYPE = /^ml\.([a-z0-9-]+)\.[a-z0-9-]+$/;

/** The family of an instance type such as `ml.m5.xlarge`, or undefined when it is not one. */
function family(instanceType: string): string | undefined {
  return TYPE.exec(instanceType)?.[1];
}

export function isInstanceType(value: string): boolean {
  return family(value) !== undefined;
}

export function hasLocalNvme(instanceType: string): boolean {
  return NVME_FAMILIES.has(family(instanceType) ?? '');
}

export function isBurstable(instanceType: string): boolean {
  return BURSTABLE_FAMILY.test(family(instanceType) ?? '');
}
