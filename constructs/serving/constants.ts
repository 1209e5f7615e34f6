/**
 * How long the old fleet stands by after all traffic has moved, while rollback alarms are watched. Seconds, at most 3600
 * (AWS::SageMaker::Endpoint BlueGreenUpdatePolicy, TerminationWaitInSeconds).
 */
export const BAKE_SECONDS = 600;

/** How late a datapoint may be. An alarm that rolls back must have gone off by the end of the bake all the same. Seconds, our own margin. */
export const METRIC_DELAY_SECONDS = 120;

/** After which an update that is not over is rolled back. Seconds, 600 to 28800 (MaximumExecutionTimeoutInSeconds), more than the bake. */
export const UPDATE_TIMEOUT_SECONDS = 7200;

/** Most alarms an endpoint can be rolled back on (AutoRollbackConfiguration). */
export const MAX_ROLLBACK_ALARMS = 10;
