import type { aws_sns as sns } from 'aws-cdk-lib';

/** How urgent an alarm is. */
export enum Severity {
  /** Users notice now: somebody is woken up. */
  CRITICAL = 'critical',

  /** It will get worse: somebody looks within the day. */
  WARNING = 'warning',
}

/** Where alarms of each severity are sent. */
export interface ISeverityTopics {
  /** Gets alarms of severity CRITICAL. */
  readonly critical: sns.ITopic;

  /** Gets alarms of severity WARNING. */
  readonly warning: sns.ITopic;
}
