import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { context } from '../../../cdk.json';
import { ModelData, type ModelDataProps } from '../../../constructs/data';
import { findings, policyTable, testStack, theOne } from '../../helpers';

const CONFIRMED = { ...context, 'cdk-slipway:allowDataDeletion': true };

const build = (props: ModelDataProps = {}, appContext?: Record<string, unknown>) => {
  const stack = testStack({ context: appContext });
  new ModelData(stack, 'Data', props);
  return stack;
};
const synth = (...args: Parameters<typeof build>) => Template.fromStack(build(...args));

/** The buckets by the ids of their constructs. */
const buckets = (template: Template) =>
  Object.fromEntries(
    Object.entries(template.findResources('AWS::S3::Bucket')).map(([id, resource]) => [
      id.replace(/^Data(.*)[0-9A-F]{8}$/, '$1'),
      { id, ...(resource as { Properties: Record<string, unknown> }) },
    ]),
  );
const days = (template: Template, bucket: string) =>
  (buckets(template)[bucket]?.Properties['LifecycleConfiguration'] as { Rules: unknown[] }).Rules;

const TIDY = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' };

describe('ModelData', () => {
  it('defines a key and four buckets', () => {
    const template = synth();
    template.resourceCountIs('AWS::KMS::Key', 1);
    expect(Object.keys(buckets(template)).sort()).toEqual(['AccessLogs', 'Artifacts', 'Captured', 'Training']);
  });

  it.each(['AccessLogs', 'Artifacts', 'Captured', 'Training'])(
    'closes %s to the public, versions it and keeps it',
    (name) => {
      expect(buckets(synth())[name]).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
          VersioningConfiguration: { Status: 'Enabled' },
        },
      });
    },
  );

  it.each(['AccessLogs', 'Artifacts', 'Captured', 'Training'])('refuses requests to %s without TLS 1.2', (name) => {
    const template = synth();
    const bucket = buckets(template)[name]?.id ?? '';
    const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'))
      .map(({ Properties }) => Properties as { Bucket: { Ref: string }; PolicyDocument: unknown })
      .filter(({ Bucket }) => Bucket.Ref === bucket);
    const denied = ['', '/*'].flatMap((objects) => [
      `DENIED: s3:* on <${bucket}.Arn>${objects} by * if aws:SecureTransport Bool false`,
      `DENIED: s3:* on <${bucket}.Arn>${objects} by * if s3:TlsVersion NumericLessThan 1.2`,
    ]);
    expect(policyTable(policies[0]?.PolicyDocument)).toEqual(expect.arrayContaining(denied));
  });

  it.each(['Artifacts', 'Captured', 'Training'])('encrypts %s with its key, and logs access to it', (name) => {
    const template = synth();
    expect(buckets(template)[name]?.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': [theOne(template, 'AWS::KMS::Key').id, 'Arn'] },
            },
          },
        ],
      },
      LoggingConfiguration: {
        DestinationBucketName: { Ref: buckets(template)['AccessLogs']?.id },
        LogFilePrefix: name.toLowerCase(),
      },
    });
  });

  it("encrypts access logs with S3's own key, and keeps them one year", () => {
    expect(buckets(synth())['AccessLogs']?.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    expect(days(synth(), 'AccessLogs')).toEqual([
      { ...TIDY, ExpirationInDays: 365, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
  });

  it('rotates its key every year, and keeps it', () => {
    const key = theOne(synth(), 'AWS::KMS::Key');
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(key['Properties']).toMatchObject({ EnableKeyRotation: true });
  });

  it('never expires a current archive', () => {
    expect(days(synth(), 'Artifacts')).toEqual([{ ...TIDY, NoncurrentVersionExpiration: { NoncurrentDays: 90 } }]);
  });

  it('by default expires captured traffic after 90 days', () => {
    expect(days(synth(), 'Captured')).toEqual([
      { ...TIDY, ExpirationInDays: 90, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
  });
});

describe('ModelData, by property', () => {
  it('checkpointRetention: expires checkpoints alone, after 30 days by default', () => {
    const rules = (retention: number) => [
      { ...TIDY, NoncurrentVersionExpiration: { NoncurrentDays: 90 } },
      {
        ...TIDY,
        Prefix: 'checkpoints/',
        ExpirationInDays: retention,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
    ];
    expect(days(synth(), 'Training')).toEqual(rules(30));
    expect(days(synth({ checkpointRetention: Duration.days(7) }), 'Training')).toEqual(rules(7));
  });

  it('captureRetention: changes captured traffic alone', () => {
    const template = synth({ captureRetention: Duration.days(30) });
    expect(days(template, 'Captured')).toEqual([
      { ...TIDY, ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
    expect(days(template, 'Artifacts')).toEqual(days(synth(), 'Artifacts'));
  });

  it('noncurrentVersionRetention: changes archives alone', () => {
    const template = synth({ noncurrentVersionRetention: Duration.days(7) });
    expect(days(template, 'Captured')).toEqual(days(synth(), 'Captured'));
    expect(days(template, 'Artifacts')).toEqual([{ ...TIDY, NoncurrentVersionExpiration: { NoncurrentDays: 7 } }]);
  });

  it('captureRetention: may be unresolved', () => {
    expect(() => build({ captureRetention: Duration.days(Token.asNumber({ Ref: 'Days' })) })).not.toThrow();
  });

  it.each([RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])(
    'removalPolicy: %s takes one key',
    (given) => {
      expect(() => build({ removalPolicy: given })).not.toThrow();
    },
  );

  it('removalPolicy: with both keys, lets key and buckets go', () => {
    const template = synth({ removalPolicy: RemovalPolicy.DESTROY }, CONFIRMED);
    for (const type of ['AWS::KMS::Key', 'AWS::S3::Bucket'])
      template.allResources(type, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  it('removalPolicy: with both keys, empties buckets first, since CloudFormation deletes none that holds objects', () => {
    const template = synth({ removalPolicy: RemovalPolicy.DESTROY }, CONFIRMED);
    const emptied = Object.values(template.findResources('Custom::S3AutoDeleteObjects')).map(
      ({ Properties }) => (Properties as { BucketName: { Ref: string } }).BucketName.Ref,
    );
    expect(emptied.sort()).toEqual(Object.keys(template.findResources('AWS::S3::Bucket')).sort());
    synth().resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  it('removalPolicy: the context flag alone changes nothing', () => {
    expect(synth({}, CONFIRMED).toJSON()).toEqual(synth().toJSON());
  });
});

describe('ModelData fails when', () => {
  it.each<[string, ModelDataProps, string]>([
    [
      'removalPolicy is DESTROY without the context flag',
      { removalPolicy: RemovalPolicy.DESTROY },
      'removalPolicy is DESTROY, but context cdk-slipway:allowDataDeletion is not true: deleting data takes both keys. ' +
        'Set the context flag as well, or keep RETAIN',
    ],
    [
      'captureRetention is less than a day',
      { captureRetention: Duration.days(0) },
      'captureRetention is 0 days, allowed are whole days from 1 up: S3 expires objects once a day',
    ],
    [
      'captureRetention is one and a half days',
      { captureRetention: Duration.hours(36) },
      'captureRetention is 1.5 days, allowed are whole days from 1 up: S3 expires objects once a day',
    ],
    [
      'noncurrentVersionRetention is less than a day',
      { noncurrentVersionRetention: Duration.hours(12) },
      'noncurrentVersionRetention is 0.5 days, allowed are whole days from 1 up: S3 expires objects once a day',
    ],
  ])('%s', (_, props, message) => {
    expect(() => build(props)).toThrow(new Error(`Test/Data: ${message}`));
  });
});

describe('ModelData, among others', () => {
  it.each<[string, ModelDataProps, Record<string, unknown>]>([
    ['by default', {}, context],
    ['when it may be deleted', { removalPolicy: RemovalPolicy.DESTROY }, CONFIRMED],
    ['in an app without feature flags', {}, {}],
  ])('has no unacknowledged finding, %s', (_, props, appContext) => {
    expect(findings(build(props, appContext))).toEqual({ unacknowledged: [], unused: [] });
  });

  it('has access logs delivered by a bucket policy, in an app without feature flags as well', () => {
    const template = synth({}, {});
    const delivered = Object.values(template.findResources('AWS::S3::BucketPolicy')).flatMap(({ Properties }) =>
      policyTable((Properties as { PolicyDocument: unknown }).PolicyDocument).filter((line) =>
        line.includes('logging.s3.amazonaws.com'),
      ),
    );
    expect(delivered.map((line) => line.replace(/^.*AccessLogs[0-9A-F]+\.Arn>(\S*) .*$/, '$1')).sort()).toEqual([
      '/artifacts*',
      '/captured*',
      '/training*',
    ]);
    template.allResourcesProperties('AWS::S3::Bucket', { AccessControl: Match.absent() });
  });

  it('does not collide with another in one stack', () => {
    const stack = build();
    new ModelData(stack, 'Other');
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 8);
  });

  it('names nothing', () => {
    synth().allResourcesProperties('AWS::S3::Bucket', { BucketName: Match.absent() });
  });

  it('gives the same template twice', () => {
    expect(synth().toJSON()).toEqual(synth().toJSON());
  });
});
