import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';

/** A stack of one environment: its zones are stated, so that synth looks nothing up. */
export abstract class EnvironmentStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    protected readonly environmentConfig: Environment,
    props: StackProps,
  ) {
    super(scope, id, props);
  }

  public override get availabilityZones(): string[] {
    return [...this.environmentConfig.availabilityZones];
  }
}
