import {
  aws_dynamodb as dynamodb,
  aws_kms as kms,
  aws_rds as rds,
  aws_s3 as s3,
  aws_sns as sns,
  CfnDeletionPolicy,
  CfnResource,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { assemblyOf, compared, reviewed } from './assemblies';
import type { Comparison } from '../../review/comparison';
import { statefulTypes } from '../../review/stateful';

const bucket = (props: s3.BucketProps) => (stack: Stack) => new s3.Bucket(stack, 'Bucket', props);
const table =
  (name: string, props: Partial<dynamodb.TableProps> = {}) =>
  (stack: Stack) =>
    new dynamodb.Table(stack, 'Table', { partitionKey: { name, type: dynamodb.AttributeType.STRING }, ...props });
const nothing = () => undefined;

/** A line for each risk: what happens to which resource, why, and what becomes of the data. */
const lines = ({ risks }: Comparison) =>
  risks.map(({ one }) => [`${one.what} ${one.name}`, ...one.because, one.data].join(' | '));

describe('data at risk', () => {
  it('by a replacement: a new one is empty, the old one is kept or deleted by its policy', async () => {
    expect(lines(await compared(table('one'), table('two')))).toEqual([
      'replaced Shop/Table | KeySchema.0.AttributeName: one -> two | ' +
        'a new, empty one takes its place; the old one is kept outside of the stack, with what it holds (UpdateReplacePolicy Retain)',
    ]);
    const destroy = { removalPolicy: RemovalPolicy.DESTROY };
    expect(
      lines(await compared(bucket({ bucketName: 'one', ...destroy }), bucket({ bucketName: 'two', ...destroy }))),
    ).toEqual([
      'replaced Shop/Bucket | BucketName: one -> two | a new, empty one takes its place; ' +
        'the old one is deleted, unless it holds objects: then the deployment fails',
    ]);
  });

  it('by a replacement that turns its own protection off: the weaker policy counts', async () => {
    const [risk] = lines(await compared(table('one'), table('two', { removalPolicy: RemovalPolicy.DESTROY })));
    expect(risk).toContain('the old one is deleted with what it holds');
  });

  it('by a property that may replace', async () => {
    const cluster = (NumCacheNodes: number) => (stack: Stack) =>
      new CfnResource(stack, 'Cache', { type: 'AWS::ElastiCache::CacheCluster', properties: { NumCacheNodes } });
    expect(lines(await compared(cluster(1), cluster(2)))).toEqual([
      'may be replaced Shop/Cache | NumCacheNodes: 1 -> 2 | a new, empty one takes its place; the old one is deleted with what it holds',
    ]);
  });

  it('by leaving its stack', async () => {
    expect(lines(await compared(table('id'), nothing))).toEqual([
      'let go Shop/Table | kept outside of the stack, with what it holds (DeletionPolicy Retain)',
    ]);
    expect(lines(await compared(table('id', { removalPolicy: RemovalPolicy.DESTROY }), nothing))).toEqual([
      'destroyed Shop/Table | deleted with what it holds',
    ]);
  });

  it.each<[string, (stack: Stack) => unknown, string]>([
    [
      'a key',
      (stack) => new kms.Key(stack, 'It', { removalPolicy: RemovalPolicy.DESTROY }),
      'scheduled for deletion: after the waiting period nothing encrypted by it can be read',
    ],
    [
      'a repository of images',
      (stack) => new CfnResource(stack, 'It', { type: 'AWS::ECR::Repository' }),
      'deleted, unless it holds images and EmptyOnDelete is not set: then the deployment fails',
    ],
    [
      'a database cluster',
      (stack) => new CfnResource(stack, 'It', { type: 'AWS::RDS::DBCluster' }),
      'deleted after a snapshot (DeletionPolicy Snapshot)',
    ],
    [
      'a database instance',
      (stack) => new rds.CfnDBInstance(stack, 'It'),
      'deleted after a snapshot (DeletionPolicy Snapshot)',
    ],
    [
      'an instance of a cluster',
      (stack) => new rds.CfnDBInstance(stack, 'It', { dbClusterIdentifier: 'c' }),
      'deleted with what it holds',
    ],
    [
      'what is retained unless its creation fails',
      (stack) => {
        new sns.CfnTopic(stack, 'Other');
        new CfnResource(stack, 'It', { type: 'AWS::S3::Bucket' }).cfnOptions.deletionPolicy =
          CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
      },
      'kept outside of the stack, with what it holds (DeletionPolicy Retain)',
    ],
  ])('says what becomes of %s', async (_, before, fate) => {
    const { risks } = await compared(before, nothing);
    expect(risks.map(({ one }) => one.data)).toEqual([fate]);
  });

  it('by a policy that keeps less', async () => {
    expect(lines(await compared(table('id'), table('id', { removalPolicy: RemovalPolicy.DESTROY })))).toEqual([
      'protection weakened Shop/Table | DeletionPolicy: Retain -> Delete | UpdateReplacePolicy: Retain -> Delete | ' +
        'nothing happens to it now: the next removal or replacement deletes more',
    ]);
  });

  it('by a stack that may be deleted', async () => {
    const stack = (terminationProtection: boolean) =>
      assemblyOf((app) =>
        sns.Topic.fromTopicArn(new Stack(app, 'Shop', { terminationProtection }), 'T', 'arn:aws:sns:eu-west-1:1:t'),
      );
    expect(lines((await reviewed(stack(true), stack(false))).comparison)).toEqual([
      'protection weakened Shop | terminationProtection: true -> false | nothing happens to it now: the stack can be deleted',
    ]);
    expect(lines((await reviewed(stack(false), stack(true))).comparison)).toEqual([]);
  });

  it('by a stack that is no longer in the app', async () => {
    const one = assemblyOf((app) => table('id', { removalPolicy: RemovalPolicy.DESTROY })(new Stack(app, 'Old')));
    const other = assemblyOf((app) => new sns.Topic(new Stack(app, 'New'), 'Topic'));
    expect(lines((await reviewed(one, other)).comparison)).toEqual([
      'its stack is gone Old/Table | left as it is by cdk deploy; when somebody deletes the stack: deleted with what it holds',
    ]);
  });

  it('is not what holds none, comes, or gets a stronger policy', async () => {
    const topic = (topicName: string) => (stack: Stack) => new sns.Topic(stack, 'Topic', { topicName });
    expect(lines(await compared(topic('one'), topic('two')))).toEqual([]);
    expect(lines(await compared(nothing, table('id')))).toEqual([]);
    expect(lines(await compared(table('id', { removalPolicy: RemovalPolicy.DESTROY }), table('id')))).toEqual([]);
    expect(lines(await compared(bucket({ versioned: false }), bucket({ versioned: true })))).toEqual([]);
  });
});

it('every type that counts as stateful is one of AWS', () => {
  const known = new Set(
    [...loadAwsServiceSpecSync().all('resource')].map(({ cloudFormationType }) => cloudFormationType),
  );
  expect([...statefulTypes()].filter((type) => !known.has(type))).toEqual([]);
});
