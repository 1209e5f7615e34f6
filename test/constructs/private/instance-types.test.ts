import { hasLocalNvme, isBurstable, isInstanceType } from '../../../constructs/private/instance-types';

/*
 * Every family that SageMaker hosts on (botocore 1.43.106), by what EC2 says of it: karpenter-provider-aws's table of
 * August 2026, and for dl1, p2 and p3, which that leaves out, moto 5.2.5.
 */
const FAMILIES = {
  'local NVMe storage':
    'c5d c6gd dl1 g4dn g5 g6 g6e g7 g7e m5d m6gd p4d p4de p5 p5e p5en p6-b200 p6-b300 r5d r6gd r7gd trn1 trn1n trn2',
  'CPU credits': 't2',
  neither: 'c4 c5 c6g c6gn c6i c6in c7g c7i c8g inf1 inf2 m4 m5 m6g m6i m7i m8g p2 p3 r5 r6g r6i r7i r8g',
};
const types = Object.entries(FAMILIES).flatMap(([fact, families]) =>
  families.split(' ').map((family): [string, string] => [`ml.${family}.xlarge`, fact]),
);

it.each(types)('%s has %s', (type, fact) => {
  expect(isInstanceType(type)).toBe(true);
  expect({ nvme: hasLocalNvme(type), burstable: isBurstable(type) }).toEqual({
    nvme: fact === 'local NVMe storage',
    burstable: fact === 'CPU credits',
  });
});

it('ml.t3.medium, which SageMaker may come to host on, has CPU credits', () => {
  expect(isBurstable('ml.t3.medium')).toBe(true);
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
])('"%s" is no instance type, and has nothing', (value) => {
  expect([isInstanceType(value), hasLocalNvme(value), isBurstable(value)]).toEqual([false, false, false]);
});
