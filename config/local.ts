import type { Environment } from './environment';

/** The local cloud: small, everything captured, and gone without a trace when it is destroyed. */
export const local: Environment = {
  name: 'local',
  region: 'us-east-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  team: 'ml-platform',
  network: { cidr: '10.3.0.0/20', flowLogRetentionDays: 1 },
  data: {
    captureRetentionDays: 1,
    noncurrentVersionRetentionDays: 1,
    checkpointRetentionDays: 1,
    removalPolicy: 'destroy',
    deletionConfirmed: true,
  },
  notifications: { criticalEmails: [], warningEmails: [] },
  endpoint: {
    name: 'local-ml-endpoint',
    instanceType: 'ml.m5.large',
    variant: {
      name: 'primary',
      instanceCount: 1,
      weight: 1,
      scaling: { minInstances: 1, maxInstances: 3, concurrentRequestsPerInstance: 4 },
    },
    model: { image: 'images/scorer', archive: 'images/scorer/models/v2/model.tar.gz' },
    capture: { percent: 100, prefix: 'data-capture' },
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
    instanceTypes: ['ml.g5.xlarge'],
    nodes: 2,
    deadlineHours: 4,
    maxRuntimeHours: 2,
    maxCostUsd: 20,
    // us-east-1, January 2025.
    onDemandUsdPerHour: 1.4084,
    savingsPercent: 20,
    savingsMinutes: 60,
  },
};
