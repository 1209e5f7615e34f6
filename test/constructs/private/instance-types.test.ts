import { regions } from '../../../config/regions';
import { factsOf, isInstanceType, knownFact } from '../../../constructs/private/instance-types';
import { ROWS } from '../../../constructs/private/instance-types.generated';
import { spotFigures } from '../../../constructs/private/spot-figures';
import { ROWS as SPOT_ROWS } from '../../../constructs/private/spot-figures.generated';

const refuse = (message: string): never => {
  throw new Error(message);
};

/** As AWS's pages of the types state them (November 2026): https://aws.amazon.com/ec2/instance-types/ */
it.each([
  ['ml.m5.xlarge', { architecture: 'x86_64', gpus: 0, nvmeGb: 0, burstable: false, hosting: true, training: true }],
  ['ml.m6gd.xlarge', { architecture: 'arm64', nvmeGb: 237, hosting: true, training: false }],
  ['ml.t2.medium', { architecture: 'x86_64', burstable: true, hosting: true }],
  ['ml.t3.medium', { burstable: true, hosting: false, training: true }],
  ['ml.g4dn.12xlarge', { gpus: 4, gpuMemoryMib: 16384, nvmeGb: 900 }],
  ['ml.g5.xlarge', { gpus: 1, gpuMemoryMib: 22888, nvmeGb: 250, efaInterfaces: 0, vcpus: 4, memoryMib: 16384 }],
  ['ml.p3.16xlarge', { gpus: 8, gpuMemoryMib: 16384, nvmeGb: 0 }],
  ['ml.p4d.24xlarge', { gpus: 8, gpuMemoryMib: 40960, nvmeGb: 8000, efaInterfaces: 4 }],
  [
    'ml.p5.48xlarge',
    { gpus: 8, gpuMemoryMib: 81920, efaInterfaces: 32, vcpus: 192, memoryMib: 2097152, training: true },
  ],
  ['ml.trn1.32xlarge', { gpus: 0, nvmeGb: 7600, efaInterfaces: 8 }],
  ['gr6.4xlarge', { gpus: 1, hosting: false, training: false }],
  ['g6f.large', { gpus: 1, gpuMemoryMib: 2861 }],
])('%s has its facts', (type, facts) => {
  expect(factsOf(type)).toMatchObject(facts);
});

it('a type has the same facts with ml. and without', () => {
  expect(factsOf('g5.xlarge')).toBe(factsOf('ml.g5.xlarge'));
});

it('every type stands in the table once, each with GPU memory if and only if it has GPUs', () => {
  const types = ROWS.map(([type]) => type);
  expect(new Set(types).size).toBe(types.length);
  for (const type of types) {
    expect(isInstanceType(`ml.${type}`)).toBe(true);
    const { gpus, gpuMemoryMib } = factsOf(type) ?? {};
    expect([type, (gpuMemoryMib ?? 0) > 0]).toEqual([type, (gpus ?? 0) > 0]);
  }
});

it('only one type has facts that no source tells', () => {
  expect(ROWS.filter((row) => row.includes(undefined)).map(([type]) => type)).toEqual(['p6e-gb200.36xlarge']);
});

it.each([
  '',
  'm5.xlarge',
  'ml.m5',
  'ml..xlarge',
  'ml.m5.',
  'ML.M5.XLARGE',
  'ml.m5.xlarge ',
  ' ml.m5.xlarge',
  'ml.m5.x.large',
])('"%s" is no instance type of SageMaker', (value) => {
  expect(isInstanceType(value)).toBe(false);
});

it.each(['ml.m99.xlarge', 'ml.m5.x', 'toString', 'ml.constructor'])('%s is in no table', (type) => {
  expect(factsOf(type)).toBeUndefined();
});

describe('a fact that a rule needs', () => {
  it('is given when it is known, also when it is 0 or false', () => {
    expect(knownFact('ml.m5.xlarge', 'nvmeGb', 'encryptionKey', refuse)).toBe(0);
    expect(knownFact('ml.m5.xlarge', 'burstable', 'scaling', refuse)).toBe(false);
  });

  it.each([
    ['ml.m99.xlarge', 'it is not in the table of this version'],
    ['ml.p6e-gb200.36xlarge', 'no source tells'],
  ])('is refused, not guessed, for %s', (type, why) => {
    expect(() => knownFact(type, 'nvmeGb', 'encryptionKey', refuse)).toThrow(
      new Error(
        `instanceType is ${type}, allowed with encryptionKey are types whose local NVMe storage is known: ${why}. ` +
          'Leave encryptionKey out, or see docs/instance-types.md',
      ),
    );
  });
});

describe('Spot figures', () => {
  it('are those of the type and region, with their date', () => {
    const figures = { interruptions: '5-10%', savingPercent: 61, taken: '2025-07' };
    expect(spotFigures('p5.48xlarge', 'us-east-2')).toEqual(figures);
    expect(spotFigures('ml.p5.48xlarge', 'us-east-2')).toEqual(figures);
  });

  it('are not there for a region without them, nor for types without GPUs', () => {
    expect(spotFigures('p5.48xlarge', 'eu-west-3')).toBeUndefined();
    expect(spotFigures('m5.xlarge', 'us-east-1')).toBeUndefined();
  });

  it('are of GPU types and regions that are known, one each', () => {
    for (const [type, region, , saving] of SPOT_ROWS) {
      expect([type, factsOf(type)?.gpus]).not.toEqual([type, 0]);
      expect([region, regions.includes(region)]).toEqual([region, true]);
      expect(Math.abs(saving)).toBeLessThanOrEqual(100);
    }
    expect(new Set(SPOT_ROWS.map(([type, region]) => `${type} ${region}`)).size).toBe(SPOT_ROWS.length);
  });
});
