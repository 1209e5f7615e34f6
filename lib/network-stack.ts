import { aws_ec2 as ec2, aws_logs as logs, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { acknowledge } from '../constructs/private/acknowledge';
import { EnvironmentStack } from './environment-stack';

/** A network without a way to the internet: models need none, and what they need of AWS comes through endpoints. */
export class NetworkStack extends EnvironmentStack {
  public readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment, { description: `Network of ${environment.name}` });
    this.vpc = this.createVpc(environment);
    this.createFlowLog(environment);
    this.createEndpoints(environment);
    if (environment.training?.engine === 'batch') this.createBatchEndpoints(environment);
  }

  private createVpc({ network, availabilityZones }: Environment): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(network.cidr),
      availabilityZones: [...availabilityZones],
      natGateways: 0,
      // A quarter each, so that a zone that comes or goes leaves the others' addresses alone.
      subnetConfiguration: [
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: prefixLength(network.cidr) + 2 },
      ],
    });
    acknowledge(
      vpc,
      'CloudFormation-Validate::W3010',
      'Zones are stated in config, so that synth looks nothing up and gives the same template anywhere.',
    );
    return vpc;
  }

  private createFlowLog({ network }: Environment): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- config allows the enum's values only
      retention: network.flowLogRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) });
  }

  /** S3 for archives and captured traffic; the runtime for callers inside, whose requests then stay in their zone. */
  private createEndpoints({ network }: Environment): void {
    this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    const callers = this.createCallers(
      'Callers',
      network.cidr,
      'Lets callers inside the network reach SageMaker endpoints',
    );
    this.vpc.addInterfaceEndpoint('SageMakerRuntime', {
      service: ec2.InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME,
      securityGroups: [callers],
      open: false,
    });
  }

  /**
   * What instances of AWS Batch call: ECS for their tasks, ECR for images, whose layers come from S3, and logs.
   *
   * In one zone, from where all reach them: they are paid by the hour and zone. Runs wait for their deadline while it is away.
   *
   * Sources: AWS Batch user guide, "Considerations for AWS Batch" of interface endpoints; Amazon ECS developer guide, "Amazon ECS
   * interface VPC endpoints" (November 2026).
   */
  private createBatchEndpoints({ network, availabilityZones }: Environment): void {
    const nodes = this.createCallers(
      'Nodes',
      network.cidr,
      'Lets nodes of AWS Batch reach ECS, ECR and CloudWatch Logs',
    );
    const { ECS, ECS_AGENT, ECS_TELEMETRY, ECR, ECR_DOCKER, CLOUDWATCH_LOGS } = ec2.InterfaceVpcEndpointAwsService;
    const services = {
      Ecs: ECS,
      EcsAgent: ECS_AGENT,
      EcsTelemetry: ECS_TELEMETRY,
      Ecr: ECR,
      EcrDocker: ECR_DOCKER,
      Logs: CLOUDWATCH_LOGS,
    };
    for (const [id, service] of Object.entries(services)) {
      this.vpc.addInterfaceEndpoint(id, {
        service,
        subnets: { availabilityZones: availabilityZones.slice(0, 1) },
        securityGroups: [nodes],
        open: false,
      });
    }
  }

  private createCallers(id: string, cidr: string, description: string): ec2.SecurityGroup {
    const callers = new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
    callers.addIngressRule(ec2.Peer.ipv4(cidr), ec2.Port.HTTPS, 'Callers inside the network');
    return callers;
  }
}

function prefixLength(cidr: string): number {
  return Number(cidr.split('/')[1]);
}
