import { SageMakerClient, UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker';
import { weights } from './weights.decision';

const sagemaker = new SageMakerClient({});
const endpointName = process.env['ENDPOINT_NAME'];

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
