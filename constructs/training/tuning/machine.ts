import {
  type aws_cloudwatch as cloudwatch,
  aws_iam as iam,
  aws_logs as logs,
  aws_stepfunctions as sfn,
  aws_stepfunctions_tasks as tasks,
  Duration,
  RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { createHyperParameterTuningJob } from './create-tuning-job';
import type { IHyperparameterTuning } from './hyperparameter-tuning';
import type { TuningSpec } from './spec';
import type { TuningTerms } from './state.decision';
import { stopHyperParameterTuningJob } from './stop-tuning-job';
import { retryShortly } from '../retry-shortly';
import { tuningJobArn } from '../sagemaker-arns';
import { acknowledgeWildcards } from '../../private/acknowledge';
import { type QuotaNeed, recordQuotas } from '../../private/assembly-facts';
import { Handler } from '../../private/handler';
import { grantToRole } from '../../private/permissions';

export interface TuningMachineProps {
  readonly spec: TuningSpec;
  readonly terms: TuningTerms;
  readonly pollInterval: Duration;
  readonly quotas: readonly QuotaNeed[];
}

/**
 * The state machine that carries a tuning job to its end: it asks the adviser, does what it says, waits, and asks again.
 *
 * It polls: a request whose answer was lost is repeated under the same name, and a machine that waited for its answer alone could
 * not take up the tuning job that is there already. A stopped tuning job is no success.
 */
export class TuningMachine extends Construct implements IHyperparameterTuning {
  public readonly stateMachine: sfn.StateMachine;

  private readonly adviser: Handler;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TuningMachineProps,
  ) {
    super(scope, id);
    this.adviser = this.createAdviser();
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new sfn.StateMachine(this, 'Resource', {
      definitionBody: sfn.DefinitionBody.fromChainable(this.define()),
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: true,
    });
    recordQuotas(this, props.quotas);
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

  private createAdviser(): Handler {
    const { jobPrefix } = this.props.terms;
    const adviser = new Handler(this, 'Adviser', {
      name: 'training/tuning/advise',
      description: `Says what tuning jobs of ${jobPrefix} do next`,
      timeout: Duration.seconds(60),
      memorySize: 512,
      environment: {},
    });
    const tuningJobs = tuningJobArn(this, `${jobPrefix}-*`);
    grantToRole(adviser.role, [
      {
        statement: new iam.PolicyStatement({
          actions: ['sagemaker:DescribeHyperParameterTuningJob'],
          resources: [tuningJobs],
        }),
        wildcards: [{ resource: tuningJobs, reason: EACH_RUN }],
      },
    ]);
    return adviser;
  }

  /** The state is `{ data }`: the input of the execution, then the last advice. */
  private define(): sfn.IChainable {
    const begin = new sfn.Pass(this, 'Begin', { parameters: { 'data.$': '$' } });
    const advise = this.createAdvise();
    const wait = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.duration(this.props.pollInterval) });
    const fail = new sfn.Fail(this, 'Failed', { errorPath: '$.data.error.name', causePath: '$.data.error.cause' });

    wait.next(advise);
    advise.addCatch(this.createGiveUp(), { resultPath: '$.failure' });
    return begin.next(advise).next(
      new sfn.Choice(this, 'WhatNext')
        .when(sfn.Condition.stringEquals('$.data.action', 'Start'), this.createStart(wait))
        .when(sfn.Condition.stringEquals('$.data.action', 'Stop'), this.createStop(wait))
        .when(sfn.Condition.stringEquals('$.data.action', 'Wait'), wait)
        .when(
          sfn.Condition.stringEquals('$.data.action', 'Succeed'),
          new sfn.Succeed(this, 'Done', { outputPath: '$.data.result' }),
        )
        .otherwise(fail),
    );
  }

  private createAdvise(): tasks.LambdaInvoke {
    const advise = new tasks.LambdaInvoke(this, 'Advise', {
      lambdaFunction: this.adviser.function,
      payload: sfn.TaskInput.fromObject({
        terms: this.props.terms,
        execution: { 'id.$': '$$.Execution.Id', 'startedAt.$': '$$.Execution.StartTime' },
        'data.$': '$.data',
      }),
      payloadResponseOnly: true,
      resultPath: '$.data',
      retryOnServiceExceptions: false,
    });
    // About half an hour: a search of days must not end because an API was unreachable for minutes.
    advise.addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(5),
      backoffRate: 2,
      maxDelay: Duration.minutes(5),
      maxAttempts: 12,
    });
    return advise;
  }

  private createStart(next: sfn.IChainable): sfn.TaskStateBase {
    const start = createHyperParameterTuningJob(this, 'Start', { spec: this.props.spec, advicePath: '$.data' });
    start.addRetry({
      errors: ['SageMaker.ResourceInUseException', 'SageMaker.ResourceLimitExceededException'],
      maxAttempts: 0,
    });
    retryShortly(start);
    // The tuning job was made before, and the answer was lost.
    start.addCatch(next, { errors: ['SageMaker.ResourceInUseException'], resultPath: sfn.JsonPath.DISCARD });
    start.addCatch(next, { resultPath: '$.data.refusal' });
    start.next(next);
    return start;
  }

  /** A tuning job that cannot be stopped has ended, or is asked again at the next poll. */
  private createStop(next: sfn.IChainable): sfn.TaskStateBase {
    const stop = this.stopTask('Stop');
    stop.addCatch(next, { resultPath: sfn.JsonPath.DISCARD });
    stop.next(next);
    return stop;
  }

  /** Nobody would watch the tuning job any more. */
  private createGiveUp(): sfn.IChainable {
    const stop = this.stopTask('StopUnwatched');
    const failed = new sfn.Fail(this, 'Unwatched', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
    stop.addCatch(failed, { resultPath: sfn.JsonPath.DISCARD });
    stop.next(failed);
    return new sfn.Choice(this, 'HasJob').when(sfn.Condition.isPresent('$.data.state.name'), stop).otherwise(failed);
  }

  private stopTask(id: string): sfn.TaskStateBase {
    const stop = stopHyperParameterTuningJob(this, id, {
      jobPrefix: this.props.terms.jobPrefix,
      jobNamePath: '$.data.state.name',
    });
    retryShortly(stop);
    return stop;
  }

  private acknowledge(): void {
    acknowledgeWildcards(this.stateMachine.role, [
      { resource: tuningJobArn(this, `${this.props.terms.jobPrefix}-*`), reason: EACH_RUN },
      {
        resource: `${this.adviser.function.functionArn}:*`,
        reason: 'Any version of the one function that advises tuning jobs of this machine.',
      },
      { resource: '*', reason: 'X-Ray and the delivery of logs take no resource.' },
    ]);
  }
}

const EACH_RUN = 'Each run makes a tuning job of its own, whose name begins with the name of this cluster.';
