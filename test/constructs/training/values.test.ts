import { aws_ecr_assets as assets, Duration, Size, Token } from 'aws-cdk-lib';
import { join } from 'node:path';
import {
  Checkpoints,
  DataChannel,
  type S3ChannelOptions,
  SpotPolicy,
  TrainingEngine,
  TrainingImage,
} from '../../../constructs/training';
import { testStack } from '../../helpers';
import { Surroundings } from './surroundings';

const here = new Surroundings(testStack(), 'Here');
const token = Token.asNumber({ Ref: 'Number' });
const text = Token.asString({ Ref: 'Text' });
const PLAN = 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/spring';

describe('Checkpoints.inBucket', () => {
  it.each([
    ['the shortest prefix', { prefix: 'a' }],
    ['the longest prefix', { prefix: 'a'.repeat(400) }],
    ['folders, and every character', { prefix: "a_b/!.*'()=-/c" }],
    ['a token', { prefix: text }],
    ['the shortest times', { interval: Duration.minutes(1), writeTime: Duration.seconds(1) }],
    ['the longest times', { interval: Duration.days(1), writeTime: Duration.minutes(2) }],
  ])('takes %s', (_, options) => {
    expect(() => Checkpoints.inBucket(here.bucket, options)).not.toThrow();
  });

  const PREFIXES =
    "allowed are up to 400 letters, digits and !_.*'()=-, in parts joined by single slashes, none of them . or ..";
  it.each([
    ...['', '/a', 'a/', 'a//b', 'a b', 'ä', 'a'.repeat(401)].map((prefix): [string, object, string] => [
      `prefix is "${prefix.slice(0, 10)}"`,
      { prefix },
      `prefix is "${prefix}", ${PREFIXES}`,
    ]),
    ['interval is short', { interval: Duration.seconds(59) }, 'interval is 59 s, allowed are 60 to 86400, whole'],
    ['interval is long', { interval: Duration.hours(25) }, 'interval is 90000 s, allowed are 60 to 86400, whole'],
    ['writeTime is nothing', { writeTime: Duration.seconds(0) }, 'writeTime is 0 s, allowed are 1 to 120, whole'],
    [
      'writeTime is longer than a stop takes',
      { writeTime: Duration.seconds(121) },
      'writeTime is 121 s, allowed are 1 to 120, whole',
    ],
    [
      'writeTime is a fraction',
      { writeTime: Duration.millis(1500) },
      'writeTime is 1.5 s, allowed are 1 to 120, whole',
    ],
    [
      'interval is a token',
      { interval: Duration.seconds(token) },
      'interval is a token, allowed is a literal: decisions are made with it',
    ],
    [
      'writeTime is a token',
      { writeTime: Duration.seconds(token) },
      'writeTime is a token, allowed is a literal: decisions are made with it',
    ],
  ])('fails when %s', (_, options, message) => {
    expect(() => Checkpoints.inBucket(here.bucket, options)).toThrow(new Error(`Checkpoints.inBucket: ${message}`));
  });
});

describe.each([
  ['SpotPolicy.untilDeadline', 'deadline', (deadline: Duration) => SpotPolicy.untilDeadline({ deadline })],
  ['SpotPolicy.spotOnly', 'maxWait', (maxWait: Duration) => SpotPolicy.spotOnly(maxWait)],
])('%s', (factory, field, policy) => {
  it.each([60, 28 * 86_400])('takes %d s', (seconds) => {
    expect(policy(Duration.seconds(seconds)).usesSpot).toBe(true);
  });

  it.each([
    [Duration.seconds(59), '59 s'],
    [Duration.millis(60_500), '60.5 s'],
    [Duration.seconds(28 * 86_400 + 1), '2419201 s'],
  ])('fails when it is %s', (given, shown) => {
    expect(() => policy(given)).toThrow(
      new Error(
        `${factory}: ${field} is ${shown}, allowed are 60 s to 2419200 s, whole: SageMaker keeps a job for 28 days`,
      ),
    );
  });

  it('fails when it is a token', () => {
    expect(() => policy(Duration.seconds(token))).toThrow(
      new Error(`${factory}: ${field} is a token, allowed is a literal: what can be met is checked at synth`),
    );
  });
});

it('SpotPolicy.onDemandOnly uses no Spot', () => {
  expect(SpotPolicy.onDemandOnly().usesSpot).toBe(false);
});

describe('TrainingEngine.sageMaker', () => {
  it.each([
    ['the smallest', { volumeSize: Size.gibibytes(1), retryAttempts: 0, keepAlive: Duration.seconds(1) }],
    ['the largest', { volumeSize: Size.tebibytes(16), retryAttempts: 30, keepAlive: Duration.hours(6) }],
    [
      'tokens',
      {
        volumeSize: Size.gibibytes(token),
        retryAttempts: token,
        keepAlive: Duration.seconds(token),
        trainingPlanArn: text,
      },
    ],
    ['a plan', { trainingPlanArn: PLAN }],
    ['a plan of China', { trainingPlanArn: PLAN.replace('aws', 'aws-cn') }],
  ])('takes %s', (_, options) => {
    expect(() => TrainingEngine.sageMaker(options)).not.toThrow();
  });

  it.each([
    ['volumeSize is nothing', { volumeSize: Size.gibibytes(0) }, 'volumeSize is 0 GiB, allowed are 1 to 16384, whole'],
    [
      'volumeSize is a fraction',
      { volumeSize: Size.mebibytes(1536) },
      'volumeSize is 1.5 GiB, allowed are 1 to 16384, whole',
    ],
    [
      'volumeSize is too large',
      { volumeSize: Size.gibibytes(16_385) },
      'volumeSize is 16385 GiB, allowed are 1 to 16384, whole',
    ],
    ['retryAttempts is below 0', { retryAttempts: -1 }, 'retryAttempts is -1, allowed are 0 to 30, whole'],
    ['retryAttempts is too large', { retryAttempts: 31 }, 'retryAttempts is 31, allowed are 0 to 30, whole'],
    ['retryAttempts is a fraction', { retryAttempts: 0.5 }, 'retryAttempts is 0.5, allowed are 0 to 30, whole'],
    ['keepAlive is nothing', { keepAlive: Duration.seconds(0) }, 'keepAlive is 0 s, allowed are 1 to 21600, whole'],
    ['keepAlive is long', { keepAlive: Duration.hours(7) }, 'keepAlive is 25200 s, allowed are 1 to 21600, whole'],
    ...['', 'spring', PLAN.replace('training-plan', 'training-job'), PLAN.replace('1111', ''), `${PLAN}/x`].map(
      (trainingPlanArn): [string, object, string] => [
        `trainingPlanArn is "${trainingPlanArn}"`,
        { trainingPlanArn },
        `trainingPlanArn is "${trainingPlanArn}", allowed is arn:<partition>:sagemaker:<region>:<account>:training-plan/<name>`,
      ],
    ),
  ])('fails when %s', (_, options, message) => {
    expect(() => TrainingEngine.sageMaker(options)).toThrow(new Error(`TrainingEngine.sageMaker: ${message}`));
  });
});

describe.each([
  [
    'fastFile',
    'FastFile',
    (name: string, options?: S3ChannelOptions) => DataChannel.fastFile(name, here.bucket, options),
  ],
  ['file', 'File', (name: string, options?: S3ChannelOptions) => DataChannel.file(name, here.bucket, options)],
])('DataChannel.%s', (factory, inputMode, channel) => {
  it(`is of mode ${inputMode}`, () => {
    expect(channel('train')).toMatchObject({ name: 'train', inputMode, bucket: here.bucket });
  });

  it.each(['a', 'A.b-c_0', 'a'.repeat(64)])('takes the name %s', (name) => {
    expect(() => channel(name)).not.toThrow();
  });

  it.each(['', 'a b', 'a/b', 'a'.repeat(65), 'a\n'])('fails when its name is "%s"', (name) => {
    expect(() => channel(name)).toThrow(
      new Error(`DataChannel.${factory}: name is "${name}", allowed are 1 to 64 letters, digits and . - _`),
    );
  });

  it.each(['a', 'a/', 'a/b', text])('takes the prefix %s', (prefix) => {
    expect(() => channel('train', { prefix })).not.toThrow();
  });

  it.each(['', '/', '/a', 'a//b'])('fails when its prefix is "%s"', (prefix) => {
    expect(() => channel('train', { prefix })).toThrow(
      new Error(
        `DataChannel.${factory}: prefix is "${prefix}", allowed are keys without a slash at the start and without doubled ones`,
      ),
    );
  });
});

describe('DataChannel.lustre', () => {
  const subnet = here.subnet('subnet-of-lustre');
  const channel = (name: string, directoryPath: string) =>
    DataChannel.lustre(name, here.lustre, { directoryPath, subnet });

  it.each(['/fsx', '/fsx/a/b-c.d', text])('takes the path %s', (path) => {
    expect(channel('data', path)).toMatchObject({ inputMode: 'File', bucket: undefined });
  });

  it.each(['', 'fsx', '/', '/fsx/', '/fsx//a', '/fsx/a b'])('fails when its path is "%s"', (path) => {
    expect(() => channel('data', path)).toThrow(
      new Error(
        `DataChannel.lustre: directoryPath is "${path}", allowed is /<mount name>, and folders below it: SageMaker mounts nothing else`,
      ),
    );
  });

  it('fails when its name is none', () => {
    expect(() => channel('a b', '/fsx')).toThrow(
      new Error('DataChannel.lustre: name is "a b", allowed are 1 to 64 letters, digits and . - _'),
    );
  });
});

describe('TrainingImage', () => {
  const REPOSITORY = '111122223333.dkr.ecr.eu-west-1.<AWS::URLSuffix>/trainer';
  const digest = `sha256:${'0'.repeat(64)}`;

  it.each([
    ['a tag', '1.0', `${REPOSITORY}:1.0`],
    ['a digest', digest, `${REPOSITORY}@${digest}`],
  ])('is one of a repository, by %s', (_, given, uri) => {
    const image = TrainingImage.fromEcrRepository(here.repository, given);
    expect(image.repository).toBe(here.repository);
    expect(image.uri.replace(/\$\{Token\[AWS.URLSuffix[^\]]*\]\}/, '<AWS::URLSuffix>')).toBe(uri);
  });

  it('is one that is built', () => {
    const asset = new assets.DockerImageAsset(testStack(), 'Trainer', {
      directory: join(__dirname, '../../../images/scorer'),
      platform: assets.Platform.LINUX_AMD64,
    });
    expect(TrainingImage.fromAsset(asset)).toMatchObject({ uri: asset.imageUri, repository: asset.repository });
  });

  it('fails when a tag is one that moves', () => {
    expect(() => TrainingImage.fromEcrRepository(here.repository, 'latest')).toThrow(
      new Error(
        'TrainingImage.fromEcrRepository: tagOrDigest is "latest", allowed is a tag that is never moved, or a digest: what "latest" means changes without a deployment, and cannot be rolled back',
      ),
    );
  });
});
