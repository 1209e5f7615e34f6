import { join } from 'node:path';
import { aws_lambda as lambda, aws_stepfunctions as sfn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MachineUnderTest, type WorldSpec } from '.';
import { carried } from './asl/definition';
import type { JsonObject } from './asl/json';

const WORLD: WorldSpec<object> = { initial: {}, calls: { 'sns:publish': { change: () => ({ MessageId: '1' }) } } };
const PASS = { Type: 'Pass', End: true };
const TASK = { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: { Message: 'x' }, End: true };
const INVOKE = { ...TASK, Resource: 'arn:aws:states:::lambda:invoke' };

/** A template with a machine of one state, and a function F. */
function template(state: JsonObject, top: JsonObject = {}): Template {
  const stack = new Stack();
  new lambda.CfnFunction(stack, 'F', { code: { zipFile: '' }, role: 'role' });
  const definition = { ...top, StartAt: 'S', States: { S: state } };
  new sfn.CfnStateMachine(stack, 'Machine', { roleArn: 'role', definitionString: JSON.stringify(definition) });
  return Template.fromStack(stack);
}

const load = (state: JsonObject, handlers: Record<string, string> = {}) =>
  MachineUnderTest.fromTemplate(template(state), 'Machine', { world: WORLD, handlers });

const map = (more: JsonObject, processor: JsonObject = {}): JsonObject => ({
  Type: 'Map',
  ItemProcessor: { ...processor, StartAt: 'A', States: { A: PASS } },
  End: true,
  ...more,
});

it.each<[string, JsonObject, string]>([
  [
    'JSONata',
    { ...PASS, QueryLanguage: 'JSONata', Output: '{% 1 %}' },
    'S: QueryLanguage is JSONata: only JSONPath is run',
  ],
  ['variables', { ...PASS, Assign: { 'x.$': '$.y' } }, 'S: Assign is not carried: variables are not carried'],
  ['references to variables', { ...PASS, Parameters: { 'x.$': '$y' } }, 'S: $y: variables are not carried'],
  [
    'a distributed Map',
    map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }),
    'S: Mode is DISTRIBUTED: only inline Maps are run',
  ],
  ['tolerated failures', map({ ToleratedFailureCount: 1 }), 'S: ToleratedFailureCount is not carried'],
  [
    'batches of items',
    map({ ItemBatcher: { MaxItemsPerBatch: 2 } }),
    'S: ItemBatcher is not carried: only inline Maps are run',
  ],
  [
    'task tokens',
    { ...TASK, Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' },
    'S: task tokens are not carried',
  ],
  [
    'activities',
    { ...TASK, Resource: 'arn:aws:states:eu-west-1:111122223333:activity:a' },
    'S: activities are not carried',
  ],
  [
    'heartbeats',
    { ...TASK, HeartbeatSeconds: 9 },
    'S: HeartbeatSeconds is not carried: there are no heartbeats without task tokens and activities',
  ],
  [
    'roles',
    { ...TASK, Credentials: { RoleArn: 'arn:aws:iam::111122223333:role/r' } },
    'S: Credentials is not carried: roles are not carried',
  ],
  [
    'chance',
    { ...PASS, Parameters: { 'x.$': 'States.UUID()' } },
    'S: States.UUID is not carried; allowed are States.Format, States.StringToJson,',
  ],
  [
    'States.TaskFailed on a Map',
    map({ Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'S' }] }),
    'S: States.TaskFailed on a Map: name States.ALL',
  ],
  ['a path that cannot be read', { ...PASS, InputPath: '$.a[' }, 'S: $.a[ is no JSONPath (RFC 9535)'],
  [
    'a Choice of many',
    { Type: 'Choice', Choices: [{ Variable: '$..a', IsNull: true, Next: 'S' }] },
    'S: $..a does not point at one place',
  ],
])('a machine is refused that uses %s', (_, state, message) => {
  expect(() => carried({ StartAt: 'S', States: { S: state } }, 'Machine')).toThrow(message);
});

it.each<[string, JsonObject, string]>([
  ['a target that is not there', { Type: 'Pass', Next: 'T' }, 'MISSING_TRANSITION_TARGET'],
  ['a negative Wait', { Type: 'Wait', Seconds: -1, End: true }, '/States/S/Seconds'],
  ['a Wait of two lengths', { Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true }, 'WAIT_DURATION'],
])('asl-validator sees %s', (_, state, message) => {
  expect(() => load(state)).toThrow(message);
});

it.each<[string, JsonObject, Record<string, string>, string]>([
  [
    'a call that the world does not know',
    { ...TASK, Resource: 'arn:aws:states:::aws-sdk:s3:getObject' },
    {},
    'S calls s3:getObject, which the world does not know; it knows sns:publish',
  ],
  [
    'a service that is not in the table',
    { ...TASK, Resource: 'arn:aws:states:::aws-sdk:athena:getX' },
    {},
    'athena:getX: the service athena is not in test/machines/services.ts',
  ],
  [
    'a .sync that is not carried',
    { ...TASK, Resource: 'arn:aws:states:::glue:startJobRun.sync' },
    {},
    '.sync is carried for sagemaker:createTrainingJob',
  ],
  [
    'a function without handler',
    { ...INVOKE, Parameters: { FunctionName: '<F.Arn>' } },
    {},
    'S invokes F, for which no handler is given',
  ],
  [
    'a function that is not there',
    { ...INVOKE, Parameters: { FunctionName: '<G.Arn>' } },
    {},
    'G is not in the template, no function',
  ],
  [
    'a name of a function in place of a reference',
    { ...INVOKE, Parameters: { FunctionName: 'f' } },
    {},
    'S: FunctionName is "f", not a function of the template',
  ],
  [
    'an invocation that nobody waits for',
    { ...INVOKE, Parameters: { FunctionName: '<F.Arn>', InvocationType: 'Event' } },
    {},
    'S: InvocationType of lambda:invoke is not carried',
  ],
  ['a handler that nothing invokes', TASK, { F: 'nowhere' }, 'Machine does not invoke F, for which a handler is given'],
  [
    'a handler of no function',
    TASK,
    { G: 'nowhere' },
    'G names 0 resources of AWS::Lambda::Function, not one; there are F',
  ],
])('a machine is refused with %s', (_, state, handlers, message) => {
  expect(() => load(state, handlers)).toThrow(message);
});

it('a module without handler is refused at the first run', () => {
  const state = { ...INVOKE, Parameters: { FunctionName: '<F.Arn>' } };
  const module = join(__dirname, 'sample', 'weights.decision');
  expect(() => load(state, { F: module }).run()).toThrow(`${module} exports no function named handler`);
});

it('a machine that is not there is refused', () => {
  const one = template(PASS);
  expect(() => MachineUnderTest.fromTemplate(one, 'Other', { world: WORLD })).toThrow(
    'Other names 0 resources of AWS::StepFunctions::StateMachine, not one; there are Machine',
  );
});
