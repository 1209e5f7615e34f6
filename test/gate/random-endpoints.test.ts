import { buildEndpoint } from '../arbitrary/model-endpoint/build';
import { endpointPlans } from '../arbitrary/model-endpoint/plans.arbitrary';
import { acceptedRenderClean, REPEAT, RUNS } from '../arbitrary/harness';

it(`ModelEndpoint: what ${RUNS} random inputs become has no finding (${REPEAT})`, async () => {
  await acceptedRenderClean(endpointPlans, buildEndpoint);
}, 600_000);
