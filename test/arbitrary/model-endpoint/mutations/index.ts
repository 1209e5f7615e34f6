import type { Mutation } from '../../harness';
import type { EndpointPlan } from '../plan';
import { CONTENT_MUTATIONS } from './content';
import { ALARM_MUTATIONS, ENDPOINT_MUTATIONS } from './endpoint';
import { VARIANT_MUTATIONS } from './variant';

/**
 * The ways to break what a ModelEndpoint is asked for, each one rule and no other. What SageMaker takes: API reference of
 * CreateModel, CreateEndpointConfig and CreateEndpoint (November 2026).
 */
export const MUTATIONS: Mutation<EndpointPlan>[] = [
  ...ENDPOINT_MUTATIONS,
  ...VARIANT_MUTATIONS,
  ...CONTENT_MUTATIONS,
  ...ALARM_MUTATIONS,
];
