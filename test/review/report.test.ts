import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import {
  aws_cloudwatch as cloudwatch,
  aws_dynamodb as dynamodb,
  aws_iam as iam,
  aws_sqs as sqs,
  Annotations,
  RemovalPolicy,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import pico from 'picocolors';
import { acknowledge } from '../../constructs/private/acknowledge';
import { markdown } from '../../review/markdown';
import { review } from '../../review/review';
import { terminal } from '../../review/terminal';
import { assemblyOf, reviewed, stackOf } from './assemblies';

/** A shop with two environments; its second version changes a bit of everything. */
const shop = (version: 1 | 2) => (app: App) => {
  for (const name of ['dev', 'prod']) {
    const stack = new Stack(new Stage(app, name), 'orders');
    const table = new dynamodb.Table(stack, 'Table', {
      partitionKey: { name: version === 1 ? 'id' : 'order', type: dynamodb.AttributeType.STRING },
      removalPolicy: name === 'dev' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    table.grant(role, 'dynamodb:GetItem', ...(version === 1 ? [] : ['dynamodb:DeleteTable']));
    const queue = new sqs.Queue(stack, 'Queue', { queueName: `${name}-orders` });
    queue.metricApproximateAgeOfOldestMessage().createAlarm(stack, 'Old', {
      threshold: name === 'prod' && version === 2 ? 600 : 60,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (version === 1) continue;
    acknowledge(queue, 'AwsSolutions-SQS3', 'Orders that fail are written to the table, with the reason.');
    Annotations.of(queue).addWarningV2('Shop:tls', 'Requests | without TLS <are> allowed');
  }
};

describe('the report', () => {
  it('of a change is what a reviewer reads in a minute', async () => {
    const report = markdown(await reviewed(assemblyOf(shop(1)), assemblyOf(shop(2))));
    expect(report).toBe(readFileSync(join(__dirname, 'report.md'), 'utf8'));
  });

  it('of no change says that there is nothing to decide', async () => {
    const topic = (stack: Stack) => new sqs.Queue(stack, 'Queue');
    const report = markdown({ ...(await reviewed(stackOf(topic), stackOf(topic))), validated: true });
    expect(report).toContain(
      '\n**Nothing to decide: nothing that holds data is at risk, nobody may do more, no finding is open.**\n\n' +
        '## Resources\n\nNone changes.\n\n## What there is\n',
    );
  });

  it('without a base is an inventory', async () => {
    const found = await review({ directory: assemblyOf(shop(1)), label: 'the shop' });
    expect(markdown(found)).toMatch(/^# Review of the shop\n\nNo base given: inventory only\.\n/);
    expect(terminal({ ...found, validated: true }, pico.createColors(false)).split('\n')).toEqual([
      'Review of the shop',
      'No base given: inventory only.',
      '',
      'No finding is open.',
      '',
      'What there is',
      '  dev: 1 stack, 5 resources, 1 alarm, 0 open findings, 0 acknowledgements',
      '    1 AWS::CloudWatch::Alarm, 1 AWS::DynamoDB::Table, 1 AWS::IAM::Policy, 1 AWS::IAM::Role, 1 other type',
      '  prod: 1 stack, 5 resources, 1 alarm, 0 open findings, 0 acknowledgements',
      '    1 AWS::CloudWatch::Alarm, 1 AWS::DynamoDB::Table, 1 AWS::IAM::Policy, 1 AWS::IAM::Role, 1 other type',
    ]);
  });

  it('folds away what is too long for a first look', async () => {
    const queues = (names: string) => (stack: Stack) => {
      for (let i = 1; i <= 12; i++) new sqs.Queue(stack, `Queue${i}`, { queueName: `${names}-${i}` });
    };
    const found = await reviewed(stackOf(queues('old')), stackOf(queues('new')));
    const [, open = '', folded = ''] = /at risk\n\n(.*?)\n\n<details>(.*?)<\/details>/s.exec(markdown(found)) ?? [];
    expect([open.match(/^\| `/gm)?.length, folded.match(/^\| `/gm)?.length]).toEqual([10, 2]);
    expect(terminal(found, pico.createColors(false))).toContain('\n  and 2 more\n');
  });
});

describe('in the terminal', () => {
  it('data at risk is red, and comes first', async () => {
    const found = await reviewed(assemblyOf(shop(1)), assemblyOf(shop(2)));
    const [, , first, second] = terminal(found, pico.createColors(true)).split('\n');
    expect(first).toBe('\u001b[31m\u001b[1mSTATEFUL RESOURCES AT RISK\u001b[22m\u001b[39m: 1');
    expect(second).toBe('  \u001b[31mreplaced: orders/Table AWS::DynamoDB::Table (all)\u001b[39m');
  });

  it('the short review is short', async () => {
    const found = await reviewed(assemblyOf(shop(1)), assemblyOf(shop(2)));
    expect(terminal(found, pico.createColors(false)).split('\n')).toEqual([
      'Review of the change, compared with the base',
      '',
      'STATEFUL RESOURCES AT RISK: 1',
      '  replaced: orders/Table AWS::DynamoDB::Table (all)',
      '    KeySchema.0.AttributeName: id -> order',
      '    dev: a new, empty one takes its place; the old one is deleted with what it holds',
      '    prod: a new, empty one takes its place; the old one is kept outside of the stack, with what it holds (UpdateReplacePolicy Retain)',
      '',
      'Permissions broadened: 1',
      '  ${orders/Role} may dynamodb:DeleteTable (all)',
      '    on ${orders/Table.Arn}',
      '',
      'New acknowledgements: 1',
      '  orders/Queue (all): Orders that fail are written to the table, with the reason.',
      '    AwsSolutions-SQS3',
      '',
      'Alarms that change: 1',
      '  changed: orders/Old (prod)',
      '    goes off: Maximum of AWS/SQS ApproximateAgeOfOldestMessage at or above 60 for 5 min -> Maximum of AWS/SQS ApproximateAgeOfOldestMessage at or above 600 for 5 min',
      '',
      'Resources that change',
      '  dev: 0 added, 1 changed, 1 replaced, 0 destroyed',
      '  prod: 0 added, 2 changed, 1 replaced, 0 destroyed',
      '',
      'Open findings: 1',
      '  Shop:tls (warning) at orders/Queue (all)',
      '    Requests | without TLS <are> allowed',
      '',
      'No validation report in the assembly: findings are unknown.',
      '',
      'What there is',
      '  dev: 1 stack, 5 resources, 1 alarm, 1 open finding, 1 acknowledgement',
      '  prod: 1 stack, 5 resources, 1 alarm, 1 open finding, 1 acknowledgement',
    ]);
  });
});
