import { join } from 'node:path';
import {
  aws_lambda as lambda,
  aws_sns as sns,
  aws_stepfunctions as sfn,
  aws_stepfunctions_tasks as tasks,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MachineUnderTest } from '.';
import { testStack } from '../helpers';

const world = {
  initial: { topics: new Array<unknown>() },
  calls: {
    'sns:publish': {
      change: ({ topics }: { topics: unknown[] }, { TopicArn }: Readonly<Record<string, unknown>>) => {
        topics.push(TopicArn);
        return {};
      },
    },
    'cloudwatch:describeAlarms': { read: () => ({ MetricAlarms: [] }) },
  },
};

it('runs what the CDK makes: an alias, a payload alone, an optimised integration, references', async () => {
  const stack = testStack();
  const probe = new lambda.Function(stack, 'Probe', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('// The tests run probe.lambda.ts.'),
  });
  const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: probe.currentVersion });
  const payload = sfn.TaskInput.fromObject({ do: 'read' });
  new sfn.StateMachine(stack, 'Machine', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      new tasks.LambdaInvoke(stack, 'ByAlias', { lambdaFunction: live, payload })
        .next(new tasks.LambdaInvoke(stack, 'Direct', { lambdaFunction: probe, payload, payloadResponseOnly: true }))
        .next(
          new tasks.SnsPublish(stack, 'Tell', {
            topic: new sns.Topic(stack, 'Topic'),
            message: sfn.TaskInput.fromText('done'),
          }),
        ),
    ),
  });
  const machine = MachineUnderTest.fromTemplate(Template.fromStack(stack), 'Machine', {
    world,
    handlers: { Probe: join(__dirname, 'probe.lambda') },
  });

  const run = await machine.run();

  expect(run.trace).toContain('invoke Probe');
  expect({ status: run.status, states: run.states, topics: run.world.topics }).toEqual({
    status: 'SUCCEEDED',
    states: ['ByAlias', 'Direct', 'Tell'],
    topics: [expect.stringMatching(/^<Topic\w+>$/)],
  });
});
