import { type aws_stepfunctions as sfn, Duration } from 'aws-cdk-lib';

/** Answers that come of too many requests, or never. */
export function retryShortly(task: sfn.TaskStateBase): void {
  task.addRetry({
    errors: ['States.ALL'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 3,
  });
}
