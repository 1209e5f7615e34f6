import {
  aws_lambda as lambda,
  aws_stepfunctions as sfn,
  aws_stepfunctions_tasks as tasks,
  Duration,
  Stack,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Moves a tenth of the traffic to green, waits ten minutes, looks at the alarm, and goes back where it went off. */
export class WeightShiftStack extends Stack {
  private readonly weights: lambda.Function;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.weights = new lambda.Function(this, 'Weights', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('// The tests run weights.lambda.ts.'),
      environment: { ENDPOINT_NAME: 'tumours' },
    });
    const back = this.createBack();
    const shift = this.createShift(back);
    const look = this.createLook(back);
    const judge = new sfn.Choice(this, 'Judge')
      .when(sfn.Condition.stringEquals('$.alarm.state', 'OK'), new sfn.Succeed(this, 'Done'))
      .otherwise(back);
    new sfn.StateMachine(this, 'Shift', {
      definitionBody: sfn.DefinitionBody.fromChainable(
        shift
          .next(new sfn.Wait(this, 'Bake', { time: sfn.WaitTime.duration(Duration.minutes(10)) }))
          .next(look)
          .next(judge),
      ),
      timeout: Duration.hours(2),
    });
  }

  private createShift(back: sfn.IChainable): sfn.TaskStateBase {
    const shift = new tasks.LambdaInvoke(this, 'ShiftTraffic', {
      lambdaFunction: this.weights,
      payload: sfn.TaskInput.fromObject({ greenPercent: 10 }),
      resultPath: sfn.JsonPath.DISCARD,
      taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      retryOnServiceExceptions: false,
    });
    shift.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(90), maxAttempts: 1 });
    return shift.addCatch(back, { resultPath: '$.error' });
  }

  private createLook(back: sfn.IChainable): sfn.TaskStateBase {
    const look = new tasks.CallAwsService(this, 'LookAtAlarm', {
      service: 'cloudwatch',
      action: 'describeAlarms',
      parameters: { AlarmNames: ['tumours-errors'] },
      iamResources: ['*'],
      resultSelector: { 'state.$': '$.MetricAlarms[0].StateValue' },
      resultPath: '$.alarm',
    });
    look.addRetry({ errors: ['CloudWatch.CloudWatchException'], interval: Duration.seconds(10), maxAttempts: 1 });
    return look.addCatch(back, { resultPath: '$.error' });
  }

  private createBack(): sfn.IChainable {
    const back = new tasks.LambdaInvoke(this, 'GoBack', {
      lambdaFunction: this.weights,
      payload: sfn.TaskInput.fromObject({ greenPercent: 0 }),
      resultPath: sfn.JsonPath.DISCARD,
      taskTimeout: sfn.Timeout.duration(Duration.minutes(1)),
      retryOnServiceExceptions: false,
    });
    back.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(90), maxAttempts: 5, backoffRate: 1 });
    return back.next(new sfn.Fail(this, 'WentBack', { error: 'WentBack', cause: 'all traffic is on blue again' }));
  }
}
