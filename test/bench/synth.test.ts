import type { Stack } from 'aws-cdk-lib';
import { definer as plainL1 } from '../../bench/synth/plain-l1';
import { templateDifferences } from '../../bench/synth/same-template';
import { definer as slipway } from '../../bench/synth/slipway';
import { wanted } from '../../bench/synth/wanted';

it('ours and plain L1 define the same resources, property by property', () => {
  expect(templateDifferences(slipway, plainL1, wanted(3, 1))).toEqual([]);
});

it('a property that one of them lacks is found', () => {
  const other = (stack: Stack) => {
    const define = plainL1(stack);
    return (one: Parameters<typeof define>[0]) => define({ ...one, capturePercent: one.capturePercent + 1 });
  };
  expect(templateDifferences(slipway, other, wanted(1, 1))).toEqual([
    {
      path: '0.AWS::SageMaker::EndpointConfig-0.Properties.DataCaptureConfig.InitialSamplingPercentage',
      left: expect.any(Number) as number,
      right: expect.any(Number) as number,
    },
  ]);
});

it('the same seed asks for the same endpoints, another for others', () => {
  expect(wanted(10, 3)).toEqual(wanted(10, 3));
  expect(wanted(10, 3)).not.toEqual(wanted(10, 4));
});
