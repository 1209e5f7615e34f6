import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { validateBatch } from './batch-rules';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import { MIN_RUNTIME_SECONDS, STARTUP_SECONDS } from './constants';
import { validateSageMaker } from './sagemaker-rules';
import { fail } from '../private/fail';

/* What no engine could do. Limits, where an engine has none of its own: API CreateTrainingJob (November 2026). */

const NAME = /^(?=.{1,20}$)[a-z0-9](-*[a-z0-9])*$/;
const MOST_SECONDS = 28 * 86_400;
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

type Refuse = (message: string) => never;

export function validateCluster(scope: IConstruct, props: GpuTrainingClusterProps): void {
  const refuse: Refuse = (message) => fail(scope, message);
  const { clusterName, nodes } = props;
  if (clusterName !== undefined && (Token.isUnresolved(clusterName) || !NAME.test(clusterName))) {
    refuse(
      `clusterName is ${quoted(clusterName)}, allowed are 1 to 20 lower-case letters, digits and inner hyphens: jobs are named after it, ` +
        'and permissions hold only for such names',
    );
  }
  if (nodes !== undefined && (!Number.isInteger(nodes) || nodes < 1)) {
    refuse(`nodes is ${text(nodes)}, allowed are whole numbers from 1 up`);
  }
  const batch = props.engine?.batchOptions;
  if (batch) validateBatch(scope, props, batch);
  else validateSageMaker(scope, props);
  validateLimits(refuse, props);
  validatePrices(refuse, props);
  validateSpot(refuse, props);
  validateTags(refuse, props);
}

function validateLimits(refuse: Refuse, { limits }: GpuTrainingClusterProps): void {
  const seconds = (field: keyof typeof limits, least: number, most: number): number | undefined => {
    const given = limits[field];
    if (given === undefined || typeof given === 'number') return undefined;
    if (given.isUnresolved())
      refuse(`limits.${field} is a token, allowed is a literal: what can be met is checked at synth`);
    const value = given.toSeconds({ integral: false });
    if (!Number.isInteger(value) || value < least || value > most) {
      refuse(`limits.${field} is ${value} s, allowed are ${least} to ${most}, whole`);
    }
    return value;
  };
  const most = seconds('maxRuntime', 60, MOST_SECONDS) ?? 0;
  const expected = seconds('expectedRuntime', 60, MOST_SECONDS);
  seconds('startupTime', 60, 3600);
  if (expected !== undefined && expected > most) {
    refuse(`limits.expectedRuntime is ${expected} s, allowed are up to maxRuntime, ${most} s: a job is stopped then`);
  }
}

function validatePrices(refuse: Refuse, { hourlyPrices, limits, nodes = 1 }: GpuTrainingClusterProps): void {
  const { maxCostUsd } = limits;
  if (maxCostUsd !== undefined) {
    if (!(maxCostUsd > 0 && maxCostUsd < Infinity))
      refuse(`limits.maxCostUsd is ${text(maxCostUsd)}, allowed are numbers above 0`);
    if (!hourlyPrices) {
      refuse(
        'limits.maxCostUsd is given without hourlyPrices, allowed is with them: AWS tells no price while a job runs',
      );
    }
  }
  if (!hourlyPrices) return;
  const { onDemandUsd, spotUsd } = hourlyPrices;
  if (!(onDemandUsd > 0 && onDemandUsd < Infinity)) {
    refuse(`hourlyPrices.onDemandUsd is ${text(onDemandUsd)}, allowed are numbers above 0`);
  }
  if (spotUsd !== undefined && !(spotUsd > 0 && spotUsd < onDemandUsd)) {
    refuse(
      `hourlyPrices.spotUsd is ${text(spotUsd)}, allowed are numbers above 0 and below onDemandUsd, ${onDemandUsd}: ` +
        'where Spot saves nothing, take SpotPolicy.onDemandOnly()',
    );
  }
  const least = (onDemandUsd * nodes * MIN_RUNTIME_SECONDS) / 3600;
  if (maxCostUsd !== undefined && maxCostUsd < least) {
    refuse(
      `limits.maxCostUsd is ${maxCostUsd}, allowed are numbers from ${least} up, what a minute of the cluster costs: ` +
        'no job is made for less',
    );
  }
}

function validateSpot(refuse: Refuse, { spotPolicy, limits }: GpuTrainingClusterProps): void {
  if (!spotPolicy.usesSpot) return;
  const runtime = limits.maxRuntime.toSeconds();
  const wait = spotPolicy.maxWait?.toSeconds();
  if (wait !== undefined && wait < runtime) {
    refuse(
      `spotPolicy.maxWait is ${wait} s, allowed are from maxRuntime up, ${runtime} s: it holds waiting and training together`,
    );
  }
  const deadline = spotPolicy.deadline?.toSeconds();
  const needed =
    (limits.expectedRuntime?.toSeconds() ?? runtime) + (limits.startupTime?.toSeconds() ?? STARTUP_SECONDS);
  if (deadline !== undefined && deadline < needed) {
    refuse(
      `spotPolicy.deadline is ${deadline} s, allowed are from ${needed} s up, the expected runtime and a start: ` +
        'not even on-demand instances meet it',
    );
  }
}

/** At most 50 (API CreateTrainingJob, Tags). */
function validateTags(refuse: Refuse, { jobTags = {} }: GpuTrainingClusterProps): void {
  const names = Object.keys(jobTags);
  if (names.length > 50) refuse(`jobTags has ${names.length} entries, allowed are up to 50`);
  const reserved = names.find((name) => /^aws:/i.test(name) || name.length < 1 || name.length > 128);
  if (reserved !== undefined) {
    refuse(`jobTags has "${reserved}", allowed are names of 1 to 128 characters that do not begin with aws:`);
  }
  const wrong = Object.entries(jobTags).flatMap(([name, value]) => [
    ...(TAG.test(name) ? [] : [`the name "${name}"`]),
    ...(Token.isUnresolved(value) || (TAG.test(value) && value.length <= 256) ? [] : [`"${value}" in "${name}"`]),
  ]);
  if (wrong.length > 0) {
    refuse(
      `jobTags has ${wrong.join(', ')}, allowed are letters, digits, spaces and _.:/=+-@, 256 characters in a value`,
    );
  }
}

function text(value: number): string {
  return Token.isUnresolved(value) ? 'a token' : String(value);
}

function quoted(value: string): string {
  return Token.isUnresolved(value) ? 'a token' : `"${value}"`;
}
