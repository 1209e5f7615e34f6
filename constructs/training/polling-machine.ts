import {
  type aws_cloudwatch as cloudwatch,
  type aws_iam as iam,
  type aws_lambda as lambda,
  aws_logs as logs,
  aws_stepfunctions as sfn,
  aws_stepfunctions_tasks as tasks,
  Duration,
  RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { retryShortly } from './retry-shortly';
import { acknowledgeWildcards, type Wildcard } from '../private/acknowledge';

/** In the state of the machine: the input of its execution at first, then the adviser's last answer. */
export const ADVICE = '$.data';

/** In the state of a machine that gives up: why. */
export const FAILURE = '$.failure';

export interface Polling {
  readonly adviser: lambda.IFunction;
  /** What the adviser is told besides `data`, the content of `ADVICE`. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly interval: Duration;
  /** What the machine does for each action of the adviser's, besides waiting and success. Any other is a failure. */
  readonly actions: (next: NextStates) => Readonly<Record<string, sfn.IChainable>>;
  /** A task that stops the job. */
  readonly stop: (id: string) => sfn.TaskStateBase;
  /** JSONPath of what that task needs: it is there once there may be a job. */
  readonly stoppable: string;
  /** Of the machine's role, besides what every such machine needs. */
  readonly wildcards: readonly Wildcard[];
}

/** Where an action may lead. */
export interface NextStates {
  /** Waits, and asks the adviser again. */
  readonly again: sfn.IChainable;
  /** Stops what nobody would watch any more, and fails with the error in `FAILURE`. */
  readonly giveUp: sfn.IChainable;
}

/** A state machine that asks an adviser, does what it says, waits, and asks again. */
export abstract class PollingMachine extends Construct {
  public abstract readonly stateMachine: sfn.StateMachine;

  public createTask(scope: Construct, id: string, input = sfn.TaskInput.fromObject({})): sfn.TaskStateBase {
    // eslint-disable-next-line awscdk/require-passing-this -- a state of its caller's machine
    return new tasks.StepFunctionsStartExecution(scope, id, {
      stateMachine: this.stateMachine,
      integrationPattern: sfn.IntegrationPattern.RUN_JOB,
      input,
      outputPath: '$.Output',
    });
  }

  public grantStart(grantee: iam.IGrantable): iam.Grant {
    const { grants } = this.stateMachine;
    return grants
      .startExecution(grantee)
      .combine(this.stateMachine.grant(grantee, 'states:ListExecutions'))
      .combine(grants.execution(grantee, 'states:DescribeExecution', 'states:GetExecutionHistory'));
  }

  public metricFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricFailed(options);
  }

  protected createMachine(polling: Polling): sfn.StateMachine {
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const machine = new sfn.StateMachine(this, 'Resource', {
      definitionBody: sfn.DefinitionBody.fromChainable(this.define(polling)),
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: true,
    });
    acknowledgeWildcards(machine.role, [
      ...polling.wildcards,
      { resource: `${polling.adviser.functionArn}:*`, reason: 'Any version of the one function that advises.' },
      { resource: '*', reason: 'X-Ray and the delivery of logs take no resource.' },
    ]);
    return machine;
  }

  /** A task that starts a job: whatever comes of it, the adviser looks. */
  protected startJob(
    start: sfn.TaskStateBase,
    alreadyStarted: string | undefined,
    again: sfn.IChainable,
  ): sfn.IChainable {
    // The job was made before, and the answer was lost.
    if (alreadyStarted !== undefined) {
      start.addCatch(again, { errors: [alreadyStarted], resultPath: sfn.JsonPath.DISCARD });
    }
    start.addCatch(again, { resultPath: `${ADVICE}.refusal` });
    start.next(again);
    return start;
  }

  /** A job that cannot be stopped has ended, or is asked again at the next poll. */
  protected stopJob(stop: sfn.TaskStateBase, again: sfn.IChainable): sfn.IChainable {
    retryShortly(stop);
    stop.addCatch(again, { resultPath: sfn.JsonPath.DISCARD });
    stop.next(again);
    return stop;
  }

  private define(polling: Polling): sfn.IChainable {
    const begin = new sfn.Pass(this, 'Begin', { parameters: { 'data.$': '$' } });
    const advise = this.createAdvise(polling);
    const again = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.duration(polling.interval) });
    const giveUp = this.createGiveUp(polling);
    const next = new sfn.Choice(this, 'WhatNext');
    const actions = {
      ...polling.actions({ again, giveUp }),
      Wait: again,
      Succeed: new sfn.Succeed(this, 'Done', { outputPath: `${ADVICE}.result` }),
    };
    for (const [action, state] of Object.entries(actions))
      next.when(sfn.Condition.stringEquals(`${ADVICE}.action`, action), state);
    next.otherwise(
      new sfn.Fail(this, 'Failed', { errorPath: `${ADVICE}.error.name`, causePath: `${ADVICE}.error.cause` }),
    );
    advise.addCatch(giveUp, { resultPath: FAILURE });
    again.next(advise);
    return begin.next(advise).next(next);
  }

  private createAdvise({ adviser, payload }: Polling): tasks.LambdaInvoke {
    const advise = new tasks.LambdaInvoke(this, 'Advise', {
      lambdaFunction: adviser,
      payload: sfn.TaskInput.fromObject({ ...payload, 'data.$': ADVICE }),
      payloadResponseOnly: true,
      resultPath: ADVICE,
      retryOnServiceExceptions: false,
    });
    // About half an hour: what takes days must not end because an API was unreachable for minutes.
    advise.addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(5),
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
      maxAttempts: 12,
    });
    return advise;
  }

  private createGiveUp({ stop, stoppable }: Polling): sfn.IChainable {
    const unwatched = stop('StopUnwatched');
    const failed = new sfn.Fail(this, 'Unwatched', { errorPath: `${FAILURE}.Error`, causePath: `${FAILURE}.Cause` });
    retryShortly(unwatched);
    unwatched.addCatch(failed, { resultPath: sfn.JsonPath.DISCARD });
    unwatched.next(failed);
    return new sfn.Choice(this, 'HasJob').when(sfn.Condition.isPresent(stoppable), unwatched).otherwise(failed);
  }
}
