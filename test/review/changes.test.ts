import type { App } from 'aws-cdk-lib';
import {
  aws_dynamodb as dynamodb,
  aws_s3 as s3,
  aws_sns as sns,
  aws_sqs as sqs,
  CfnOutput,
  CfnResource,
  Fn,
  NestedStack,
  Stack,
  Stage,
  Tags,
} from 'aws-cdk-lib';
import { assemblyOf, compared, reviewed } from './assemblies';
import type { Comparison } from '../../review/comparison';

const topic = (stack: Stack, props: sns.TopicProps = {}) => new sns.Topic(stack, 'Topic', props);

/** A line for each change: kind, name, and why. */
const lines = ({ changes }: Comparison) =>
  changes.map(({ one, environments }) =>
    [`${one.kind} ${one.name}`, ...one.because, `in ${environments.join(', ')}`].join(' | '),
  );
const numbers = ({ counts }: Comparison) =>
  Object.fromEntries([...counts].map(([name, kinds]) => [name, Object.fromEntries(kinds)]));

describe('what a change does to resources', () => {
  it('is nothing when nothing differs', async () => {
    const comparison = await compared(topic, topic);
    expect({ ...comparison, counts: numbers(comparison) }).toEqual({
      risks: [],
      broadened: [],
      newAcknowledgements: [],
      alarms: [],
      remarks: [],
      changes: [],
      counts: {},
    });
  });

  it('says what is added, changed and destroyed', async () => {
    const before = (stack: Stack) => {
      topic(stack, { displayName: 'old' });
      new sns.Topic(stack, 'Gone');
    };
    const after = (stack: Stack) => {
      topic(stack, { displayName: 'new' });
      new sns.Topic(stack, 'Come');
    };
    const comparison = await compared(before, after);
    expect(lines(comparison)).toEqual([
      'destroyed Shop/Gone | in Shop',
      'added Shop/Come | in Shop',
      'changed Shop/Topic | DisplayName: old -> new | in Shop',
    ]);
    expect(numbers(comparison)).toEqual({ Shop: { added: 1, changed: 1, destroyed: 1 } });
  });

  it('says what is replaced, and what is replaced because of it', async () => {
    const table = (partitionKey: string) => (stack: Stack) => {
      const found = new sns.Topic(stack, 'Topic', { topicName: partitionKey });
      new sns.CfnSubscription(stack, 'Subscription', { topicArn: found.topicArn, protocol: 'sms' });
    };
    expect(lines(await compared(table('one'), table('two')))).toEqual([
      'replaced Shop/Topic | TopicName: one -> two | in Shop',
      'replaced Shop/Subscription | TopicArn: ${Shop/Topic} -> ${Shop/Topic (replaced)} | in Shop',
    ]);
  });

  it('lists leaves of what is nested, and what came to and went from lists', async () => {
    const at =
      (days: number, ...methods: s3.HttpMethods[]) =>
      (stack: Stack) =>
        new s3.Bucket(stack, 'Bucket', {
          cors: [{ allowedMethods: methods, allowedOrigins: ['*'] }],
          lifecycleRules: [
            { id: 'tidy', noncurrentVersionTransitions: [], abortIncompleteMultipartUploadAfter: undefined },
          ],
          objectLockEnabled: false,
          intelligentTieringConfigurations: [{ name: `after-${days}` }],
        });
    expect(
      lines(
        await compared(at(1, s3.HttpMethods.GET, s3.HttpMethods.PUT), at(2, s3.HttpMethods.POST, s3.HttpMethods.GET)),
      ),
    ).toEqual([
      'changed Shop/Bucket | CorsConfiguration.CorsRules.0.AllowedMethods: - PUT, + POST | ' +
        'IntelligentTieringConfigurations.0.Id: after-1 -> after-2 | in Shop',
    ]);
  });

  it('shows of long values where they begin to differ', async () => {
    const rule = (end: string) => (stack: Stack) => topic(stack, { displayName: `${'the same '.repeat(10)}${end}` });
    expect(lines(await compared(rule('old'), rule('new')))).toEqual([
      'changed Shop/Topic | DisplayName: ... same the same the same old -> ... same the same the same new | in Shop',
    ]);
  });

  it('says nothing of metadata and order alone', async () => {
    const queue =
      (note: string, ...ids: string[]) =>
      (stack: Stack) => {
        const resource = new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue' });
        resource.addMetadata('note', note);
        for (const id of ['One', 'Two']) new CfnResource(stack, id, { type: 'AWS::SNS::Topic' });
        for (const id of ids) resource.addResourceDependency(stack.node.findChild(id) as CfnResource);
      };
    expect(lines(await compared(queue('a', 'One'), queue('b', 'One', 'Two')))).toEqual([]);
  });

  it('names what values refer to, in the stack and across stacks', async () => {
    const app = (attribute: string) =>
      assemblyOf((scope) => {
        const stage = new Stage(scope, 'prod', { env: { account: '111122223333', region: 'eu-west-1' } });
        const data = new Stack(stage, 'data');
        const queue = new sqs.Queue(data, 'Queue');
        new CfnOutput(data, 'Export', { value: queue.queueArn, exportName: 'the-queue' });
        new CfnResource(new Stack(stage, 'app'), 'Parameter', {
          type: 'AWS::SSM::Parameter',
          properties: { Type: 'String', Value: attribute === '' ? 'none' : Fn.importValue('the-queue') },
        });
      });
    const { comparison } = await reviewed(app(''), app('the-queue'));
    expect(lines(comparison)).toEqual(['changed app/Parameter | Value: none -> ${data/Queue.Arn} | in prod']);
  });

  it('looks into nested stacks, and takes their template’s address for no change', async () => {
    const nested = (displayName: string, extra: boolean) => (stack: Stack) => {
      new sns.Topic(new NestedStack(stack, 'Inner'), 'Topic', { displayName });
      if (extra) new dynamodb.Table(new NestedStack(stack, 'Second'), 'Table', { partitionKey: KEY });
    };
    expect(lines(await compared(nested('old', false), nested('new', false)))).toEqual([
      'changed Shop/Inner/Topic | DisplayName: old -> new | in Shop',
    ]);
    const gone = await compared(nested('old', true), nested('old', false));
    expect(lines(gone)).toEqual(['destroyed Shop/Second | in Shop', 'let go Shop/Second/Table | in Shop']);
    expect(gone.risks.map(({ one }) => one.name)).toEqual(['Shop/Second/Table']);
  });

  it('tells what is the same in several environments once, and what differs with its environment', async () => {
    const app = (tag: string, ...names: string[]) =>
      assemblyOf((scope) => {
        for (const name of names) {
          const stage = new Stage(scope, name);
          const found = new sns.Topic(new Stack(stage, 'news'), 'Topic', { displayName: `${name} ${tag}` });
          Tags.of(found).add('tag', tag);
        }
      });
    const { comparison } = await reviewed(app('old', 'dev', 'prod'), app('new', 'dev', 'prod'));
    expect(comparison.changes).toHaveLength(1);
    expect(comparison.changes[0]?.environments).toEqual(['dev', 'prod']);
    expect(comparison.changes[0]?.all.map(({ because }) => because)).toEqual([
      ['DisplayName: dev old -> dev new', 'Tags.0.Value: old -> new'],
      ['DisplayName: prod old -> prod new', 'Tags.0.Value: old -> new'],
    ]);
  });
});

describe('what a change does to stacks', () => {
  const remarks = ({ remarks: found }: Comparison) => found.map(({ one }) => `${one.stack}: ${one.says}`);
  const stacks = (...ids: string[]) =>
    assemblyOf((app) => {
      for (const id of ids) new dynamodb.Table(new Stack(app, id), 'Table', { partitionKey: KEY });
    });

  it('says which are new and which are gone, and counts their resources apart', async () => {
    const { comparison } = await reviewed(stacks('Old', 'Kept'), stacks('New', 'Kept'));
    expect(remarks(comparison)).toEqual([
      'New: new, with 1 resources',
      'Old: no longer in the app: cdk deploy leaves it and its 1 resources as they are',
    ]);
    expect(lines(comparison)).toEqual([]);
    expect(numbers(comparison)).toEqual({ app: { added: 1 } });
  });

  it('takes a stack that gets an account for the same, and one in another region for another', async () => {
    const at = (account?: string, region?: string) =>
      assemblyOf((app: App) => topic(new Stack(app, 'Shop', { env: { account, region } })));
    expect(remarks((await reviewed(at(), at('111122223333', 'eu-west-1'))).comparison)).toEqual([]);
    expect(
      remarks((await reviewed(at('111122223333', 'us-east-1'), at('111122223333', 'eu-west-1'))).comparison),
    ).toEqual(['Shop: new, with 1 resources', expect.stringMatching(/^Shop: no longer in the app/)]);
  });

  it('says which outputs change', async () => {
    const output = (value: string) => (stack: Stack) => new CfnOutput(topic(stack), 'Address', { value });
    expect(remarks(await compared(output('old'), output('new')))).toEqual([
      expect.stringMatching(/^Shop: outputs change: TopicAddress/),
    ]);
  });
});

const KEY = { name: 'id', type: dynamodb.AttributeType.STRING };
