import { aws_kms as kms } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { NotificationTopics, type NotificationTopicsProps } from '../../../constructs/data';
import { findings, policyTable, testStack, theOne } from '../../helpers';

const build = (props: Partial<NotificationTopicsProps> = {}) => {
  const stack = testStack();
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const topics = new NotificationTopics(stack, 'Topics', { encryptionKey: key, ...props });
  return { stack, key, topics };
};
const synth = (props?: Partial<NotificationTopicsProps>) => Template.fromStack(build(props).stack);

const ALARMS = 'cloudwatch.amazonaws.com';
const SAME_ACCOUNT = 'if aws:SourceAccount StringEquals 111122223333';

/** E-mail addresses by the topic they are subscribed to. */
const subscriptions = (props: Partial<NotificationTopicsProps>) =>
  Object.values(synth(props).findResources('AWS::SNS::Subscription')).map(({ Properties }) => {
    const { Protocol, Endpoint, TopicArn } = Properties as Record<string, string | { Ref: string }>;
    return [Protocol, Endpoint, (TopicArn as { Ref: string }).Ref.replace(/^Topics(.*)[0-9A-F]{8}$/, '$1')];
  });

describe('NotificationTopics', () => {
  it('defines a topic for each severity, encrypted with the key', () => {
    const { stack, key, topics } = build();
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SNS::Topic', 2);
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: stack.resolve(key.keyArn) as unknown });
    expect(topics.critical).not.toBe(topics.warning);
  });

  it('lets alarms of the same account publish, by TLS, and nobody else', () => {
    const template = synth();
    const tables = Object.values(template.findResources('AWS::SNS::TopicPolicy')).map(({ Properties }) => {
      const { PolicyDocument, Topics } = Properties as { PolicyDocument: unknown; Topics: { Ref: string }[] };
      return { topic: Topics[0]?.Ref ?? '', table: policyTable(PolicyDocument) };
    });
    expect(tables).toHaveLength(2);
    for (const { topic, table } of tables)
      expect(table).toEqual([
        `DENIED: sns:Publish on <${topic}> by * if aws:SecureTransport Bool false`,
        `sns:Publish on <${topic}> by ${ALARMS} ${SAME_ACCOUNT}`,
      ]);
  });

  it('lets alarms of the same account encrypt', () => {
    const { KeyPolicy } = theOne(synth(), 'AWS::KMS::Key')['Properties'] as { KeyPolicy: unknown };
    expect(policyTable(KeyPolicy)).toEqual([
      `kms:* on * by arn:aws:iam::111122223333:root`,
      `kms:Decrypt on * by ${ALARMS} ${SAME_ACCOUNT}`,
      `kms:GenerateDataKey* on * by ${ALARMS} ${SAME_ACCOUNT}`,
    ]);
  });

  it('by default tells nobody', () => {
    expect(subscriptions({})).toEqual([]);
  });

  it('criticalEmails: are told of critical alarms', () => {
    expect(subscriptions({ criticalEmails: ['a@example.com', 'b@example.com'] })).toEqual([
      ['email', 'a@example.com', 'Critical'],
      ['email', 'b@example.com', 'Critical'],
    ]);
  });

  it('warningEmails: are told of warnings', () => {
    expect(subscriptions({ warningEmails: ['a@example.com'] })).toEqual([['email', 'a@example.com', 'Warning']]);
  });

  it.each<[string, Partial<NotificationTopicsProps>, string]>([
    [
      'a critical address is none',
      { criticalEmails: ['a@example.com', 'oncall'] },
      'criticalEmails has "oncall", allowed are e-mail addresses',
    ],
    [
      'a warning address is none',
      { warningEmails: ['a b@example.com'] },
      'warningEmails has "a b@example.com", allowed are e-mail addresses',
    ],
  ])('fails when %s', (_, props, message) => {
    expect(() => build(props)).toThrow(new Error(`Test/Topics: ${message}`));
  });

  it('warns when the key is imported, since its policy cannot be changed', () => {
    const stack = testStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/given');
    new NotificationTopics(stack, 'Topics', { encryptionKey });
    Annotations.fromStack(stack).hasWarning('/Test/Topics', Match.stringLikeRegexp('or alarms are lost silently'));
    Annotations.fromStack(build().stack).hasNoWarning('*', Match.anyValue());
  });

  it('has no unacknowledged finding', () => {
    expect(findings(build({ criticalEmails: ['a@example.com'] }).stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('does not collide with another in one stack, with the same key', () => {
    const { stack, key } = build();
    new NotificationTopics(stack, 'Other', { encryptionKey: key });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SNS::Topic', 4);
    const { KeyPolicy } = theOne(template, 'AWS::KMS::Key')['Properties'] as { KeyPolicy: { Statement: unknown[] } };
    expect(KeyPolicy.Statement).toHaveLength(2);
  });

  it('gives the same template twice', () => {
    expect(synth().toJSON()).toEqual(synth().toJSON());
  });
});
