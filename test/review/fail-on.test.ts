import {
  aws_dynamodb as dynamodb,
  aws_iam as iam,
  aws_sns as sns,
  Annotations,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { acknowledge } from '../../constructs/private/acknowledge';
import { CONDITIONS, hit } from '../../review/fail-on';
import { assemblyOf, reviewed, stackOf } from './assemblies';

const table =
  (name: string, removalPolicy = RemovalPolicy.RETAIN) =>
  (stack: Stack) =>
    new dynamodb.Table(stack, 'Table', { partitionKey: { name, type: dynamodb.AttributeType.STRING }, removalPolicy });
const topic = (topicName: string) => (stack: Stack) => new sns.Topic(stack, 'Topic', { topicName });
const role = (action: string) => (stack: Stack) =>
  new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() }).addToPolicy(
    new iam.PolicyStatement({ actions: [action], resources: ['*'] }),
  );
const nothing = (stack: Stack) => new sns.Topic(stack, 'Kept');
const accepted = (stack: Stack) => {
  acknowledge(topic('a')(stack), 'AwsSolutions-SNS3', 'This topic carries nothing that anybody could want to read.');
};
const warned = (stack: Stack) => {
  Annotations.of(topic('a')(stack)).addWarningV2('Shop:old', 'Too old');
};

type Build = (stack: Stack) => unknown;

describe('--fail-on', () => {
  it.each<[string[], string, Build, Build]>([
    [['replace-stateful', 'replaced'], 'a table is replaced', table('a'), table('b')],
    [['replaced'], 'a topic is replaced', topic('a'), topic('b')],
    [['destroy-stateful', 'destroyed'], 'a table is let go', (s) => [nothing(s), table('a')(s)], nothing],
    [['destroyed'], 'a topic is destroyed', (s) => [nothing(s), topic('a')(s)], nothing],
    [['weaken-stateful'], 'a policy keeps less', table('a'), table('a', RemovalPolicy.DESTROY)],
    [['broadened'], 'a role may more', role('s3:Get'), role('s3:*')],
    [['acknowledged'], 'a finding is accepted', topic('a'), accepted],
    [['findings'], 'a finding is open', topic('a'), warned],
    [[], 'something comes', nothing, (s) => [nothing(s), table('a')(s)]],
  ])('holds for %j when %s', async (words, _, before, after) => {
    const found = await reviewed(stackOf(before), stackOf(after));
    expect(
      hit({ ...found, validated: true }, CONDITIONS)
        .map(({ word }) => word)
        .sort(),
    ).toEqual([...words].sort());
  });

  it('holds for destroy-stateful and destroyed when a stack is gone', async () => {
    const one = assemblyOf((app) => table('a')(new Stack(app, 'Old')));
    const other = assemblyOf((app) => topic('a')(new Stack(app, 'New')));
    const found = { ...(await reviewed(one, other)), validated: true };
    expect(hit(found, CONDITIONS).map(({ word }) => word)).toEqual(['destroy-stateful', 'destroyed']);
  });

  it('takes findings that are unknown for findings', async () => {
    const found = await reviewed(stackOf(nothing), stackOf(nothing));
    expect(hit(found, CONDITIONS).map(({ word }) => word)).toEqual(['findings']);
  });
});
