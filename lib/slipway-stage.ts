import { Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import type { Release } from '../config/release';
import { DELETION_CONTEXT } from '../constructs/private/deletion';
import { DataStack } from './data-stack';
import { NetworkStack } from './network-stack';
import { OperationsStack } from './operations-stack';
import { ServingStack } from './serving-stack';
import { TrainingStack } from './training-stack';

export interface SlipwayStageProps {
  readonly environment: Environment;
  readonly release: Release;
}

/** One environment: its stacks, and how they stand on each other. */
export class SlipwayStage extends Stage {
  constructor(scope: Construct, id: string, { environment, release }: SlipwayStageProps) {
    super(scope, id, { env: { account: environment.account, region: environment.region } });
    this.node.setContext(DELETION_CONTEXT, environment.data.deletionConfirmed);

    const network = new NetworkStack(this, 'network', environment);
    const data = new DataStack(this, 'data', environment);
    const serving = new ServingStack(this, 'serving', { environment, release, network, data });
    const { training } = environment;
    if (training) new TrainingStack(this, 'training', { environment, config: training, network, data });
    new OperationsStack(this, 'operations', environment, serving);

    Tags.of(this).add('Environment', environment.name);
    Tags.of(this).add('Team', environment.team);
  }
}
