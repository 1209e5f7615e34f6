import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { GpuTrainingClusterProps } from './gpu-training-cluster-props';
import { fail } from '../private/fail';
import { factsOf, isInstanceType, knownFact } from '../private/instance-types';

/*
 * What SageMaker refuses when a run starts, or worse, accepts and never runs. Limits: API CreateTrainingJob (November 2026).
 */

type Refuse = (message: string) => never;

export function validateSageMaker(scope: IConstruct, props: GpuTrainingClusterProps): void {
  const refuse: Refuse = (message) => fail(scope, message);
  validateTypes(refuse, props);
  if (props.spotPolicy.usesSpot) validateSpot(refuse, props);
}

function validateTypes(refuse: Refuse, { instanceTypes, engine, encryptionKey }: GpuTrainingClusterProps): void {
  const [type] = instanceTypes;
  if (type === undefined || instanceTypes.length > 1) {
    refuse(
      `instanceTypes has ${instanceTypes.length} entries, allowed is 1: the nodes of a gang are alike, or the fastest wait for the slowest`,
    );
  }
  if (Token.isUnresolved(type) || !isInstanceType(type)) {
    refuse(
      `instanceTypes has ${Token.isUnresolved(type) ? 'a token' : `"${type}"`}, allowed is a literal ml.<family>.<size>: what it can do is checked at synth`,
    );
  }
  const facts = factsOf(type);
  if (!facts)
    refuse(`instanceTypes has ${type}, allowed are types in the table of this version: see docs/instance-types.md`);
  if (!facts.training) refuse(`instanceTypes has ${type}, allowed are types that SageMaker trains on`);
  if (facts.gpus === 0) {
    refuse(
      `instanceTypes has ${type}, which has no GPU, allowed are types with one: this is a cluster for GPU training`,
    );
  }
  for (const [field, given] of [
    ['encryptionKey', encryptionKey],
    ['engine.volumeSize', engine?.sageMakerOptions.volumeSize],
  ] as const) {
    if (!given) continue;
    if (knownFact(type, 'nvmeGb', field, refuse) > 0) {
      refuse(
        `${field} is given with ${type}, allowed are types without local NVMe storage: ` +
          'SageMaker uses that instead of a volume, of its fixed size, encrypted by itself',
      );
    }
  }
}

function validateSpot(refuse: Refuse, { engine }: GpuTrainingClusterProps): void {
  for (const field of ['keepAlive', 'trainingPlanArn'] as const) {
    if (engine?.sageMakerOptions[field] !== undefined) {
      refuse(
        `engine.${field} is given with Spot, allowed is SpotPolicy.onDemandOnly(): SageMaker refuses the two together`,
      );
    }
  }
}
