import { checkpointInterval, expectSpot, type SpotExpectation } from './spot-expectation';
import { LOOK_SECONDS, POLL_SECONDS, STARTUP_SECONDS } from './constants';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import type { RunTerms } from './run.decision';
import type { TrainingJobOptions } from './training-job';

/** What a cluster expects of Spot, and how often its trainers are advised to save. */
export interface Expectation extends SpotExpectation {
  readonly checkpointIntervalSeconds: number;
}

export function expectationOf(props: GpuTrainingClusterProps, region: string): Expectation {
  const { instanceTypes, nodes = 1, hourlyPrices, checkpoints } = props;
  // Which of several types a run gets is not known: the worst of each is safe.
  const types = instanceTypes.map((type) => expectSpot(type, region, nodes));
  const expected: SpotExpectation = {
    meanUpSeconds: Math.min(...types.map(({ meanUpSeconds }) => meanUpSeconds)),
    meanDownSeconds: Math.max(...types.map(({ meanDownSeconds }) => meanDownSeconds)),
    priceRatio: Math.max(...types.map(({ priceRatio }) => priceRatio)),
  };
  const { interval, writeTime } = checkpoints;
  return {
    ...expected,
    priceRatio:
      hourlyPrices?.spotUsd === undefined ? expected.priceRatio : hourlyPrices.spotUsd / hourlyPrices.onDemandUsd,
    checkpointIntervalSeconds:
      interval?.toSeconds() ?? checkpointInterval(writeTime.toSeconds(), expected.meanUpSeconds),
  };
}

/** What the adviser is told at every poll. */
export function renderTerms(
  clusterName: string,
  props: GpuTrainingClusterProps,
  expectation: Expectation,
  job: TrainingJobOptions,
): RunTerms {
  const { checkpoints, limits, hourlyPrices, nodes, output } = props;
  return {
    jobPrefix: clusterName,
    checkpointsUri: `s3://${checkpoints.bucket.bucketName}/${checkpoints.prefix}/${clusterName}/`,
    outputUri: `s3://${output.bucketName}/models/`,
    capacity: renderCapacity(props, expectation),
    nodes: nodes ?? 1,
    maxRuntimeSeconds: limits.maxRuntime.toSeconds(),
    ...(hourlyPrices ? { onDemandUsdPerHour: hourlyPrices.onDemandUsd } : {}),
    ...(limits.maxCostUsd === undefined ? {} : { maxCostUsd: limits.maxCostUsd }),
    hyperparameters: job.hyperparameters ?? {},
  };
}

function renderCapacity(
  { spotPolicy, limits, checkpoints }: GpuTrainingClusterProps,
  { priceRatio, meanUpSeconds, meanDownSeconds, checkpointIntervalSeconds }: Expectation,
): RunTerms['capacity'] {
  const { deadline, maxWait, rule, afterDeadline } = spotPolicy;
  if (maxWait) return { kind: 'spot', maxWaitSeconds: maxWait.toSeconds(), spotPriceRatio: priceRatio };
  if (!deadline || !rule || !afterDeadline) return { kind: 'on-demand' };
  return {
    kind: 'until-deadline',
    afterDeadline,
    terms: {
      policy: rule,
      deadlineSeconds: deadline.toSeconds(),
      workSeconds: (limits.expectedRuntime ?? limits.maxRuntime).toSeconds(),
      spotPriceRatio: priceRatio,
      restartSeconds: limits.startupTime?.toSeconds() ?? STARTUP_SECONDS,
      // Its end is seen at a poll.
      checkpointSeconds: Math.ceil(checkpoints.writeTime.toSeconds() / POLL_SECONDS) * POLL_SECONDS,
      checkpointIntervalSeconds,
      pollSeconds: POLL_SECONDS + LOOK_SECONDS,
      prior: { meanUpSeconds, meanDownSeconds },
    },
  };
}
