import { aws_ec2 as ec2, aws_s3 as s3 } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelArchive } from '../../../constructs/data';
import { DataCapture, type ModelEndpointProps, ModelSource } from '../../../constructs/serving';
import { permissions, testStack } from '../../helpers';
import { Surroundings } from './surroundings';

type Props = (here: Surroundings) => Partial<ModelEndpointProps>;

const granted = (props: Props = () => ({})) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  here.endpoint(props(here));
  return permissions(Template.fromStack(stack));
};

const S3 = 'if kms:ViaService StringEquals s3.eu-west-1.<AWS::URLSuffix>';
const METRICS = 'if cloudwatch:namespace StringEquals AWS/SageMaker, /aws/sagemaker/Endpoints';
const LOGS = 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/Endpoints/churn:*';
const BUCKET_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/bucket';
const VOLUME_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/volumes';
const REPOSITORY = 'arn:aws:ecr:eu-west-1:111122223333:repository/scorer';
const EC2 = 'arn:aws:ec2:eu-west-1:111122223333';
const SUBNETS = `if ec2:Subnet StringEquals ${EC2}:subnet/subnet-isolated-a, ${EC2}:subnet/subnet-isolated-b`;

const PACKAGE = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/7';
const TELEMETRY = [
  `cloudwatch:PutMetricData on * ${METRICS}`,
  ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map(
    (action) => `logs:${action} on ${LOGS}`,
  ),
];
const PULL = [
  'ecr:GetAuthorizationToken on *',
  `ecr:BatchCheckLayerAvailability on ${REPOSITORY}`,
  `ecr:BatchGetImage on ${REPOSITORY}`,
  `ecr:GetDownloadUrlForLayer on ${REPOSITORY}`,
];
const READ = ['s3:GetObject on arn:aws:s3:::data/abc/model.tar.gz', `kms:Decrypt on ${BUCKET_KEY} ${S3}`];
const CAPTURE = [
  's3:PutObject on arn:aws:s3:::data/data-capture/churn/*',
  `kms:Decrypt on ${BUCKET_KEY} ${S3}`,
  `kms:GenerateDataKey on ${BUCKET_KEY} ${S3}`,
];
const VOLUMES = [
  `kms:CreateGrant on ${VOLUME_KEY} if kms:GrantIsForAWSResource Bool true`,
  `kms:DescribeKey on ${VOLUME_KEY}`,
];
const attach = (group: string) => [
  `ec2:CreateNetworkInterface on ${EC2}:network-interface/*`,
  `ec2:CreateNetworkInterface on ${EC2}:security-group/${group}`,
  `ec2:CreateNetworkInterface on ${EC2}:subnet/subnet-isolated-a`,
  `ec2:CreateNetworkInterface on ${EC2}:subnet/subnet-isolated-b`,
  `ec2:CreateNetworkInterfacePermission on ${EC2}:network-interface/* ${SUBNETS}`,
  `ec2:DeleteNetworkInterface on ${EC2}:network-interface/* ${SUBNETS}`,
  `ec2:DeleteNetworkInterfacePermission on ${EC2}:network-interface/* ${SUBNETS}`,
  ...['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map(
    (what) => `ec2:Describe${what} on *`,
  ),
];

/** What the role may do, and nothing else. */
it.each<[string, Props, string[]]>([
  ['an image and its archive', () => ({}), [...TELEMETRY, ...PULL, ...READ]],
  [
    'an image that holds its model',
    (here) => ({ variants: [here.variant({ model: ModelSource.container({ image: here.image }) })] }),
    [...TELEMETRY, ...PULL],
  ],
  [
    'an archive in a bucket without a key of its own',
    (here) => {
      const bucket = s3.Bucket.fromBucketName(here, 'Plain', 'plain');
      const archive = ModelArchive.fromBucket(bucket, 'v1/model.tar.gz');
      return { variants: [here.variant({ model: ModelSource.container({ image: here.image, archive }) })] };
    },
    [...TELEMETRY, ...PULL, 's3:GetObject on arn:aws:s3:::plain/v1/model.tar.gz'],
  ],
  [
    'several variants, each with its archive',
    (here) => {
      const archive = { bucket: here.bucket, objectKey: 'def/model.tar.gz' };
      const model = ModelSource.container({ image: here.image, archive });
      return { variants: [here.variant(), here.variant({ variantName: 'canary', model })] };
    },
    [...TELEMETRY, ...PULL, ...READ, 's3:GetObject on arn:aws:s3:::data/def/model.tar.gz'],
  ],
  [
    'a version in the model registry',
    (here) => ({ variants: [here.variant({ model: ModelSource.modelPackage(PACKAGE) })] }),
    TELEMETRY,
  ],
  [
    'a version in the model registry, with its image and archive',
    (here) => ({
      variants: [
        here.variant({
          model: ModelSource.modelPackage(PACKAGE, { repository: here.image.repository, archive: here.archive }),
        }),
      ],
    }),
    [...TELEMETRY, ...PULL, ...READ],
  ],
  [
    'captured traffic',
    (here) => ({ dataCapture: DataCapture.toBucket(here.bucket, { percentage: 10 }) }),
    [...TELEMETRY, ...PULL, ...READ, ...CAPTURE],
  ],
  [
    'captured traffic in a bucket without a key of its own',
    (here) => ({
      dataCapture: DataCapture.toBucket(s3.Bucket.fromBucketName(here, 'Plain', 'plain'), {
        percentage: 10,
        prefix: 'a/b',
      }),
    }),
    [...TELEMETRY, ...PULL, ...READ, 's3:PutObject on arn:aws:s3:::plain/a/b/churn/*'],
  ],
  ['encrypted volumes', (here) => ({ encryptionKey: here.key }), [...TELEMETRY, ...PULL, ...READ, ...VOLUMES]],
  [
    'a network',
    (here) => ({
      vpc: here.vpc,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(here, 'Given', 'sg-given')],
    }),
    [...TELEMETRY, ...PULL, ...READ, ...attach('sg-given')],
  ],
])('The role of an endpoint with %s', (_, props, expected) => {
  expect(granted(props)).toEqual([...new Set(expected)].sort());
});

it('The role reads alarms once updates are rolled back on some', () => {
  const stack = testStack();
  const endpoint = new Surroundings(stack, 'Here').endpoint();
  endpoint.rollbackOn(endpoint.metricServerErrors('primary').createAlarm(stack, 'Alarm', ONE_MINUTE));
  expect(permissions(Template.fromStack(stack))).toEqual(
    [...TELEMETRY, ...PULL, ...READ, expect.stringMatching(/^cloudwatch:DescribeAlarms on <Alarm\w+\.Arn>$/)].sort(),
  );
});

const ONE_MINUTE = { threshold: 0.01, evaluationPeriods: 1 };
