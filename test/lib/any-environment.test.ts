import fc from 'fast-check';
import { environment } from '../../config';
import { release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';
import { environments } from '../config/environments.arbitrary';

/** The files that exist stand in for those that an arbitrary environment names. */
const { model } = environment('prod').endpoint;
const { image } = environment('prod').training ?? { image: '' };

it('what config accepts, lib can build', () => {
  fc.assert(
    fc.property(environments, (any) => {
      const { instanceType } = any.endpoint;
      new SlipwayStage(slipwayApp(), 'any', {
        environment: {
          ...any,
          endpoint: { ...any.endpoint, model },
          ...(any.training ? { training: { ...any.training, image } } : {}),
        },
        release: { stable: { ...release('prod').stable, instanceType } },
      });
    }),
    { numRuns: 25 },
  );
});
