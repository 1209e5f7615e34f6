import { aws_batch as batch } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { createNodeTemplate, type NodeTemplateProps } from './batch-launch-template';

export interface BatchEnvironmentProps {
  readonly spot: boolean;
  readonly instanceTypes: string[];
  readonly maxVcpus: number;
  readonly subnetIds: string[];
  readonly node: NodeTemplateProps;
  readonly instanceProfileArn: string;
  readonly placementGroupName?: string;
  readonly tags: Record<string, string>;
}

/** How long jobs may go on while their instances are to be replaced by an update, minutes: the most that Batch takes. */
const UPDATE_MINUTES = 360;

/**
 * Instances of one kind, Spot or on-demand, and a queue for them alone: Batch does not choose between the two, the machine does.
 *
 * Made by CloudFormation's classes: aws-cdk-lib's own adds `optimal` to the types, leaves the version of the launch template
 * out, which then is the first one for ever, and sets security groups beside those of EFA interfaces.
 */
export class BatchEnvironment extends Construct {
  public readonly queueArn: string;

  constructor(scope: Construct, id: string, props: BatchEnvironmentProps) {
    super(scope, id);
    const environment = this.createEnvironment(props);
    this.queueArn = this.createQueue(environment).attrJobQueueArn;
  }

  /** Without a name, so that it can be replaced. */
  private createEnvironment(props: BatchEnvironmentProps): batch.CfnComputeEnvironment {
    const template = createNodeTemplate(this, props.node);
    const { efaInterfaces, securityGroupIds } = props.node;
    return new batch.CfnComputeEnvironment(this, 'Resource', {
      type: 'MANAGED',
      state: 'ENABLED',
      // In place: the allocation strategies and the service-linked role allow it, and jobs go on meanwhile.
      replaceComputeEnvironment: false,
      updatePolicy: { terminateJobsOnUpdate: false, jobExecutionTimeoutMinutes: UPDATE_MINUTES },
      computeResources: {
        type: props.spot ? 'SPOT' : 'EC2',
        allocationStrategy: props.spot ? 'SPOT_PRICE_CAPACITY_OPTIMIZED' : 'BEST_FIT_PROGRESSIVE',
        minvCpus: 0,
        maxvCpus: props.maxVcpus,
        instanceTypes: props.instanceTypes,
        // Stated, or Batch takes Amazon Linux 2, whose support has ended (June 2026).
        ec2Configuration: [{ imageType: 'ECS_AL2023_NVIDIA' }],
        // By number: `$Latest` is looked up only when something else changes.
        launchTemplate: {
          launchTemplateId: template.launchTemplateId,
          version: template.latestVersionNumber,
        },
        instanceRole: props.instanceProfileArn,
        subnets: props.subnetIds,
        securityGroupIds: efaInterfaces > 0 ? undefined : securityGroupIds,
        placementGroup: props.placementGroupName,
        tags: props.tags,
      },
    });
  }

  /**
   * What can never run is cancelled after ten minutes, and says why; what waits for capacity after a day, which is the most: the
   * machine decides much earlier, and this is for jobs whose machine somebody has stopped.
   */
  private createQueue(environment: batch.CfnComputeEnvironment): batch.CfnJobQueue {
    const cancel = (reason: string, maxTimeSeconds: number) => ({
      action: 'CANCEL',
      state: 'RUNNABLE',
      reason,
      maxTimeSeconds,
    });
    return new batch.CfnJobQueue(this, 'Queue', {
      state: 'ENABLED',
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environment.attrComputeEnvironmentArn }],
      jobStateTimeLimitActions: [
        cancel('MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE', 600),
        cancel('MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT', 600),
        cancel('CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY', 86_400),
      ],
    });
  }
}
