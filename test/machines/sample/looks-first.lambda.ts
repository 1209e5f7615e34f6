import {
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { WEIGHT_SHIFT } from './constants';
import { weights } from './weights.decision';

const sagemaker = new SageMakerClient({});
const endpointName = process.env[WEIGHT_SHIFT.endpointVariable];

/** How not to write it: it trusts a read before it writes. The search has to see that. */
export async function handler({ greenPercent }: { greenPercent: number }): Promise<{ greenPercent: number }> {
  const { ProductionVariants = [] } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }));
  const green = ProductionVariants.find(({ VariantName }) => VariantName === 'green');
  if (green?.DesiredWeight === greenPercent) return { greenPercent };
  await sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: endpointName,
      DesiredWeightsAndCapacities: weights(greenPercent),
    }),
  );
  return { greenPercent };
}
