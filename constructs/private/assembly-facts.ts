import type { IConstruct } from 'constructs';

/**
 * What the review and the preflight want to know and no template says, as metadata of constructs: `cdk synth` writes it into the
 * assembly beside the templates, and nothing of it is deployed.
 */
const ALARM = 'cdk-slipway:alarm';
const QUOTAS = 'cdk-slipway:quotas';

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

/** A service quota that something needs when it is at work. */
export interface QuotaNeed {
  /** As Service Quotas names it: `sagemaker`. */
  readonly service: string;
  /** As Service Quotas names it. Codes are not written down anywhere, and are found by this name. */
  readonly name: string;
  /** In the unit of the quota; undefined where only a deployment tells. */
  readonly needed: number | undefined;
}

/** Writes down which quotas a construct needs, by itself: those of others at the same time add up. */
export function recordQuotas(construct: IConstruct, needs: readonly QuotaNeed[]): void {
  construct.node.addMetadata(QUOTAS, needs);
}
