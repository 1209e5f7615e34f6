import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aws_kms as kms, aws_s3 as s3, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ModelArchive } from '../../../constructs/data';
import { findings, permissions, testStack, theOne } from '../../helpers';

const folder = mkdtempSync(join(tmpdir(), 'slipway-archives-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const path = file('model.tar.gz', 'first');
const SHA256 = createHash('sha256').update('first').digest('hex');

const bucketOf = (stack: Stack, id = 'Bucket') =>
  s3.Bucket.fromBucketAttributes(stack, id, {
    bucketName: 'artifacts',
    encryptionKey: kms.Key.fromKeyArn(stack, `${id}Key`, 'arn:aws:kms:eu-west-1:111122223333:key/artifacts'),
  });
const build = (given = path) => {
  const stack = testStack();
  const archive = new ModelArchive(stack, 'Archive', { path: given, bucket: bucketOf(stack) });
  return { stack, archive };
};
const synth = (given?: string) => Template.fromStack(build(given).stack);

/** The call that copies: AwsCustomResource keeps it as JSON with tokens in it. */
const call = (template: Template, event: string) => {
  const properties = theOne(template, 'Custom::SlipwayModelArchive')['Properties'] as Record<string, unknown>;
  const value = properties[event];
  if (value === undefined) return undefined;
  const parts = typeof value === 'string' ? [value] : (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : '?')).join('')) as Record<string, unknown>;
};

describe('ModelArchive', () => {
  it('stands in the bucket under the name of its content', () => {
    const { archive } = build();
    expect(archive.sha256).toBe(SHA256);
    expect(archive.objectKey).toBe(`${SHA256}/model.tar.gz`);
    expect(archive.bucket.bucketName).toBe('artifacts');
  });

  it('is read whole, in pieces', () => {
    const large = randomBytes(2.5 * 1024 * 1024);
    expect(build(file('large.tar.gz', large)).archive.sha256).toBe(createHash('sha256').update(large).digest('hex'));
  });

  it.each(['Create', 'Update'])('is copied on %s, with a checksum and no tags of the asset', (event) => {
    expect(call(synth(), event)).toEqual({
      service: 'S3',
      action: 'copyObject',
      parameters: {
        Bucket: 'artifacts',
        Key: `${SHA256}/model.tar.gz`,
        CopySource: expect.stringMatching(/^cdk-hnb659fds-assets-111122223333-eu-west-1\/[0-9a-f]{64}\.gz$/) as unknown,
        ChecksumAlgorithm: 'SHA256',
        TaggingDirective: 'REPLACE',
      },
      physicalResourceId: { id: `${SHA256}/model.tar.gz` },
      outputPaths: ['CopyObjectResult.ETag'],
    });
  });

  it('is never deleted, neither when it changes nor with the stack', () => {
    expect(call(synth(), 'Delete')).toBeUndefined();
    expect(permissions(synth()).filter((line) => line.startsWith('s3:Delete'))).toEqual([]);
  });

  it('changes its key with its content, so that the one before stays', () => {
    const [before, after] = [build().archive, build(file('other.tar.gz', 'second')).archive];
    expect(after.objectKey).not.toBe(before.objectKey);
    expect(call(synth(join(folder, 'other.tar.gz')), 'Update')).toMatchObject({
      physicalResourceId: { id: after.objectKey },
    });
  });

  it('lets the function read the one asset and write the one archive', () => {
    const asset = expect.stringMatching(
      /^s3:GetObject on arn:aws:s3:::cdk-hnb659fds-assets-111122223333-eu-west-1\/[0-9a-f]{64}\.gz$/,
    ) as unknown;
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/artifacts';
    const throughS3 = 'if kms:ViaService StringEquals s3.eu-west-1.<AWS::URLSuffix>';
    expect(permissions(synth())).toEqual([
      `kms:Decrypt on ${key} ${throughS3}`,
      `kms:GenerateDataKey on ${key} ${throughS3}`,
      asset,
      `s3:PutObject on arn:aws:s3:::artifacts/${SHA256}/model.tar.gz`,
    ]);
  });

  it('needs no key where the bucket has none', () => {
    const stack = testStack();
    new ModelArchive(stack, 'Archive', { path, bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'artifacts') });
    expect(permissions(Template.fromStack(stack)).filter((line) => line.startsWith('kms:'))).toEqual([]);
  });

  it("keeps the function's log one month", () => {
    const template = synth();
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 30 },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: theOne(template, 'AWS::Logs::LogGroup').id } },
    });
  });

  it('brings no SDK from the registry at deployment', () => {
    synth().hasResourceProperties('Custom::SlipwayModelArchive', { InstallLatestAwsSdk: false });
  });
});

it('ModelArchive.fromBucket is an archive that is there already', () => {
  const bucket = bucketOf(testStack());
  expect(ModelArchive.fromBucket(bucket, 'v1/model.tar.gz')).toEqual({ bucket, objectKey: 'v1/model.tar.gz' });
});

describe('ModelArchive fails when', () => {
  const largest = 5 * 1024 ** 3;
  const sized = (name: string, bytes: number) => {
    const given = file(name, '');
    truncateSync(given, bytes);
    return given;
  };
  it.each<[string, () => string, (given: string) => string]>([
    [
      'the file has another ending',
      () => file('model.zip', 'x'),
      (given) => `path is ${given}, allowed are files that end in .tar.gz`,
    ],
    [
      'there is no file',
      () => join(folder, 'nothing.tar.gz'),
      (given) => `path is ${given}, but there is no such file`,
    ],
    [
      'the file is larger than S3 copies',
      () => sized('huge.tar.gz', largest + 1),
      () =>
        `path is a file of ${largest + 1} bytes, allowed are ${largest}: S3 copies no larger object in one request. ` +
        'Upload it to the bucket yourself and use ModelArchive.fromBucket',
    ],
  ])('%s', (_, make, message) => {
    const given = make();
    expect(() => build(given)).toThrow(new Error(`Test/Archive: ${message(given)}`));
  });
});

describe('ModelArchive, among others', () => {
  it.each([
    ['with an account and a region', undefined],
    ['without', {}],
  ])('has no unacknowledged finding in a stack %s', (_, env) => {
    const stack = testStack({ env });
    new ModelArchive(stack, 'Archive', { path, bucket: bucketOf(stack) });
    expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('shares its function with another in one stack, and leaves no log group unused', () => {
    const { stack } = build();
    new ModelArchive(stack, 'Other', { path: file('other.tar.gz', 'second'), bucket: bucketOf(stack, 'Same') });
    const template = Template.fromStack(stack);
    template.resourceCountIs('Custom::SlipwayModelArchive', 2);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
  });

  it('gives the same template twice', () => {
    expect(synth().toJSON()).toEqual(synth().toJSON());
  });

  it('names nothing', () => {
    synth().hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: Match.absent() });
  });
});
