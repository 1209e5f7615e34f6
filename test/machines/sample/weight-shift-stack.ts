import {
  aws_lambda as lambda,
  aws_stepfunctions as sfn,
  aws_stepfunctions_tasks as tasks,
  Duration,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { WEIGHT_SHIFT } from './constants';

/** Moves a tenth of the traffic to green, waits ten minutes, looks at the alarm, and goes back where it went off. */
export class WeightShiftStack extends Stack {
  private readonly weights: lambda.Function;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.weights = this.createWeights();
    const back = this.createBack();
    const way = this.createShift(back).next(this.createBake()).next(this.createLook(back)).next(this.createJudge(back));
    this.createMachine(way);
  }

  private createWeights(): lambda.Function {
    return new lambda.Function(this, 'Weights', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('// The tests run weights.lambda.ts.'),
      environment: { [WEIGHT_SHIFT.endpointVariable]: WEIGHT_SHIFT.endpointName },
    });
  }

  private createBack(): sfn.IChainable {
    return this.createMove('GoBack', 0, { maxAttempts: 5, backoffRate: 1 }).next(
      new sfn.Fail(this, 'WentBack', { error: 'WentBack', cause: 'all traffic is on blue again' }),
    );
  }

  private createShift(back: sfn.IChainable): sfn.TaskStateBase {
    return this.createMove('ShiftTraffic', 10, { maxAttempts: 1 }).addCatch(back, { resultPath: '$.error' });
  }

  private createBake(): sfn.Wait {
    return new sfn.Wait(this, 'Bake', { time: sfn.WaitTime.duration(Duration.minutes(10)) });
  }

  private createLook(back: sfn.IChainable): sfn.TaskStateBase {
    const look = new tasks.CallAwsService(this, 'LookAtAlarm', {
      service: 'cloudwatch',
      action: 'describeAlarms',
      parameters: { AlarmNames: [WEIGHT_SHIFT.alarmName] },
      iamResources: ['*'],
      resultSelector: { 'state.$': '$.MetricAlarms[0].StateValue' },
      resultPath: '$.alarm',
    });
    look.addRetry({ errors: ['CloudWatch.CloudWatchException'], interval: Duration.seconds(10), maxAttempts: 1 });
    return look.addCatch(back, { resultPath: '$.error' });
  }

  private createJudge(back: sfn.IChainable): sfn.IChainable {
    return new sfn.Choice(this, 'Judge')
      .when(sfn.Condition.stringEquals('$.alarm.state', 'OK'), new sfn.Succeed(this, 'Done'))
      .otherwise(back);
  }

  private createMachine(way: sfn.IChainable): sfn.StateMachine {
    return new sfn.StateMachine(this, 'Shift', {
      definitionBody: sfn.DefinitionBody.fromChainable(way),
      timeout: Duration.hours(2),
    });
  }

  /** One call of the handler, tried again 90 seconds later: an endpoint that updates takes no weights. */
  private createMove(id: string, greenPercent: number, retry: sfn.RetryProps): sfn.TaskStateBase {
    const move = new tasks.LambdaInvoke(this, id, {
      lambdaFunction: this.weights,
      payload: sfn.TaskInput.fromObject({ greenPercent }),
      resultPath: sfn.JsonPath.DISCARD,
      taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      retryOnServiceExceptions: false,
    });
    return move.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(90), ...retry });
  }
}
