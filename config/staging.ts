import type { Environment } from './environment';

/** Like prod, on smaller instances: what passes here is what prod gets. */
export const staging: Environment = {
  name: 'staging',
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  team: 'ml-platform',
  network: { cidr: '10.1.0.0/16', flowLogRetentionDays: 30 },
  data: {
    captureRetentionDays: 30,
    noncurrentVersionRetentionDays: 14,
    checkpointRetentionDays: 14,
    removalPolicy: 'retain',
    deletionConfirmed: false,
  },
  notifications: { criticalEmails: [], warningEmails: [] },
  endpoint: {
    name: 'staging-ml-endpoint',
    instanceType: 'ml.m5.large',
    variant: {
      name: 'primary',
      instanceCount: 2,
      weight: 1,
      scaling: { minInstances: 2, maxInstances: 4, concurrentRequestsPerInstance: 4 },
    },
    model: { image: 'images/scorer', archive: 'images/scorer/models/v1/model.tar.gz' },
    capture: { percent: 10, prefix: 'data-capture' },
    metricPublishFrequencySeconds: 60,
  },
  alarms: {
    latencyP95Millis: 50,
    latencyMinutes: 5,
    driftScore: 0.3,
    driftMinutes: 10,
    accuracy: 0.85,
    accuracyMinutes: 15,
    serverErrorPercent: 1,
    serverErrorMinutes: 5,
  },
  rollout: { trafficPercent: [10, 25, 50, 100] },
};
