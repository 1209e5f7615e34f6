import type { Construct } from 'constructs';
import { observability } from '../constructs';
import type { Environment } from '../config';
import { EnvironmentStack } from './environment-stack';
import type { ServingStack } from './serving-stack';

/** What people look at. Nothing depends on it, and it takes no references, which would hold an alarm's name fast. */
export class OperationsStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment, { endpoint, alarmSpecs }: ServingStack) {
    super(scope, id, environment, { description: `Dashboards of ${environment.name}` });
    const variant = environment.endpoint.variant.name;
    new observability.AlarmDashboard(this, 'Dashboard', {
      specs: alarmSpecs,
      metrics: [
        endpoint.metricInvocations(variant),
        endpoint.metricConcurrentRequests(variant),
        endpoint.metricCpuUtilization(variant),
        endpoint.metricMemoryUtilization(variant),
      ],
    });
  }
}
