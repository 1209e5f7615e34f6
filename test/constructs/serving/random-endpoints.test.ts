import { buildEndpoint } from '../../arbitrary/model-endpoint/build';
import { MUTATIONS } from '../../arbitrary/model-endpoint/mutations';
import { endpointPlans } from '../../arbitrary/model-endpoint/plans.arbitrary';
import { brokenIsRefused, REPEAT, RUNS } from '../../arbitrary/harness';

const EACH = Math.ceil(RUNS / MUTATIONS.length);

describe(`ModelEndpoint: a random input (${REPEAT})`, () => {
  it.each(MUTATIONS.map((mutation) => [mutation.when, mutation] as const))('fails when %s', (_, mutation) => {
    brokenIsRefused(endpointPlans, mutation, buildEndpoint, EACH);
  });
});
