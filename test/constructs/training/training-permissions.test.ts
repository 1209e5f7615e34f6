import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Checkpoints,
  DataChannel,
  type GpuTrainingClusterProps,
  SpotPolicy,
  TrainingEngine,
  type TrainingJobOptions,
} from '../../../constructs/training';
import { permissions, testStack } from '../../helpers';
import { keyArn, Surroundings } from './surroundings';

type Props = (here: Surroundings) => Partial<GpuTrainingClusterProps>;
type Job = (here: Surroundings) => Partial<TrainingJobOptions>;

const synth = (props: Props = () => ({}), job: Job = () => ({})) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  here.job(here.cluster(props(here)), job(here));
  return Template.fromStack(stack);
};
const sorted = (...lines: string[][]) => [...new Set(lines.flat())].sort();

const S3 = 'if kms:ViaService StringEquals s3.eu-west-1.<AWS::URLSuffix>';
const TELEMETRY = [
  'cloudwatch:PutMetricData on * if cloudwatch:namespace StringEquals AWS/SageMaker, /aws/sagemaker/TrainingJobs',
  ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map(
    (action) => `logs:${action} on arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/TrainingJobs:*`,
  ),
];
const REPOSITORY = 'arn:aws:ecr:eu-west-1:111122223333:repository/trainer';
const PULL = [
  'ecr:GetAuthorizationToken on *',
  `ecr:BatchCheckLayerAvailability on ${REPOSITORY}`,
  `ecr:BatchGetImage on ${REPOSITORY}`,
  `ecr:GetDownloadUrlForLayer on ${REPOSITORY}`,
];
const kept = (bucket: string, prefix: string) => [
  `s3:GetObject on arn:aws:s3:::${bucket}/${prefix}/churn/*`,
  `s3:PutObject on arn:aws:s3:::${bucket}/${prefix}/churn/*`,
  `s3:ListBucket on arn:aws:s3:::${bucket} if s3:prefix StringLike ${prefix}/churn/*`,
];
const models = (bucket: string) => [`s3:PutObject on arn:aws:s3:::${bucket}/models/*`];
const useOf = (key: string, ...actions: string[]) => actions.map((action) => `kms:${action} on ${keyArn(key)} ${S3}`);
const PLAIN = [...TELEMETRY, ...PULL, ...kept('data', 'checkpoints'), ...models('data')];
const EC2 = 'arn:aws:ec2:eu-west-1:111122223333';
const SUBNETS = `if ec2:Subnet StringEquals ${EC2}:subnet/subnet-isolated-a, ${EC2}:subnet/subnet-isolated-b`;
const ATTACH = [
  `ec2:CreateNetworkInterface on ${EC2}:network-interface/*`,
  `ec2:CreateNetworkInterface on ${EC2}:security-group/sg-1`,
  `ec2:CreateNetworkInterface on ${EC2}:subnet/subnet-isolated-a`,
  `ec2:CreateNetworkInterface on ${EC2}:subnet/subnet-isolated-b`,
  `ec2:CreateNetworkInterfacePermission on ${EC2}:network-interface/* ${SUBNETS}`,
  `ec2:DeleteNetworkInterface on ${EC2}:network-interface/* ${SUBNETS}`,
  `ec2:DeleteNetworkInterfacePermission on ${EC2}:network-interface/* ${SUBNETS}`,
  ...['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map(
    (what) => `ec2:Describe${what} on *`,
  ),
];

/** What the role of jobs may do, and nothing else. */
it.each<[string, Props, Job, string[]]>([
  ['nothing but what it must have', () => ({}), () => ({}), PLAIN],
  [
    'checkpoints and models in an encrypted bucket',
    (here) => ({ checkpoints: Checkpoints.inBucket(here.encrypted, { prefix: 'a/b' }), output: here.encrypted }),
    () => ({}),
    sorted(
      TELEMETRY,
      PULL,
      kept('encrypted', 'a/b'),
      models('encrypted'),
      useOf('bucket', 'Decrypt', 'Encrypt', 'GenerateDataKey'),
    ),
  ],
  [
    'a key of its own',
    (here) => ({ instanceTypes: ['ml.p3.16xlarge'], encryptionKey: here.key }),
    () => ({}),
    sorted(
      PLAIN,
      [
        `kms:CreateGrant on ${keyArn('volumes')} if kms:GrantIsForAWSResource Bool true`,
        `kms:DescribeKey on ${keyArn('volumes')}`,
      ],
      useOf('volumes', 'Decrypt', 'Encrypt', 'GenerateDataKey'),
    ),
  ],
  [
    'a network',
    (here) => ({ network: { vpc: here.vpc, securityGroups: [here.group('sg-1')] } }),
    () => ({}),
    sorted(PLAIN, ATTACH),
  ],
  [
    'channels',
    () => ({}),
    (here) => ({
      channels: [
        DataChannel.fastFile('train', here.encrypted, { prefix: 'train/' }),
        DataChannel.file('test', here.bucket),
      ],
    }),
    sorted(
      PLAIN,
      [
        's3:GetObject on arn:aws:s3:::encrypted/train/*',
        's3:ListBucket on arn:aws:s3:::encrypted if s3:prefix StringLike train/*',
        's3:GetObject on arn:aws:s3:::data/*',
        's3:ListBucket on arn:aws:s3:::data if s3:prefix StringLike *',
      ],
      useOf('bucket', 'Decrypt'),
    ),
  ],
])('The role of jobs of a cluster with %s', (_, props, job, expected) => {
  expect(sorted(permissions(synth(props, job), 'ClusterRole'))).toEqual(sorted(expected));
});

/** What the function that advises runs may do, and nothing else. */
const adviser = (bucket: string, prefix: string) => [
  'sagemaker:DescribeTrainingJob on arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn-*',
  `s3:GetObject on arn:aws:s3:::${bucket}/${prefix}/churn/*/progress.json`,
  `s3:ListBucket on arn:aws:s3:::${bucket} if s3:prefix StringLike ${prefix}/churn/*`,
  'cloudwatch:PutMetricData on * if cloudwatch:namespace StringEquals Slipway/Training',
];
it.each<[string, Props, string[]]>([
  ['with nothing but what it must have', () => ({}), adviser('data', 'checkpoints')],
  [
    'with checkpoints in an encrypted bucket',
    (here) => ({ checkpoints: Checkpoints.inBucket(here.encrypted, { prefix: 'a' }) }),
    [...adviser('encrypted', 'a'), ...useOf('bucket', 'Decrypt')],
  ],
])('The adviser of a cluster %s', (_, props, expected) => {
  const [logs, others] = [/^logs:/, /^(?!logs:)/].map((kind) =>
    permissions(synth(props), 'ClusterAdviserRole').filter((line) => kind.test(line)),
  );
  expect(others).toEqual(expected.sort());
  expect(logs).toEqual([
    expect.stringMatching(/^logs:CreateLogStream on <ClusterAdviserLogs\w+\.Arn>$/),
    expect.stringMatching(/^logs:PutLogEvents on <ClusterAdviserLogs\w+\.Arn>$/),
  ]);
});

/** What the machine of a job may do, and nothing else but to go on: training-job.test.ts. */
const JOBS = 'arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn-*';
const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';
const MACHINE = [
  // Asked for when a machine is made that goes on in another execution, so its own policy must have it.
  ...['DescribeRule', 'PutRule', 'PutTargets'].map((action) => `events:${action} on ${RULE}`),
  `sagemaker:AddTags on ${JOBS}`,
  `sagemaker:CreateTrainingJob on ${JOBS}`,
  `sagemaker:StopTrainingJob on ${JOBS}`,
  'iam:PassRole on <Role.Arn> if iam:PassedToService StringEquals sagemaker.amazonaws.com',
  'lambda:InvokeFunction on <Adviser.Arn>',
  'lambda:InvokeFunction on <Adviser.Arn>:*',
  ...['CreateLogDelivery', 'DeleteLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies', 'GetLogDelivery'].map(
    (action) => `logs:${action} on *`,
  ),
  ...['ListLogDeliveries', 'PutResourcePolicy', 'UpdateLogDelivery'].map((action) => `logs:${action} on *`),
  ...['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'].map(
    (action) => `xray:${action} on *`,
  ),
];
const PLAN = 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/spring';
it.each<[string, Props, string[]]>([
  ['', () => ({}), []],
  [
    ' with a training plan',
    () => ({
      spotPolicy: SpotPolicy.onDemandOnly(),
      engine: TrainingEngine.sageMaker({ trainingPlanArn: PLAN, keepAlive: Duration.minutes(1) }),
    }),
    [
      `sagemaker:CreateTrainingJob on ${PLAN}`,
      'sagemaker:CreateTrainingJob on arn:aws:sagemaker:eu-west-1:111122223333:reserved-capacity/*',
    ],
  ],
])('The machine of a job%s', (_, props, more) => {
  const lines = permissions(synth(props), 'ClusterTrainRole').map((line) =>
    line.replace(/<Cluster(Role|Adviser)[0-9A-F]{8}\.Arn>/, '<$1.Arn>'),
  );
  expect(lines).toEqual(sorted(MACHINE, more));
});
