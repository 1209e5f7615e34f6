import type { aws_iam as iam } from 'aws-cdk-lib';
import { EarlyStopping, type HyperparameterTuningOptions, TuningCheckpoints } from './hyperparameter-tuning';
import type { TuningRange } from './range';
import type { TuningTerms } from './state.decision';
import { TRAINING, TUNING } from '../constants';
import type { TrainingJobSpec } from '../sagemaker-create-job';
import type { ClusterFacts } from '../engine';
import { renderSpec } from '../sagemaker-job-spec';
import type { TrainingJobOptions } from '../training-job';

/** A tuning job as the machine asks for it. What differs from run to run comes from the handler's advice. */
export interface TuningSpec {
  /** Of its training jobs. */
  readonly training: TrainingJobSpec;
  /** HyperParameterTuningJobConfig, as the API names it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Of each training job. */
  readonly stoppingCondition: Readonly<Record<string, unknown>>;
  readonly spot: boolean;
  readonly keepsCheckpoints: boolean;
  readonly warmStartType?: string;
}

/** What trains, with the metric that it is tuned by. */
export function tunedJob({ job, objective }: HyperparameterTuningOptions): TrainingJobOptions {
  const others = (job.metrics ?? []).filter(({ name }) => name !== objective.metric.name);
  return { ...job, metrics: [objective.metric, ...others] };
}

export function renderTuning(cluster: ClusterFacts, role: iam.IRole, options: HyperparameterTuningOptions): TuningSpec {
  const { limits, spotPolicy } = cluster.props;
  const keepsCheckpoints = options.checkpoints === TuningCheckpoints.BY_JOB_NAME;
  const job = tunedJob(options);
  const environment = keepsCheckpoints
    ? { [TRAINING.checkpointsByJobNameVariable]: 'true', ...job.environment }
    : job.environment;
  return {
    training: renderSpec(cluster, role, { ...job, environment }),
    config: renderConfig(options),
    stoppingCondition: {
      MaxRuntimeInSeconds: limits.maxRuntime.toSeconds(),
      ...(spotPolicy.maxWait ? { MaxWaitTimeInSeconds: spotPolicy.maxWait.toSeconds() } : {}),
    },
    spot: spotPolicy.usesSpot,
    keepsCheckpoints,
    warmStartType: options.warmStart?.similarity,
  };
}

/** What the adviser is told at every poll. */
export function renderTuningTerms(
  { props, clusterName }: ClusterFacts,
  { job, ranges, limits, checkpoints, warmStart }: HyperparameterTuningOptions,
): TuningTerms {
  const { bucket, prefix } = props.checkpoints;
  return {
    jobPrefix: clusterName,
    // No run has a name with an underscore, so none has this folder.
    ...(checkpoints === TuningCheckpoints.BY_JOB_NAME
      ? { checkpointsUri: `s3://${bucket.bucketName}/${prefix}/${clusterName}/_tuning/` }
      : {}),
    outputUri: `s3://${props.output.bucketName}/models/`,
    maxRuntimeSeconds: limits.maxRuntime.toSeconds(),
    hyperparameters: job.hyperparameters ?? {},
    tuned: ranges.map(({ name }) => name),
    ...(warmStart ? { parents: warmStart.parents } : {}),
  };
}

/** How often to look, seconds: once a minute, or as often as an execution's 25,000 events allow for the longest run. */
export function pollSeconds({ limits }: HyperparameterTuningOptions): number {
  const longest = TUNING.patienceSeconds + limits.maxRuntime.toSeconds() + 2 * TUNING.graceSeconds;
  return Math.max(TUNING.pollSeconds, Math.ceil(longest / TUNING.polls));
}

function renderConfig(options: HyperparameterTuningOptions): Record<string, unknown> {
  const { objective, ranges, limits, strategy, earlyStopping, randomSeed } = options;
  const of = (kind: string) => ranges.filter((range) => range.kind === kind).map(({ _rendered }) => _rendered);
  return {
    Strategy: strategy?.name ?? 'Bayesian',
    ...(strategy?.hyperbandOptions
      ? {
          StrategyConfig: {
            HyperbandStrategyConfig: {
              MinResource: strategy.hyperbandOptions.minResource,
              MaxResource: strategy.hyperbandOptions.maxResource,
            },
          },
        }
      : {}),
    HyperParameterTuningJobObjective: { Type: objective.direction, MetricName: objective.metric.name },
    ResourceLimits: {
      ...(limits.maxJobs === undefined ? {} : { MaxNumberOfTrainingJobs: limits.maxJobs }),
      MaxParallelTrainingJobs: limits.maxParallelJobs,
      MaxRuntimeInSeconds: limits.maxRuntime.toSeconds(),
    },
    ParameterRanges: {
      ContinuousParameterRanges: of('continuous'),
      IntegerParameterRanges: of('integer'),
      CategoricalParameterRanges: of('categorical'),
    },
    TrainingJobEarlyStoppingType: earlyStopping ?? EarlyStopping.OFF,
    ...(randomSeed === undefined ? {} : { RandomSeed: randomSeed }),
  };
}

/** How many training jobs there are: as given, or all combinations of a grid. */
export function numberOfJobs({ limits, ranges }: HyperparameterTuningOptions): number {
  return limits.maxJobs ?? ranges.reduce((product, { size = 1 }: TuningRange) => product * size, 1);
}
