import {
  ArnFormat,
  aws_iam as iam,
  type aws_cloudwatch as cloudwatch,
  type aws_lambda as lambda,
  aws_logs as logs,
  aws_stepfunctions as sfn,
  aws_stepfunctions_tasks as tasks,
  Duration,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EngineTasks } from './engine';
import type { RunTerms } from './run.decision';
import type { Mode } from './spot-policy.decision';
import type { ITrainingJob } from './training-job';
import { retryShortly } from './retry-shortly';
import { acknowledgeWildcards } from '../private/acknowledge';

export interface RunMachineProps {
  /** Of a machine: the states that start and stop its jobs. */
  readonly tasks: (machine: Construct) => EngineTasks;
  readonly terms: RunTerms;
  readonly adviser: lambda.IFunction;
  readonly pollInterval: Duration;
}

/**
 * The state machine that carries a run to its end: it asks the adviser, does what it says, waits, and asks again.
 *
 * It polls, since a run may have to change its instances while its job is at work. After 2,000 polls it goes on in an execution of
 * its own and waits for that one: an execution may have 25,000 events.
 */
export class RunMachine extends Construct implements ITrainingJob {
  public readonly stateMachine: sfn.StateMachine;

  private readonly tasks: EngineTasks;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RunMachineProps,
  ) {
    super(scope, id);
    this.tasks = props.tasks(this);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new sfn.StateMachine(this, 'Resource', {
      definitionBody: sfn.DefinitionBody.fromChainable(this.define()),
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: true,
    });
    this.allowToContinue();
    this.acknowledge();
  }

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

  private define(): sfn.IChainable {
    const begin = new sfn.Pass(this, 'Begin', { parameters: { 'data.$': '$' } });
    const advise = this.createAdvise();
    const wait = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.duration(this.props.pollInterval) });
    const again = new sfn.Pass(this, 'AskAgain', { parameters: { 'data.$': '$' } });
    const fail = new sfn.Fail(this, 'Failed', { errorPath: '$.error.name', causePath: '$.error.cause' });

    wait.next(again).next(advise);
    advise.addCatch(this.createGiveUp(), { resultPath: '$.failure' });
    return begin.next(advise).next(
      new sfn.Choice(this, 'WhatNext')
        .when(sfn.Condition.stringEquals('$.action', 'StartOnSpot'), this.createStart('StartOnSpot', 'spot', wait))
        .when(
          sfn.Condition.stringEquals('$.action', 'StartOnDemand'),
          this.createStart('StartOnDemand', 'on-demand', wait),
        )
        .when(sfn.Condition.stringEquals('$.action', 'Stop'), this.createStop(wait))
        .when(sfn.Condition.stringEquals('$.action', 'Wait'), wait)
        .when(sfn.Condition.stringEquals('$.action', 'Continue'), this.createContinue())
        .when(sfn.Condition.stringEquals('$.action', 'Succeed'), this.createDone())
        .otherwise(fail),
    );
  }

  private createAdvise(): tasks.LambdaInvoke {
    const advise = new tasks.LambdaInvoke(this, 'Advise', {
      lambdaFunction: this.props.adviser,
      payload: sfn.TaskInput.fromObject({
        terms: this.props.terms,
        execution: { 'name.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' },
        'data.$': '$.data',
      }),
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
    });
    // About half an hour: a run of days must not end because an API was unreachable for minutes.
    advise.addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(5),
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
      maxAttempts: 12,
    });
    return advise;
  }

  private createStart(id: string, mode: Mode, next: sfn.IChainable): sfn.TaskStateBase {
    const start = this.tasks.start(id, mode);
    // The job was made before, and the answer was lost.
    const { alreadyStarted } = this.tasks;
    if (alreadyStarted !== undefined) {
      start.addCatch(next, { errors: [alreadyStarted], resultPath: sfn.JsonPath.DISCARD });
    }
    start.addCatch(next, { resultPath: '$.refusal' });
    start.next(next);
    return start;
  }

  /** A job that cannot be stopped has ended, or is asked again at the next poll. */
  private createStop(next: sfn.IChainable): sfn.TaskStateBase {
    const stop = this.tasks.stop('Stop', '$.result');
    retryShortly(stop);
    stop.addCatch(next, { resultPath: sfn.JsonPath.DISCARD });
    stop.next(next);
    return stop;
  }

  /** Nobody would watch the job any more. */
  private createGiveUp(): sfn.IChainable {
    const stop = this.tasks.stop('StopUnwatched', '$.data.result');
    const failed = new sfn.Fail(this, 'Unwatched', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
    retryShortly(stop);
    stop.addCatch(failed, { resultPath: sfn.JsonPath.DISCARD });
    stop.next(failed);
    return new sfn.Choice(this, 'HasJob')
      .when(sfn.Condition.isPresent(`$.data.result.${this.tasks.handle}`), stop)
      .otherwise(failed);
  }

  private createContinue(): sfn.CustomState {
    const start = new sfn.CustomState(this, 'Continue', {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Stack.of(this).partition}:states:::states:startExecution.sync:2`,
        Parameters: {
          'StateMachineArn.$': '$$.StateMachine.Id',
          // Asked again, it is the same execution.
          'Name.$': "States.Hash($$.Execution.Id, 'SHA-1')",
          'Input.$': '$',
        },
        OutputPath: '$.Output',
        End: true,
      },
    });
    // Not where the run itself has failed in there.
    start.addRetry({
      errors: ['StepFunctions.SdkClientException', 'StepFunctions.AWSStepFunctionsException'],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 6,
    });
    return start;
  }

  private createDone(): sfn.Succeed {
    return new sfn.Succeed(this, 'Done', { outputPath: '$.result' });
  }

  private acknowledge(): void {
    acknowledgeWildcards(this.stateMachine.role, [
      ...this.tasks.wildcards,
      {
        resource: `${this.props.adviser.functionArn}:*`,
        reason: 'Any version of the one function that advises runs of this cluster.',
      },
      { resource: '*', reason: 'X-Ray and the delivery of logs take no resource.' },
    ]);
  }

  /** A policy of its own: the machine waits for its role's other policies, and this one for the machine. */
  private allowToContinue(): void {
    const { stateMachineArn, stateMachineName, role } = this.stateMachine;
    const stack = Stack.of(this);
    const executions = stack.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const policy = new iam.ManagedPolicy(this, 'Continuation', {
      description: 'Lets a run go on in another execution',
      statements: [
        new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
        new iam.PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [executions],
        }),
        new iam.PolicyStatement({
          actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
          resources: [
            stack.formatArn({
              service: 'events',
              resource: 'rule',
              resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
            }),
          ],
        }),
      ],
      roles: [role],
    });
    acknowledgeWildcards(policy, [
      { resource: executions, reason: 'Step Functions names the executions in which runs of this one machine go on.' },
    ]);
  }
}
