import type { Construct } from 'constructs';
import { observability } from '../constructs';
import type { Environment } from '../config';
import { EnvironmentStack } from './environment-stack';
import type { ServingStack } from './serving-stack';

/** What people look at. Nothing depends on it. */
export class OperationsStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment, { endpoint, alarmSpecs, alarms }: ServingStack) {
    super(scope, id, environment, { description: `Dashboards of ${environment.name}` });
    const variant = environment.endpoint.variant.name;
    new observability.AlarmDashboard(this, 'Dashboard', {
      specs: alarmSpecs,
      alarms: alarms.alarms,
      metrics: [
        endpoint.metricInvocations(variant),
        endpoint.metricConcurrentRequests(variant),
        endpoint.metricCpuUtilization(variant),
        endpoint.metricMemoryUtilization(variant),
      ],
    });
  }
}
