import {
  ArnFormat,
  aws_iam as iam,
  type aws_lambda as lambda,
  aws_stepfunctions as sfn,
  Duration,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EngineTasks } from './engine';
import { ADVICE, FAILURE, type NextStates, PollingMachine } from './polling-machine';
import type { RunTerms } from './run.decision';
import type { ITrainingJob } from './training-job';
import { acknowledgeWildcards } from '../private/acknowledge';

export interface RunMachineProps {
  /** Of a machine: the states that start and stop its jobs. */
  readonly tasks: (machine: Construct) => EngineTasks;
  readonly terms: RunTerms;
  readonly adviser: lambda.IFunction;
  readonly pollInterval: Duration;
}

/**
 * The state machine that carries a run to its end.
 *
 * It polls, since a run may have to change its instances while its job is at work. After 2,000 polls it goes on in an execution of
 * its own and waits for that one: an execution may have 25,000 events.
 */
export class RunMachine extends PollingMachine implements ITrainingJob {
  public readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, { tasks, terms, adviser, pollInterval }: RunMachineProps) {
    super(scope, id);
    const { start, stop, stoppable, alreadyStarted, wildcards } = tasks(this);
    this.stateMachine = this.createMachine({
      adviser,
      payload: {
        terms,
        execution: {
          'id.$': '$$.Execution.Id',
          'name.$': '$$.Execution.Name',
          'startedAt.$': '$$.Execution.StartTime',
        },
      },
      interval: pollInterval,
      actions: (next) => ({
        StartOnSpot: this.startJob(start('StartOnSpot', 'spot'), alreadyStarted, next.again),
        StartOnDemand: this.startJob(start('StartOnDemand', 'on-demand'), alreadyStarted, next.again),
        Stop: this.stopJob(stop('Stop'), next.again),
        Continue: this.createContinue(next),
      }),
      stop,
      stoppable,
      wildcards,
    });
    this.allowToContinue();
  }

  private createContinue({ giveUp }: NextStates): sfn.IChainable {
    const start = new sfn.CustomState(this, 'Continue', {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Stack.of(this).partition}:states:::states:startExecution.sync:2`,
        Parameters: {
          'StateMachineArn.$': '$$.StateMachine.Id',
          // Asked again, it is the same execution.
          'Name.$': "States.Hash($$.Execution.Id, 'SHA-1')",
          'Input.$': ADVICE,
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
    start.addCatch(this.createFailedThere(giveUp), { resultPath: FAILURE });
    return start;
  }

  /** A run that failed in an execution of its own has failed with that error; one that could not go on has a job that nobody watches. */
  private createFailedThere(giveUp: sfn.IChainable): sfn.IChainable {
    const read = new sfn.Pass(this, 'ReadFailure', {
      parameters: { 'failure.$': `States.StringToJson(${FAILURE}.Cause)` },
    });
    const failed = new sfn.Fail(this, 'FailedThere', {
      errorPath: `${FAILURE}.Error`,
      causePath: `${FAILURE}.Cause`,
    });
    const ended = new sfn.Fail(this, 'EndedThere', {
      error: 'Aborted',
      cause: 'The execution in which the run went on was stopped',
    });
    read.next(
      new sfn.Choice(this, 'HasError').when(sfn.Condition.isPresent(`${FAILURE}.Error`), failed).otherwise(ended),
    );
    return new sfn.Choice(this, 'WentOn')
      .when(sfn.Condition.stringEquals(`${FAILURE}.Error`, 'States.TaskFailed'), read)
      .otherwise(giveUp);
  }

  private allowToContinue(): void {
    const { stateMachineArn, stateMachineName, role } = this.stateMachine;
    const stack = Stack.of(this);
    // Step Functions asks for these when it makes the machine, so they must be there before it is.
    role.addToPrincipalPolicy(
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
    );
    const executions = stack.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // These name the machine, which waits for its role's other policies.
    const policy = new iam.ManagedPolicy(this, 'Continuation', {
      description: 'Lets a run go on in another execution',
      statements: [
        new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
        new iam.PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [executions],
        }),
      ],
      roles: [role],
    });
    acknowledgeWildcards(policy, [
      { resource: executions, reason: 'Step Functions names the executions in which runs of this one machine go on.' },
    ]);
  }
}
