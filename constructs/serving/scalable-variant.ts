import { aws_applicationautoscaling as appscaling, Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { VariantScaling } from './variant-scaling';

/*
 * By CloudFormation's own classes, docs/decisions/0023: what those of aws-cdk-lib would refuse, VariantScaling refuses.
 */

export interface ScalableVariantProps {
  readonly endpointName: string;
  readonly variantName: string;
  readonly scaling: VariantScaling;
}

/** A variant whose instances are added and removed. */
export class ScalableVariant extends Construct {
  constructor(scope: Construct, id: string, { endpointName, variantName, scaling }: ScalableVariantProps) {
    super(scope, id);
    const target = new appscaling.CfnScalableTarget(this, 'Resource', {
      serviceNamespace: 'sagemaker',
      resourceId: `endpoint/${endpointName}/variant/${variantName}`,
      scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      minCapacity: scaling.scalingRange.minInstances,
      maxCapacity: scaling.scalingRange.maxInstances,
      roleArn: this.serviceLinkedRoleArn(),
    });
    new TargetTracking(this, 'Tracking', { scalingTargetId: target.ref, scaling });
  }

  /** Application Auto Scaling makes it at the first registration. */
  private serviceLinkedRoleArn(): string {
    return Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName:
        'aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    });
  }
}

interface TargetTrackingProps {
  readonly scalingTargetId: string;
  readonly scaling: VariantScaling;
}

class TargetTracking extends Construct {
  constructor(scope: Construct, id: string, { scalingTargetId, scaling }: TargetTrackingProps) {
    super(scope, id);
    new appscaling.CfnScalingPolicy(this, 'Resource', {
      policyName: Names.uniqueId(this),
      policyType: 'TargetTrackingScaling',
      scalingTargetId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: scaling.metric },
        targetValue: scaling.target,
        scaleInCooldown: scaling.scaleInCooldown.toSeconds(),
        scaleOutCooldown: scaling.scaleOutCooldown.toSeconds(),
      },
    });
  }
}
