import type { Environment } from './environment';

/** Where a change is tried first: one small instance that does not scale. */
export const dev: Environment = {
  name: 'dev',
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  team: 'ml-platform',
  network: { cidr: '10.2.0.0/20', flowLogRetentionDays: 14 },
  data: {
    captureRetentionDays: 14,
    noncurrentVersionRetentionDays: 7,
    checkpointRetentionDays: 7,
    removalPolicy: 'retain',
    deletionConfirmed: false,
  },
  notifications: { criticalEmails: [], warningEmails: [] },
  endpoint: {
    name: 'dev-ml-endpoint',
    instanceType: 'ml.m5.large',
    variant: {
      name: 'primary',
      instanceCount: 1,
      weight: 1,
    },
    model: { image: 'images/scorer', archive: 'images/scorer/models/v2/model.tar.gz' },
    capture: { percent: 50, prefix: 'data-capture' },
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
  training: {
    image: 'images/trainer',
    engine: 'batch',
    instanceTypes: ['g5.xlarge', 'g5.2xlarge', 'g6.xlarge', 'g6.2xlarge'],
    nodes: 1,
    deadlineHours: 6,
    maxRuntimeHours: 2,
    maxCostUsd: 10,
    // us-east-1, July 2026: a g5.2xlarge.
    onDemandUsdPerHour: 1.212,
    savingsPercent: 20,
    savingsMinutes: 60,
  },
};
