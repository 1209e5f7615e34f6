import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { EarlyStopping, type HyperparameterTuningOptions, TuningCheckpoints } from './hyperparameter-tuning';
import { numberOfJobs } from './spec';
import type { GpuTrainingClusterProps } from '../gpu-training-cluster-props';
import { fail } from '../../private/fail';

/*
 * What SageMaker refuses when a tuning job is made, or worse, accepts and mixes up. Limits: API CreateHyperParameterTuningJob
 * (November 2026). Which strategies go with what: the developer guide's pages on HyperbandStrategyConfig, "Run a Warm Start
 * Hyperparameter Tuning Job" and "How Hyperparameter Tuning Works".
 */

type Refuse = (message: string) => never;
type Rule = (refuse: Refuse, options: HyperparameterTuningOptions, props: GpuTrainingClusterProps) => void;

/** @param props of the cluster, with the policy of the tuning */
export function validateTuning(
  scope: IConstruct,
  id: string,
  props: GpuTrainingClusterProps,
  options: HyperparameterTuningOptions,
): void {
  const refuse: Refuse = (message) => fail(scope, `tuning "${id}": ${message}`);
  if (props.engine?.batchOptions) {
    refuse('the engine of the cluster is Batch, allowed is SageMaker: tuning is a service of SageMaker');
  }
  for (const rule of RULES) rule(refuse, options, props);
}

/** Most hyperparameters of a training job are 100, and SageMaker adds `_tuning_objective_metric`. */
const MOST_HYPERPARAMETERS = 99;
const MOST_RANGES = 30;
/** Environment variables of a tuning job are 48 at most, and the cluster sets up to six. */
const MOST_VARIABLES = 42;
const MOST_SECONDS = 15_768_000;
const MOST_SEED = 2 ** 31 - 1;
/** On Spot, without checkpoints: what SageMaker itself allows algorithms that keep none. */
const MOST_SECONDS_WITHOUT_CHECKPOINTS = 3600;

const validateRanges: Rule = (refuse, { ranges, job }) => {
  const fixed = Object.keys(job.hyperparameters ?? {});
  if (ranges.length < 1 || ranges.length > MOST_RANGES) {
    refuse(`ranges has ${ranges.length} entries, allowed are 1 to ${MOST_RANGES}`);
  }
  const names = ranges.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) refuse(`ranges has "${twice}" twice, allowed are unique names`);
  const both = names.find((name) => fixed.includes(name));
  if (both !== undefined) {
    refuse(
      `ranges has "${both}", which job.hyperparameters has too, allowed is one of them: it is tuned, or it is fixed`,
    );
  }
  const all = ranges.length + fixed.length;
  if (all > MOST_HYPERPARAMETERS) {
    refuse(
      `ranges and job.hyperparameters have ${all} entries together, allowed are ${MOST_HYPERPARAMETERS}: SageMaker adds one of its own`,
    );
  }
};

const validateGrid: Rule = (refuse, { strategy, ranges, limits, warmStart }) => {
  if (strategy?.name !== 'Grid') return;
  const other = ranges.find(({ kind }) => kind !== 'categorical');
  if (other) {
    refuse(
      `ranges has "${other.name}", which is ${other.kind}, allowed are categorical ones: a grid tries every value`,
    );
  }
  if (limits.maxJobs !== undefined) {
    refuse(`limits.maxJobs is ${limits.maxJobs} with a grid, allowed is none: it has as many jobs as combinations`);
  }
  if (warmStart) {
    refuse(
      'warmStart is given with a grid, allowed is none: a search that tries every combination learns nothing from others',
    );
  }
};

const validateHyperband: Rule = (refuse, { strategy, earlyStopping, warmStart }) => {
  if (strategy?.name !== 'Hyperband') return;
  if (earlyStopping === EarlyStopping.AUTO) {
    refuse('earlyStopping is Auto with Hyperband, allowed is Off: Hyperband stops jobs by a rule of its own');
  }
  if (warmStart) {
    refuse(
      'warmStart is given with Hyperband, allowed is none: a warm start knows how jobs ended, and not how they came there',
    );
  }
};

const validateLimits: Rule = (refuse, options) => {
  const { limits, strategy } = options;
  const { maxJobs, maxParallelJobs, maxRuntime } = limits;
  if (maxJobs === undefined && strategy?.name !== 'Grid') {
    refuse('limits.maxJobs is not given, allowed is that for a grid alone: every other search has no end of its own');
  }
  for (const [field, value] of Object.entries({ maxJobs, maxParallelJobs })) {
    if (value === undefined || Token.isUnresolved(value)) continue;
    if (!Number.isInteger(value) || value < 1)
      refuse(`limits.${field} is ${value}, allowed are whole numbers from 1 up`);
  }
  const jobs = numberOfJobs(options);
  if (!Token.isUnresolved(jobs) && !Token.isUnresolved(maxParallelJobs) && maxParallelJobs > jobs) {
    refuse(`limits.maxParallelJobs is ${maxParallelJobs}, allowed are up to ${jobs}, the number of jobs altogether`);
  }
  if (maxRuntime.isUnresolved()) {
    refuse('limits.maxRuntime is a token, allowed is a literal: how often to look is set at synth');
  }
  const seconds = maxRuntime.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 120 || seconds > MOST_SECONDS) {
    refuse(`limits.maxRuntime is ${seconds} s, allowed are 120 to ${MOST_SECONDS}, whole`);
  }
};

const validateObjective: Rule = (refuse, { objective, job }) => {
  const { name, regex } = objective.metric;
  const same = job.metrics?.find((metric) => metric.name === name);
  if (same && same.regex !== regex) {
    refuse(
      `objective is "${name}" by "${regex}", which job.metrics reads by "${same.regex}", allowed is one regex for one name`,
    );
  }
};

const validateSpot: Rule = (refuse, { checkpoints }, { spotPolicy, engine }) => {
  if (engine?.sageMakerOptions.trainingPlanArn !== undefined) {
    refuse(
      'engine.trainingPlanArn is given, allowed is none: AWS does not say that tuning jobs take instances of a plan',
    );
  }
  if (spotPolicy.deadline) {
    refuse(
      'spotPolicy has a deadline, allowed are spotOnly and onDemandOnly: SageMaker starts the jobs of a tuning, and nothing can ' +
        'move one to on-demand instances in time. Give the tuning a spotPolicy of its own',
    );
  }
  const wait = spotPolicy.maxWait?.toSeconds() ?? 0;
  if (checkpoints === TuningCheckpoints.BY_JOB_NAME || wait <= MOST_SECONDS_WITHOUT_CHECKPOINTS) return;
  refuse(
    `spotPolicy.maxWait is ${wait} s without checkpoints, allowed are up to ${MOST_SECONDS_WITHOUT_CHECKPOINTS}: a job that is ` +
      'interrupted begins anew. Set checkpoints to BY_JOB_NAME if the trainer keeps them by job name',
  );
};

/** AWS tells no cost while a tuning job is at work, so what it may cost at most is held against the limit. */
const validateCost: Rule = (refuse, options, { limits: { maxCostUsd, maxRuntime }, hourlyPrices, nodes = 1 }) => {
  if (maxCostUsd === undefined || !hourlyPrices) return;
  const { maxParallelJobs, maxRuntime: whole } = options.limits;
  const jobs = numberOfJobs(options);
  if (Token.isUnresolved(jobs) || Token.isUnresolved(maxParallelJobs)) {
    refuse(
      'limits has a token, allowed are literals with a cluster whose limits.maxCostUsd is set: the cost is checked at synth',
    );
  }
  const seconds = Math.min(jobs * maxRuntime.toSeconds(), maxParallelJobs * whole.toSeconds());
  const cost = (seconds / 3600) * nodes * hourlyPrices.onDemandUsd;
  if (cost <= maxCostUsd) return;
  refuse(
    `limits let it cost $${cost.toFixed(2)}, allowed are $${maxCostUsd}, the cluster's limits.maxCostUsd: fewer jobs, or less time`,
  );
};

const validateOthers: Rule = (refuse, { randomSeed, job }) => {
  if (randomSeed !== undefined && !Token.isUnresolved(randomSeed)) {
    if (!Number.isInteger(randomSeed) || randomSeed < 0 || randomSeed > MOST_SEED) {
      refuse(`randomSeed is ${randomSeed}, allowed are 0 to ${MOST_SEED}, whole`);
    }
  }
  const variables = Object.keys(job.environment ?? {}).length;
  if (variables > MOST_VARIABLES) {
    refuse(
      `job.environment has ${variables} entries, allowed are up to ${MOST_VARIABLES}: fewer than for a job that is not tuned`,
    );
  }
};

const RULES: readonly Rule[] = [
  validateRanges,
  validateGrid,
  validateHyperband,
  validateLimits,
  validateObjective,
  validateSpot,
  validateCost,
  validateOthers,
];
