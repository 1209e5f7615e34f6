import type { Environment } from './environment';

/** What customers use. */
export const prod: Environment = {
  name: 'prod',
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  team: 'ml-platform',
  network: { cidr: '10.0.0.0/16', flowLogRetentionDays: 90 },
  data: {
    captureRetentionDays: 90,
    noncurrentVersionRetentionDays: 30,
    checkpointRetentionDays: 30,
    removalPolicy: 'retain',
    deletionConfirmed: false,
  },
  notifications: { criticalEmails: [], warningEmails: [] },
  endpoint: {
    name: 'production-ml-endpoint',
    instanceType: 'ml.m5.xlarge',
    variant: {
      name: 'primary',
      instanceCount: 2,
      weight: 1,
      scaling: { minInstances: 2, maxInstances: 6, concurrentRequestsPerInstance: 8 },
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
  training: {
    image: 'images/trainer',
    engine: 'sagemaker',
    instanceTypes: ['ml.g6.12xlarge'],
    nodes: 2,
    deadlineHours: 12,
    maxRuntimeHours: 8,
    maxCostUsd: 150,
    // us-east-1, January 2025.
    onDemandUsdPerHour: 5.752,
    savingsPercent: 20,
    savingsMinutes: 60,
    offPeak: { day: 'SAT', hourUtc: 22 },
  },
};
