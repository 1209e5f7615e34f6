import { App, Stack } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import { GIVEN, type Wanted } from './wanted';

/** Defines endpoints in a stack: first what they share, then one at a time. */
export type Definer = (stack: Stack) => (wanted: Wanted) => void;

/** 25 endpoints a stack: CloudFormation takes 500 resources, and a peer defines eleven an endpoint. */
const ENDPOINTS_PER_STACK = 25;

/** An app of so many endpoints, with the feature flags that a new app has. */
export function appOf(definer: Definer, wanted: readonly Wanted[]): App {
  const app = new App({ context, analyticsReporting: false });
  for (let first = 0; first < wanted.length; first += ENDPOINTS_PER_STACK) {
    const define = definer(new Stack(app, `stack-${first}`, { env: GIVEN.env }));
    for (const one of wanted.slice(first, first + ENDPOINTS_PER_STACK)) define(one);
  }
  return app;
}
