import { SageMakerClient, UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker';
import { WEIGHT_SHIFT } from './constants';
import { weights } from './weights.decision';

const sagemaker = new SageMakerClient({});
const endpointName = process.env[WEIGHT_SHIFT.endpointVariable];

/** Sets the weights, whatever they are: to look first would trust a read that may be old. */
export async function handler({ greenPercent }: { greenPercent: number }): Promise<{ greenPercent: number }> {
  await sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: endpointName,
      DesiredWeightsAndCapacities: weights(greenPercent),
    }),
  );
  return { greenPercent };
}
