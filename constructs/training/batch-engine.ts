import { aws_ec2 as ec2, aws_iam as iam, aws_logs as logs, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { BatchEnvironment, type BatchEnvironmentProps } from './batch-environment';
import { createJobDefinition } from './batch-job-definition';
import { type BatchNode, nodeOf } from './batch-node';
import type { BatchEngineOptions } from './batch-options';
import { agentPermissions, everyRevision, jobArn, jobWildcards, lookAtJobs, writeLogs } from './batch-permissions';
import { submitJob } from './batch-submit-job';
import { terminateJob } from './batch-terminate-job';
import type { ClusterFacts, Engine, EngineTasks } from './engine';
import { ADVICE } from './polling-machine';
import type { TrainingJobOptions } from './training-job';
import type { AttachedNetwork } from '../private/permissions';
import { grantToRole, pullImage } from '../private/permissions';

export interface BatchEngineProps extends ClusterFacts {
  readonly network: AttachedNetwork;
  readonly options: BatchEngineOptions;
}

const DEFAULT_RUNS = 4;

/** Jobs of AWS Batch on EC2: an environment and a queue for Spot, and others for on-demand, as the cluster's policy needs them. */
export class BatchEngine extends Construct implements Engine {
  public readonly principal = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
  public readonly principalName = 'AWS Batch';
  public readonly rolePermissions = [];
  public readonly advicePermissions = lookAtJobs();
  public readonly terms: Engine['terms'];

  private readonly nodeShape: BatchNode;
  private readonly logGroup: logs.LogGroup;
  private readonly executionRole: iam.Role;
  private readonly spotQueue?: string;
  private readonly onDemandQueue?: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: BatchEngineProps,
  ) {
    super(scope, id);
    const { instanceTypes, nodes = 1, spotPolicy } = props.props;
    this.nodeShape = nodeOf(instanceTypes, nodes, props.options.efaInterfaces);
    this.logGroup = this.createLogGroup();
    this.executionRole = this.createExecutionRole();

    const shared = this.createShared();
    if (spotPolicy.usesSpot) this.spotQueue = this.createQueue('Spot', { ...shared, spot: true });
    if (!spotPolicy.maxWait) {
      const { capacityReservationGroupArn } = props.options;
      const reserved = { ...shared.node, capacityReservationGroupArn };
      this.onDemandQueue = this.createQueue('OnDemand', { ...shared, node: reserved, spot: false });
    }
    this.terms = { batch: { spotQueue: this.spotQueue, onDemandQueue: this.onDemandQueue } };
  }

  /** The role of jobs pulls nothing: ECS does, before it starts them. */
  public pullPermissions({ image }: TrainingJobOptions): [] {
    grantToRole(this.executionRole, pullImage(image.repository));
    return [];
  }

  public createTasks(machine: Construct, job: TrainingJobOptions, jobRole: iam.IRole): EngineTasks {
    const { props, clusterName } = this.props;
    const { executionRole, logGroup, nodeShape: node } = this;
    const definition = createJobDefinition(machine, {
      cluster: this.props,
      node,
      job,
      jobRole,
      executionRole,
      logGroup,
    });
    definition.node.addDependency(executionRole);
    const jobIdPath = `${ADVICE}.result.batchJob.JobId`;
    const common = { clusterName, jobs: jobArn(machine), jobDefinitions: everyRevision(machine, definition.ref) };
    const submit = { ...common, jobDefinitionArn: definition.ref, nodes: props.nodes ?? 1, tags: props.jobTags ?? {} };
    return {
      start: (id, mode) => submitJob(machine, id, { ...submit, queueArn: this.queueOf(mode) }),
      stop: (id) => terminateJob(machine, id, { ...common, jobIdPath }),
      stoppable: jobIdPath,
      wildcards: jobWildcards(common.jobs, common.jobDefinitions),
    };
  }

  /** A machine never asks for what its cluster's policy has not; the state is there all the same. */
  private queueOf(mode: 'spot' | 'on-demand'): string {
    const queues = [this.spotQueue, this.onDemandQueue];
    return (mode === 'spot' ? queues : queues.reverse()).find((queue) => queue !== undefined) ?? '';
  }

  private createQueue(id: string, props: BatchEnvironmentProps): string {
    return new BatchEnvironment(this, id, props).queueArn;
  }

  private createShared(): Omit<BatchEnvironmentProps, 'spot'> {
    const { props, network, options, clusterName } = this.props;
    const nodes = props.nodes ?? 1;
    const { efaInterfaces, mostVcpus } = this.nodeShape;
    const securityGroupIds = network.securityGroups.map(({ securityGroupId }) => securityGroupId);
    const profile = this.createInstanceProfile();
    const volumeSize = options.volumeSize ?? Size.gibibytes(100);
    return {
      instanceTypes: props.instanceTypes,
      maxVcpus: (options.maxRuns ?? DEFAULT_RUNS) * nodes * mostVcpus,
      subnetIds: network.subnetIds,
      node: { volumeSize, efaInterfaces, securityGroupIds },
      instanceProfileArn: profile.attrArn,
      placementGroupName: nodes > 1 ? this.createPlacementGroup().attrGroupName : undefined,
      tags: { Name: clusterName, ...props.jobTags },
    };
  }

  private createPlacementGroup(): ec2.CfnPlacementGroup {
    return new ec2.CfnPlacementGroup(this, 'PlacementGroup', { strategy: 'cluster' });
  }

  private createInstanceProfile(): iam.CfnInstanceProfile {
    const role = new iam.Role(this, 'InstanceRole', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      description: `The agent of ECS on instances of ${this.props.clusterName} acts as this role`,
    });
    grantToRole(role, agentPermissions(this));
    const profile = new iam.CfnInstanceProfile(this, 'InstanceProfile', { roles: [role.roleName] });
    profile.node.addDependency(role);
    return profile;
  }

  private createExecutionRole(): iam.Role {
    const role = new iam.Role(this, 'ExecutionRole', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: `ECS pulls images of ${this.props.clusterName} and writes logs as this role`,
    });
    grantToRole(role, writeLogs(this.logGroup));
    return role;
  }

  private createLogGroup(): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
