import type { IConstruct } from 'constructs';

/**
 * What the review wants to know and no template says, as metadata of constructs: `cdk synth` writes it into the
 * assembly beside the templates, and nothing of it is deployed.
 */
const ALARM = 'cdk-slipway:alarm';

/** What an alarm was made from. Texts may hold tokens. */
export interface AlarmFacts {
  readonly id: string;
  readonly summary: string;
  /** With its unit: `above 50 ms (50000 microseconds)`. */
  readonly threshold: string;
  readonly breachSeconds: number;
  readonly severity: string;
  /** What a period without a datapoint counts as, as CloudWatch names it. */
  readonly missingData: string;
  readonly publisher: string;
  readonly runbook: string;
}

/** Writes down what an alarm was made from. */
export function recordAlarm(alarm: IConstruct, facts: AlarmFacts): void {
  alarm.node.addMetadata(ALARM, facts);
}
