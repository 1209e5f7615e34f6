import {
  Annotations,
  aws_iam as iam,
  type aws_kms as kms,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ISeverityTopics } from '../observability';
import { fail } from '../private/fail';

export interface NotificationTopicsProps {
  /** Encrypts messages. CloudWatch is allowed to use it: without that, alarms would be lost silently. */
  readonly encryptionKey: kms.IKey;

  /**
   * E-mail addresses told of critical alarms. Each gets a message that it must confirm.
   *
   * @default - nobody; subscribe to `critical` yourself
   */
  readonly criticalEmails?: string[];

  /**
   * E-mail addresses told of warnings. Each gets a message that it must confirm.
   *
   * @default - nobody; subscribe to `warning` yourself
   */
  readonly warningEmails?: string[];
}

/**
 * Where people hear of alarms: one topic for each severity.
 *
 * Defines two encrypted topics that only CloudWatch alarms of the same account may publish to, by TLS.
 *
 * @example
 * declare const key: kms.Key;
 * new data.NotificationTopics(this, 'Topics', { encryptionKey: key, criticalEmails: ['oncall@example.com'] });
 */
export class NotificationTopics extends Construct implements ISeverityTopics {
  /** Somebody is woken up. */
  public readonly critical: sns.ITopic;

  /** Somebody looks within the day. */
  public readonly warning: sns.ITopic;

  constructor(scope: Construct, id: string, props: NotificationTopicsProps) {
    super(scope, id);
    const { encryptionKey, criticalEmails = [], warningEmails = [] } = props;
    this.validateEmails({ criticalEmails, warningEmails });

    this.critical = this.createTopic('Critical', encryptionKey, criticalEmails);
    this.warning = this.createTopic('Warning', encryptionKey, warningEmails);
    this.allowAlarmsToEncrypt(encryptionKey);
  }

  private createTopic(id: string, masterKey: kms.IKey, emails: string[]): sns.Topic {
    const topic = new sns.Topic(this, id, { masterKey, enforceSSL: true });
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alarms',
        principals: [new iam.ServicePrincipal(PUBLISHER)],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const email of emails) topic.addSubscription(new subscriptions.EmailSubscription(email));
    return topic;
  }

  private allowAlarmsToEncrypt(key: kms.IKey): void {
    const { statementAdded } = key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alarms',
        principals: [new iam.ServicePrincipal(PUBLISHER)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (!statementAdded) {
      Annotations.of(this).addWarningV2(
        'cdk-slipway:notificationKeyPolicy',
        `encryptionKey is imported, so its policy stays as it is: allow ${PUBLISHER} kms:Decrypt and ` +
          'kms:GenerateDataKey* there, or alarms are lost silently',
      );
    }
  }

  private validateEmails(fields: Record<string, string[]>): void {
    for (const [field, emails] of Object.entries(fields)) {
      const wrong = emails.find((email) => !/^[^@\s]+@[^@\s]+$/.test(email));
      if (wrong !== undefined) fail(this, `${field} has "${wrong}", allowed are e-mail addresses`);
    }
  }
}

const PUBLISHER = 'cloudwatch.amazonaws.com';
