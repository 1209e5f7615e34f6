import { aws_ec2 as ec2, type Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface NodeTemplateProps {
  readonly volumeSize: Size;
  readonly efaInterfaces: number;
  /** Of EFA interfaces; without these, the environment has them. */
  readonly securityGroupIds: string[];
  readonly capacityReservationGroupArn?: string;
}

/** Seconds from SIGTERM to SIGKILL: as long as an instance has from its notice. The agent's own default is 30. */
const STOP_SECONDS = 120;

/** What instances start with. */
export function createNodeTemplate(scope: Construct, props: NodeTemplateProps): ec2.LaunchTemplate {
  // eslint-disable-next-line awscdk/require-passing-this -- part of the environment's own constructor
  const template = new ec2.LaunchTemplate(scope, 'LaunchTemplate', {
    userData: agentSettings(),
    requireImdsv2: true,
    // One more for containers: the entry point looks for the notice of an interruption.
    httpPutResponseHopLimit: 2,
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: ec2.BlockDeviceVolume.ebs(props.volumeSize.toGibibytes(), {
          encrypted: true,
          volumeType: ec2.EbsDeviceVolumeType.GP3,
          deleteOnTermination: true,
        }),
      },
    ],
  });
  if (props.efaInterfaces > 0) attachEfa(template, props);
  if (props.capacityReservationGroupArn !== undefined) {
    override(template, 'CapacityReservationSpecification', {
      CapacityReservationTarget: { CapacityReservationResourceGroupArn: props.capacityReservationGroupArn },
    });
  }
  return template;
}

/**
 * Batch adds its own settings, and takes only multipart user data. Draining lets the agent tell tasks of an interruption.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS container agent configuration" (November 2026).
 */
function agentSettings(): ec2.UserData {
  const shell = ec2.UserData.forLinux();
  shell.addCommands(
    `echo ECS_CONTAINER_STOP_TIMEOUT=${STOP_SECONDS}s >> /etc/ecs/ecs.config`,
    'echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config',
  );
  const userData = new ec2.MultipartUserData();
  userData.addPart(ec2.MultipartBody.fromUserData(shell));
  return userData;
}

/** One on each network card. The first card has the instance's own interface, so on all others it is the second device. */
function attachEfa(template: ec2.LaunchTemplate, { efaInterfaces, securityGroupIds }: NodeTemplateProps): void {
  override(
    template,
    'NetworkInterfaces',
    Array.from({ length: efaInterfaces }, (_, card) => ({
      NetworkCardIndex: card,
      DeviceIndex: card === 0 ? 0 : 1,
      InterfaceType: 'efa',
      Groups: securityGroupIds,
    })),
  );
}

/** aws-cdk-lib's class has no property for it. */
function override(template: ec2.LaunchTemplate, property: string, value: unknown): void {
  const resource = template.node.defaultChild as ec2.CfnLaunchTemplate;
  resource.addPropertyOverride(`LaunchTemplateData.${property}`, value);
}
