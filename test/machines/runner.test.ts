import { join } from 'node:path';
import { aws_lambda as lambda, aws_stepfunctions as sfn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type FaultKind, MachineUnderTest, search, ServiceError, type WorldSpec } from '.';
import type { JsonObject } from './asl/json';

interface Metrics {
  names: string[];
}

const WORLD: WorldSpec<Metrics> = {
  initial: { names: [] },
  calls: {
    'cloudwatch:putMetricData': {
      change: (state, { MetricData }) => {
        state.names.push(...(MetricData as { MetricName: string }[]).map(({ MetricName }) => MetricName));
        return {};
      },
    },
    'cloudwatch:describeAlarms': { read: ({ names }) => ({ MetricAlarms: names }) },
    'sns:publish': {
      change: () => {
        throw ServiceError.listed('NotFound', 'no topic');
      },
    },
  },
};

const direct = (action: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'ARN',
  Parameters: { do: action },
  ...more,
});
const PUT = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:cloudwatch:putMetricData',
  Parameters: { Namespace: 'N', MetricData: [{ MetricName: 'm' }] },
};

/** A machine of states that follow each other, with the probe as its function where it uses one. */
function machine(
  states: Record<string, JsonObject>,
  world: WorldSpec<Metrics> = WORLD,
  greeting = 'hello',
): MachineUnderTest<Metrics> {
  const names = Object.keys(states);
  const chained = Object.fromEntries(
    Object.entries(states).map(([name, state], index) => {
      const next = names[index + 1];
      const choice = state['Type'] === 'Choice' || state['Type'] === 'Succeed';
      return [name, choice ? state : next === undefined ? { ...state, End: true } : { ...state, Next: next }];
    }),
  );
  const stack = new Stack();
  const probe = new lambda.CfnFunction(stack, 'Probe', {
    code: { zipFile: '' },
    role: 'role',
    environment: { variables: { GREETING: greeting } },
  });
  const definition = JSON.stringify({ StartAt: names[0], States: chained });
  new sfn.CfnStateMachine(stack, 'Machine', {
    roleArn: 'role',
    definitionString: definition.replaceAll('ARN', probe.attrArn),
  });
  const handlers: Record<string, string> = definition.includes('ARN') ? { Probe: join(__dirname, 'probe.lambda') } : {};
  return MachineUnderTest.fromTemplate(Template.fromStack(stack), 'Machine', { world, handlers });
}

const at = (call: number, kind: FaultKind) => ({ faults: [{ call, kind }] });

describe('a fault at the invocation of a handler', () => {
  const two = machine({ S: direct('putTwice') });

  it.each<[FaultKind, string[], string | undefined]>([
    ['throttle', [], 'Lambda.TooManyRequestsException'],
    ['crash', [], 'Lambda.Unknown'],
    ['timeout', ['first', 'second'], 'Lambda.ClientExecutionTimeoutException'],
    ['duplicate', ['first', 'second', 'first', 'second'], undefined],
  ])('%s', async (kind, names, error) => {
    const run = await two.run(at(1, kind));
    expect({ names: run.world.names, error: run.error }).toEqual({ names, error });
  });
});

describe('a fault at a call of a handler', () => {
  const two = machine({ S: direct('putTwice') });

  it.each<[FaultKind, string[], string | undefined]>([
    ['throttle', [], 'Throttling'],
    ['timeout', ['first'], 'TimeoutError'],
    ['duplicate', ['first', 'first', 'second'], undefined],
    ['crash', ['first'], 'Lambda.Unknown'],
  ])('%s', async (kind, names, error) => {
    const run = await two.run(at(2, kind));
    expect({ names: run.world.names, error: run.error }).toEqual({ names, error });
  });

  it('a crash is not an error that the handler could catch', async () => {
    const safe = machine({ S: direct('putSafely') });
    expect(await safe.run(at(2, 'throttle'))).toMatchObject({ status: 'SUCCEEDED', output: 'Throttling' });
    expect(await safe.run(at(2, 'crash'))).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
  });

  it('a crash between two calls made in one breath', async () => {
    const { world } = await machine({ S: direct('putBoth') }).run(at(2, 'crash'));
    expect(world.names).toEqual(['first']);
  });

  it('a stale read', async () => {
    const run = await machine({ P: PUT, S: direct('read') }).run(at(3, 'stale'));
    expect(run.output).toBe(0);
  });
});

describe('a fault at a call of the machine', () => {
  const one = machine({ S: PUT });

  it.each<[FaultKind, string[], string | undefined]>([
    ['throttle', [], 'CloudWatch.CloudWatchException'],
    ['timeout', ['m'], 'CloudWatch.SdkClientException'],
    ['duplicate', ['m', 'm'], undefined],
  ])('%s', async (kind, names, error) => {
    const run = await one.run(at(1, kind));
    expect({ names: run.world.names, error: run.error }).toEqual({ names, error });
  });

  it('a time-out takes as long as the state waits', async () => {
    const run = await machine({ S: { ...PUT, TimeoutSeconds: 30 } }).run(at(1, 'timeout'));
    expect({ error: run.error, seconds: run.seconds }).toEqual({ error: 'States.Timeout', seconds: 30 });
  });

  it('a start that is delivered twice runs beside the first', async () => {
    const run = await machine({ A: PUT, W: { Type: 'Wait', Seconds: 5 }, B: PUT }).run(at(0, 'duplicate'));
    expect(run.states).toEqual(['A', 'W', 'A', 'W', 'B', 'B']);
    expect(run.second).toMatchObject({ status: 'SUCCEEDED', seconds: 5 });
  });

  it('a fault cannot be placed where it has no effect', async () => {
    await expect(one.run(at(1, 'stale'))).rejects.toThrow(
      'call 1 is cloudwatch:putMetricData: stale cannot be placed there; possible are throttle, timeout, duplicate',
    );
  });
});

describe('a branch', () => {
  it('does no more once another has failed', async () => {
    const slow = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, Next: 'P' }, P: { ...PUT, End: true } } };
    const fails = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Mine' } } };
    const run = await machine({
      S: { Type: 'Parallel', Branches: [slow, fails], Catch: [{ ErrorEquals: ['Mine'], Next: 'Later' }] },
      Later: { Type: 'Wait', Seconds: 60 },
    }).run();
    expect({ seconds: run.seconds, changes: run.changes }).toEqual({ seconds: 60, changes: [] });
  });
});

describe('a stale read', () => {
  const read = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:cloudwatch:describeAlarms', Parameters: {} };
  const states = { P: PUT, W: { Type: 'Wait', Seconds: 60 }, S: read };

  it('is possible after a change that it shows', async () => {
    const { calls } = await machine(states).run();
    expect(calls.at(-1)?.possible).toEqual(['throttle', 'timeout', 'stale']);
  });

  it('is not possible when the world has caught up', async () => {
    const { calls } = await machine(states, { ...WORLD, staleSeconds: 59 }).run();
    expect(calls.at(-1)?.possible).toEqual(['throttle', 'timeout']);
  });
});

describe('a handler', () => {
  it('sees virtual time', async () => {
    const run = await machine({ W: { Type: 'Wait', Seconds: 3600 }, S: direct('time') }).run();
    expect(run.output).toEqual([Date.UTC(2026, 0, 1, 1), '2026-01-01T01:00:00.000Z']);
  });

  it('sees its environment when it is loaded and when it is invoked', async () => {
    expect((await machine({ S: direct('environment') }).run()).output).toEqual(['hello', 'hello', 'Probe']);
    expect(process.env['GREETING']).toBeUndefined();
  });

  it('is not run with another environment than it was loaded with', () => {
    expect(() => machine({ S: direct('environment') }, WORLD, 'bye').run()).toThrow(
      'was loaded with {"GREETING":"hello"}, and Probe has {"GREETING":"bye"}',
    );
  });

  it('fails with the name of its error', async () => {
    const { error, cause } = await machine({ S: direct('fail') }).run();
    expect({ error, cause }).toEqual({
      error: 'RangeError',
      cause: '{"errorType":"RangeError","errorMessage":"out of range","trace":[]}',
    });
  });

  it('does not get around a call that the world lacks', async () => {
    const lacks = machine({ S: direct('putSafely') }, { initial: { names: [] }, calls: {} });
    await expect(lacks.run()).rejects.toThrow('the world knows no cloudwatch:putMetricData');
  });

  it('does not get around a fake that is broken', async () => {
    const calls = {
      'cloudwatch:putMetricData': {
        change: () => {
          throw new TypeError('not a function');
        },
      },
    };
    await expect(machine({ S: direct('putSafely') }, { initial: { names: [] }, calls }).run()).rejects.toThrow(
      'the fake of cloudwatch:putMetricData is broken: TypeError: not a function',
    );
  });

  it('may not sleep', async () => {
    await expect(machine({ S: direct('sleep') }).run()).rejects.toThrow(
      'setTimeout in a handler: virtual time does not pass there; let a Wait state of the machine wait',
    );
  });

  it('has to await its calls', async () => {
    await expect(machine({ S: direct('forget') }).run()).rejects.toThrow(
      'Probe answered while a call was under way: await every call',
    );
  });

  it('may not keep what changes its answers', async () => {
    const keeps = machine({ S: direct('remember') });
    await expect(search(keeps, { faults: 0, invariants: {} })).rejects.toThrow('the plain run came out in two ways');
  });

  it('is invoked by the optimised integration, and its answer is the payload', async () => {
    const wrapped = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'ARN', Payload: { do: 'read' } },
    };
    expect((await machine({ S: wrapped }).run()).output).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: 0,
      StatusCode: 200,
    });
  });
});

describe('names of errors', () => {
  it.each([
    ['arn:aws:states:::aws-sdk:sns:publish', 'Sns.NotFoundException'],
    ['arn:aws:states:::sns:publish', 'SNS.NotFoundException'],
  ])('of %s', async (Resource, error) => {
    const run = await machine({ S: { Type: 'Task', Resource, Parameters: {} } }).run();
    expect(run.error).toBe(error);
  });

  it.each([
    ['sagemaker:describeEndpoint', false, 'SageMaker.SageMakerException'],
    ['sagemaker:createTrainingJob', true, 'SageMaker.AmazonSageMakerException'],
    ['dynamodb:putItem', false, 'DynamoDb.ProvisionedThroughputExceededException'],
    ['sqs:sendMessage', false, 'Sqs.RequestThrottledException'],
  ])('of a throttled %s', (call, optimised, error) => {
    expect(ServiceError.throttled(call).stateError(call, { optimised })).toBe(error);
  });
});

describe('a job that .sync waits for', () => {
  const train = (Status: string): MachineUnderTest<Metrics> =>
    machine(
      {
        S: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
          Parameters: { TrainingJobName: 'j' },
        },
      },
      {
        initial: { names: [] },
        calls: {
          'sagemaker:createTrainingJob': { change: ({ names }, _, now) => void names.push(String(now + 95_000)) },
          'sagemaker:describeTrainingJob': {
            read: ({ names }, { TrainingJobName }, now) => ({
              TrainingJobName,
              TrainingJobStatus: now < Number(names[0]) ? 'InProgress' : Status,
            }),
          },
        },
      },
    );

  it('ends with what describes it', async () => {
    const { output, seconds } = await train('Completed').run();
    expect({ output, seconds }).toEqual({
      output: { TrainingJobName: 'j', TrainingJobStatus: 'Completed' },
      seconds: 100,
    });
  });

  it('that fails is States.TaskFailed', async () => {
    expect((await train('Failed').run()).error).toBe('States.TaskFailed');
  });
});

describe('a search', () => {
  const two = machine({ A: PUT, B: PUT });

  it('places every fault that has an effect, and counts its runs', async () => {
    const { runs, violation } = await search(two, { faults: 2, invariants: {} });
    // One fault: the start, or one of three at each of two calls. Two: the second behind the first, where that run goes
    // on: 12 behind a doubled start, 3 behind a doubled A; the others end it.
    expect({ runs, violation }).toEqual({ runs: [1, 7, 15], violation: undefined });
  });

  it('places only the kinds that are asked for', async () => {
    const { runs } = await search(two, { faults: 1, kinds: ['throttle'], invariants: {} });
    expect(runs).toEqual([1, 2]);
  });

  it('reports an execution that does not end', async () => {
    const loop = machine({
      S: { Type: 'Wait', Seconds: 1 },
      C: { Type: 'Choice', Choices: [{ Variable: '$.over', IsPresent: true, Next: 'T' }], Default: 'S' },
      T: { Type: 'Succeed' },
    });
    const { violation } = await search(loop, { faults: 0, invariants: {} });
    expect(violation?.wrong).toBe('more than 5000 states entered');
  });

  it('is refused beside another in the same process', async () => {
    const both = await Promise.allSettled([two.run(), two.run()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
