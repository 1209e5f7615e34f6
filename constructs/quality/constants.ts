/**
 * The contract of quality metrics. Whoever judges the model's data and answers puts these, every five minutes, with the
 * one dimension EndpointName. No imports, so that publishers stay small.
 */
export const QUALITY_METRICS = {
  namespace: 'Slipway/Quality',
  periodMinutes: 5,
  endpointDimension: 'EndpointName',
  /** 0 and up, no unit: the largest population stability index over all features, against the training data. */
  driftScore: 'DataDriftScore',
  /** 0 to 1, no unit: the share of right answers among those whose truth is known by now. */
  accuracy: 'ModelAccuracy',
} as const;
