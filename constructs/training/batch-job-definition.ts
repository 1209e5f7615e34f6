import { aws_batch as batch, type aws_iam as iam, type aws_logs as logs, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BatchNode } from './batch-node';
import { BATCH_ENTRY, BATCH_EXIT, TRAINING } from './constants';
import type { DataChannel } from './data-channel';
import type { ClusterFacts } from './engine';
import { ncclEnvironment } from './nccl';
import type { TrainingJobOptions } from './training-job';

export interface BatchJobDefinitionProps {
  readonly cluster: ClusterFacts;
  readonly node: BatchNode;
  readonly job: TrainingJobOptions;
  readonly jobRole: iam.IRole;
  readonly executionRole: iam.IRole;
  readonly logGroup: logs.ILogGroup;
}

/** As many as Batch takes. After that, the machine makes another job. */
const ATTEMPTS = 10;

/** One container for a single node, one alike on each node for a gang. */
export function createJobDefinition(scope: Construct, props: BatchJobDefinitionProps): batch.CfnJobDefinition {
  const { nodes = 1, instanceTypes, limits } = props.cluster.props;
  const container = renderContainer(scope, props);
  const [instanceType] = instanceTypes;
  // eslint-disable-next-line awscdk/require-passing-this -- part of the machine's own constructor
  return new batch.CfnJobDefinition(scope, 'JobDefinition', {
    platformCapabilities: ['EC2'],
    propagateTags: true,
    timeout: { attemptDurationSeconds: limits.maxRuntime.toSeconds() },
    retryStrategy: {
      attempts: ATTEMPTS,
      evaluateOnExit: [
        { action: 'RETRY', onStatusReason: 'Host EC2*' },
        { action: 'RETRY', onExitCode: String(BATCH_EXIT.stopped) },
        // Without it, what matches nothing is tried again (user guide, "Automated job retries").
        { action: 'EXIT', onReason: '*' },
      ],
    },
    // Runs go on with the revision that they began with.
    resourceRetentionPolicy: { skipDeregisterOnUpdate: true },
    ...(nodes === 1
      ? { type: 'container', containerProperties: container }
      : {
          type: 'multinode',
          nodeProperties: {
            mainNode: 0,
            numNodes: nodes,
            nodeRangeProperties: [{ targetNodes: '0:', container: { ...container, instanceType } }],
          },
        }),
  });
}

function renderContainer(
  scope: Construct,
  { cluster, node, job, jobRole, executionRole, logGroup }: BatchJobDefinitionProps,
): batch.CfnJobDefinition.ContainerPropertiesProperty {
  return {
    image: job.image.uri,
    command: ['train'],
    jobRoleArn: jobRole.roleArn,
    executionRoleArn: executionRole.roleArn,
    resourceRequirements: [
      { type: 'GPU', value: String(node.gpus) },
      { type: 'VCPU', value: String(node.vcpus) },
      { type: 'MEMORY', value: String(node.memoryMib) },
    ],
    environment: Object.entries(renderEnvironment(scope, cluster, job)).map(([name, value]) => ({ name, value })),
    linuxParameters: {
      // For workers that load data, and for NCCL. It counts as memory only as far as it is used.
      sharedMemorySize: Math.floor(node.memoryMib / 2),
      devices: node.efaInterfaces > 0 ? efaDevices(node.efaInterfaces) : undefined,
      // It reaps what the trainer leaves, and passes signals on.
      initProcessEnabled: true,
    },
    // NCCL and EFA pin memory.
    ulimits: [{ name: 'memlock', softLimit: -1, hardLimit: -1 }],
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup.logGroupName,
        'awslogs-region': Stack.of(scope).region,
        'awslogs-stream-prefix': cluster.clusterName,
      },
    },
  };
}

function efaDevices(count: number): batch.CfnJobDefinition.DeviceProperty[] {
  return Array.from({ length: count }, (_, at) => ({
    hostPath: `/dev/infiniband/uverbs${at}`,
    containerPath: `/dev/infiniband/uverbs${at}`,
    permissions: ['READ', 'WRITE', 'MKNOD'],
  }));
}

function renderEnvironment(
  scope: Construct,
  { props, expectation }: ClusterFacts,
  job: TrainingJobOptions,
): Record<string, string> {
  const { instanceTypes, nodes = 1, output } = props;
  const { region } = Stack.of(scope);
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // What one of several types needs, the others may have.
    ...Object.fromEntries(instanceTypes.flatMap((type) => Object.entries(ncclEnvironment(type, nodes)))),
    [TRAINING.checkpointIntervalVariable]: String(expectation.checkpointIntervalSeconds),
    [BATCH_ENTRY.output]: `s3://${output.bucketName}/models/`,
    [BATCH_ENTRY.channels]: Stack.of(scope).toJsonString((job.channels ?? []).map(renderChannel)),
    ...job.environment,
  };
}

function renderChannel({ name, bucket, options }: DataChannel): unknown {
  return {
    name,
    uri: `s3://${bucket?.bucketName ?? ''}/${options.prefix ?? ''}`,
    distribution: options.distribution ?? 'FullyReplicated',
    contentType: options.contentType,
  };
}
