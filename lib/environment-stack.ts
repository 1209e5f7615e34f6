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
    const { account, region } = environmentConfig;
    super(scope, id, { env: { account, region }, ...props });
  }

  public override get availabilityZones(): string[] {
    return [...this.environmentConfig.availabilityZones];
  }
}
