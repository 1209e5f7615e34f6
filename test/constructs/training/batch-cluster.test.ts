import { aws_s3 as s3, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { training } from '../../../constructs';
import { batchCluster, type BatchClusterOptions } from './batch-cluster';
import { findings, permissions, theOne } from '../../helpers';

const template = (options?: BatchClusterOptions) => Template.fromStack(batchCluster(options).stack);

const GANG: BatchClusterOptions = {
  props: { instanceTypes: ['p4d.24xlarge'], nodes: 4, spotPolicy: training.SpotPolicy.onDemandOnly() },
  zones: ['eu-west-1a'],
};

const ON_SPOT: BatchClusterOptions = { props: { spotPolicy: training.SpotPolicy.spotOnly(Duration.hours(20)) } };

function channel(name: string, prefix: string): training.DataChannel {
  const rows = s3.Bucket.fromBucketName(new Stack(), 'Rows', 'rows');
  return training.DataChannel.file(name, rows, { prefix });
}

type Properties = Record<string, Record<string, unknown>>;

function propertiesOf(from: Template, type: string): Properties {
  return theOne(from, type)['Properties'] as Properties;
}

describe('a cluster on Batch', () => {
  it('has Spot and on-demand instances in queues of their own', () => {
    const made = template();
    made.resourceCountIs('AWS::Batch::JobQueue', 2);
    for (const [Type, AllocationStrategy] of [
      ['SPOT', 'SPOT_PRICE_CAPACITY_OPTIMIZED'],
      ['EC2', 'BEST_FIT_PROGRESSIVE'],
    ]) {
      made.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
        Type: 'MANAGED',
        ComputeResources: { Type, AllocationStrategy, MinvCpus: 0 },
      });
    }
    for (const { Properties } of Object.values(made.findResources('AWS::Batch::JobQueue'))) {
      expect((Properties as { ComputeEnvironmentOrder: unknown[] }).ComputeEnvironmentOrder).toHaveLength(1);
    }
  });

  it.each([
    ['on Spot only', training.SpotPolicy.spotOnly(Duration.hours(20)), 'SPOT'],
    ['on demand only', training.SpotPolicy.onDemandOnly(), 'EC2'],
  ])('%s has nothing of the other kind', (_, spotPolicy, Type) => {
    expect(
      propertiesOf(template({ props: { spotPolicy } }), 'AWS::Batch::ComputeEnvironment')['ComputeResources'],
    ).toMatchObject({
      Type,
    });
  });

  it('takes the stated types alone, the NVIDIA image of Amazon Linux 2023, and its launch template by number', () => {
    template().allResourcesProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: {
        InstanceTypes: ['g5.xlarge', 'g6.xlarge', 'g4dn.2xlarge'],
        Ec2Configuration: [{ ImageType: 'ECS_AL2023_NVIDIA' }],
        LaunchTemplate: { Version: { 'Fn::GetAtt': [Match.anyValue(), 'LatestVersionNumber'] } },
        MaxvCpus: 32,
      },
      ReplaceComputeEnvironment: false,
    });
  });

  it('starts on-demand nodes in a group of capacity reservations, if it is given one, and Spot nodes never', () => {
    const group = 'arn:aws:resource-groups:eu-west-1:111122223333:group/gpus';
    const engine = training.TrainingEngine.batch({ capacityReservationGroupArn: group });
    const templates = Object.entries(template({ props: { engine } }).findResources('AWS::EC2::LaunchTemplate'));
    const reservations = templates.map(([id, { Properties }]) => [
      /Spot|OnDemand/.exec(id)?.[0],
      (Properties as { LaunchTemplateData: Record<string, unknown> }).LaunchTemplateData[
        'CapacityReservationSpecification'
      ],
    ]);
    expect(Object.fromEntries(reservations)).toEqual({
      Spot: undefined,
      OnDemand: { CapacityReservationTarget: { CapacityReservationResourceGroupArn: group } },
    });
  });

  it('names nothing that may be replaced', () => {
    const { Resources } = template().toJSON() as { Resources: Record<string, { Type: string; Properties?: object }> };
    const named = Object.values(Resources)
      .filter(({ Type }) => /^AWS::(Batch|EC2::LaunchTemplate|IAM::InstanceProfile)/.test(Type))
      .flatMap(({ Properties = {} }) => Object.keys(Properties).filter((name) => name.endsWith('Name')));
    expect(named).toEqual([]);
  });

  it('asks for what the smallest type has, a tenth of its memory left out, and half of that as shared memory', () => {
    expect(propertiesOf(template(), 'AWS::Batch::JobDefinition')['ContainerProperties']).toMatchObject({
      Command: ['train'],
      ResourceRequirements: [
        { Type: 'GPU', Value: '1' },
        { Type: 'VCPU', Value: '4' },
        { Type: 'MEMORY', Value: '14745' },
      ],
      LinuxParameters: { SharedMemorySize: 7372, InitProcessEnabled: true },
      Ulimits: [{ Name: 'memlock', SoftLimit: -1, HardLimit: -1 }],
    });
  });

  it('tries a job again whose instance was taken, and no other', () => {
    expect(propertiesOf(template(), 'AWS::Batch::JobDefinition')).toMatchObject({
      Timeout: { AttemptDurationSeconds: 36_000 },
      RetryStrategy: {
        Attempts: 10,
        EvaluateOnExit: [
          { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
          { Action: 'RETRY', OnExitCode: '143' },
          { Action: 'EXIT', OnReason: '*' },
        ],
      },
    });
  });

  it('leaves earlier revisions of its job to runs that have begun with them', () => {
    expect(propertiesOf(template(), 'AWS::Batch::JobDefinition')['ResourceRetentionPolicy']).toEqual({
      SkipDeregisterOnUpdate: true,
    });
  });

  it('cancels what can never run after ten minutes, and what waits for capacity after a day', () => {
    template().allResourcesProperties('AWS::Batch::JobQueue', {
      JobStateTimeLimitActions: [
        ['MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE', 600],
        ['MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT', 600],
        ['CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY', 86_400],
      ].map(([Reason, MaxTimeSeconds]) => ({ Action: 'CANCEL', State: 'RUNNABLE', Reason, MaxTimeSeconds })),
    });
  });

  it('gives containers two minutes to save, and tells them of an interruption', () => {
    const data = propertiesOf(template(ON_SPOT), 'AWS::EC2::LaunchTemplate')['LaunchTemplateData'];
    const userData = JSON.stringify(data?.['UserData']);
    expect(userData).toContain('ECS_CONTAINER_STOP_TIMEOUT=120s');
    expect(userData).toContain('ECS_ENABLE_SPOT_INSTANCE_DRAINING=true');
    expect(userData).toContain('Content-Type: multipart/mixed');
  });

  it('encrypts its disks, and asks for tokens of the metadata service', () => {
    expect(propertiesOf(template(ON_SPOT), 'AWS::EC2::LaunchTemplate')['LaunchTemplateData']).toMatchObject({
      BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeSize: 100, VolumeType: 'gp3' } }],
      MetadataOptions: { HttpTokens: 'required' },
    });
  });

  it('lets its nodes reach each other, in and out', () => {
    const made = template();
    made.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { IpProtocol: '-1' });
    made.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { IpProtocol: '-1' });
  });

  it('writes to a log group of its own', () => {
    const { LogConfiguration } = propertiesOf(template(), 'AWS::Batch::JobDefinition')['ContainerProperties'] ?? {};
    expect(LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': { Ref: expect.stringMatching(/^ClusterBatchLogs/) as string } },
    });
  });

  it('carries the tags of jobs to instances and jobs', () => {
    const made = template({ props: { jobTags: { team: 'churn' } } });
    made.allResourcesProperties('AWS::Batch::ComputeEnvironment', { ComputeResources: { Tags: { team: 'churn' } } });
    expect(JSON.stringify(made.findResources('AWS::StepFunctions::StateMachine'))).toContain('\\"team\\":\\"churn\\"');
  });

  it('takes a larger disk, and more runs at a time', () => {
    const engine = training.TrainingEngine.batch({ volumeSize: Size.gibibytes(500), maxRuns: 10 });
    const made = template({ props: { engine } });
    made.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { BlockDeviceMappings: [{ Ebs: { VolumeSize: 500 } }] },
    });
    made.allResourcesProperties('AWS::Batch::ComputeEnvironment', { ComputeResources: { MaxvCpus: 80 } });
  });

  it('tells the container where its data is', () => {
    const made = template({ job: { channels: [channel('train', 'churn/train/')] } });
    expect(JSON.stringify(propertiesOf(made, 'AWS::Batch::JobDefinition'))).toContain('s3://rows/churn/train/');
    expect(permissions(made, 'ClusterRole')).toContain('s3:GetObject on arn:<AWS::Partition>:s3:::rows/churn/train/*');
  });

  it('has the permissions of this table', () => {
    const lines = permissions(template(), 'Cluster').map((line) => line.replace(/\{"Fn::Select.*\}\]\}/, '<name>'));
    expect(lines.filter((line) => /^(batch|ecs|ecr|s3):/.test(line))).toEqual([
      'batch:DescribeJobs on *',
      'batch:ListJobs on *',
      'batch:SubmitJob on <ClusterBatchOnDemandQueue2F0003D1.JobQueueArn>',
      'batch:SubmitJob on <ClusterBatchSpotQueue34C6EB7A.JobQueueArn>',
      'batch:SubmitJob on arn:aws:batch:eu-west-1:111122223333:job-definition/<name>:*',
      'batch:SubmitJob on arn:aws:batch:eu-west-1:111122223333:job/*',
      'batch:TagResource on arn:aws:batch:eu-west-1:111122223333:job/* if aws:RequestTag/slipway:cluster StringEquals churn',
      'batch:TerminateJob on arn:aws:batch:eu-west-1:111122223333:job/* if aws:ResourceTag/slipway:cluster StringEquals churn',
      'ecr:BatchCheckLayerAvailability on arn:aws:ecr:eu-west-1:111122223333:repository/trainer',
      'ecr:BatchGetImage on arn:aws:ecr:eu-west-1:111122223333:repository/trainer',
      'ecr:GetAuthorizationToken on *',
      'ecr:GetDownloadUrlForLayer on arn:aws:ecr:eu-west-1:111122223333:repository/trainer',
      'ecs:DeregisterContainerInstance on arn:aws:ecs:eu-west-1:111122223333:cluster/*',
      'ecs:DiscoverPollEndpoint on *',
      'ecs:Poll on arn:aws:ecs:eu-west-1:111122223333:container-instance/*',
      'ecs:RegisterContainerInstance on arn:aws:ecs:eu-west-1:111122223333:cluster/*',
      'ecs:StartTelemetrySession on arn:aws:ecs:eu-west-1:111122223333:container-instance/*',
      'ecs:SubmitAttachmentStateChanges on arn:aws:ecs:eu-west-1:111122223333:cluster/*',
      'ecs:SubmitContainerStateChange on arn:aws:ecs:eu-west-1:111122223333:cluster/*',
      'ecs:SubmitTaskStateChange on arn:aws:ecs:eu-west-1:111122223333:cluster/*',
      'ecs:UpdateContainerInstancesState on arn:aws:ecs:eu-west-1:111122223333:container-instance/*',
      's3:GetObject on arn:aws:s3:::data/checkpoints/churn/*',
      's3:GetObject on arn:aws:s3:::data/checkpoints/churn/*/batch-owner.json',
      's3:GetObject on arn:aws:s3:::data/checkpoints/churn/*/progress.json',
      's3:ListBucket on arn:aws:s3:::data if s3:prefix StringLike checkpoints/churn/*',
      's3:ListBucket on arn:aws:s3:::data if s3:prefix StringLike checkpoints/churn/*',
      's3:PutObject on arn:aws:s3:::data/checkpoints/churn/*',
      's3:PutObject on arn:aws:s3:::data/models/*',
    ]);
  });

  it('has no finding of its own that nobody has acknowledged', () => {
    const { unacknowledged, unused } = findings(batchCluster().stack);
    const own = (line: string) => line.includes('Test/Cluster');
    expect({ unacknowledged: unacknowledged.filter(own), unused: unused.filter(own) }).toEqual({
      unacknowledged: [],
      unused: [],
    });
  });

  it('is the same template twice', () => {
    expect(template().toJSON()).toEqual(template().toJSON());
  });
});

describe('a gang on Batch', () => {
  it('is a multi-node parallel job in one placement group', () => {
    const made = template(GANG);
    expect(propertiesOf(made, 'AWS::Batch::JobDefinition')).toMatchObject({
      Type: 'multinode',
      NodeProperties: {
        MainNode: 0,
        NumNodes: 4,
        NodeRangeProperties: [{ TargetNodes: '0:', Container: { InstanceType: 'p4d.24xlarge' } }],
      },
    });
    made.hasResourceProperties('AWS::EC2::PlacementGroup', { Strategy: 'cluster' });
    made.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: { PlacementGroup: Match.anyValue(), MaxvCpus: 4 * 4 * 96 },
    });
  });

  it('has an EFA on each network card, with the security group there and nowhere else', () => {
    const made = template(GANG);
    const data = propertiesOf(made, 'AWS::EC2::LaunchTemplate')['LaunchTemplateData'];
    expect(data?.['NetworkInterfaces']).toEqual(
      [0, 1, 2, 3].map((card) => ({
        NetworkCardIndex: card,
        DeviceIndex: card === 0 ? 0 : 1,
        InterfaceType: 'efa',
        Groups: [expect.anything()],
      })),
    );
    made.allResourcesProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: { SecurityGroupIds: Match.absent() },
    });
    expect(JSON.stringify(propertiesOf(made, 'AWS::Batch::JobDefinition'))).toContain('/dev/infiniband/uverbs3');
  });

  it('tells each node of its run', () => {
    const machine = JSON.stringify(template(GANG).findResources('AWS::StepFunctions::StateMachine'));
    expect(machine).toContain('\\"NodePropertyOverrides\\":[{\\"TargetNodes\\":\\"0:\\"');
  });

  it('goes without EFA where it is to', () => {
    const engine = training.TrainingEngine.batch({ efaInterfaces: 0 });
    const made = template({ ...GANG, props: { ...GANG.props, engine } });
    expect(propertiesOf(made, 'AWS::EC2::LaunchTemplate')['LaunchTemplateData']).not.toHaveProperty(
      'NetworkInterfaces',
    );
    made.allResourcesProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: { SecurityGroupIds: [Match.anyValue()] },
    });
  });
});
