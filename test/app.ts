import { App } from 'aws-cdk-lib';
import { context } from '../cdk.json';

/** An app with the feature flags of cdk.json, as the CDK CLI makes it. */
export function slipwayApp(): App {
  return new App({ context, analyticsReporting: false });
}
