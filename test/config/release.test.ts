import fc from 'fast-check';
import { environment, environmentNames } from '../../config';
import { checkRelease, release } from '../../config/release';
import { complaints, drop, dotted, pathOf, put } from '../arbitrary/paths';

const digest = fc.string({
  unit: fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16)),
  minLength: 64,
  maxLength: 64,
});
const releases = fc.record({
  stable: fc.record({
    archiveSha256: digest,
    imageAssetHash: digest,
    instanceType: fc.constantFrom('ml.m5.xlarge', 'ml.t2.medium'),
  }),
});
const check = (value: unknown) => complaints(() => checkRelease('prod', value));
const notDigest = fc.constantFrom(
  '',
  'latest',
  'A'.repeat(64),
  'g'.repeat(64),
  'a'.repeat(63),
  'a'.repeat(65),
  null,
  7,
);
const NOT_DIGEST = 'allowed are 64 lower-case hexadecimal digits';

describe('release', () => {
  it.each(environmentNames)('of %s names the instance type that its environment has', (name) => {
    expect(release(name).stable.instanceType).toBe(environment(name).endpoint.instanceType);
  });

  it.each(['qa', 'toString', '__proto__'])('fails when there is no file for "%s", and says how to write it', (name) => {
    expect(() => release(name)).toThrow(
      new Error(
        `config/releases/${name}.json is missing, known are local, dev, staging, prod: ` +
          `write it with \`npm run release:pin -- ${name}\` and import it in config/release.ts`,
      ),
    );
  });
});

describe('A release', () => {
  it('is accepted unchanged when it is valid', () => {
    fc.assert(
      fc.property(releases, (valid) => {
        expect(checkRelease('prod', valid)).toEqual(valid);
      }),
    );
  });

  it.each([
    ['stable.archiveSha256', notDigest, NOT_DIGEST],
    ['stable.imageAssetHash', notDigest, NOT_DIGEST],
    ['stable.instanceType', fc.constantFrom('', 'm5.xlarge', null), 'allowed are SageMaker types like "ml.m5.xlarge"'],
    ['stable', fc.constantFrom(null, 'x', []), 'allowed are the fields archiveSha256, imageAssetHash, instanceType'],
  ] as [string, fc.Arbitrary<unknown>, string][])('fails when %s is wrong', (path, wrong, allowed) => {
    fc.assert(
      fc.property(releases, wrong, (valid, value) => {
        const shown = JSON.stringify(value);
        expect(check(put(valid, pathOf(path), value))).toEqual([
          `config/releases/prod.json: ${path} is ${shown}, ${allowed}`,
        ]);
      }),
    );
  });

  it.each(['stable', 'stable.archiveSha256', 'stable.imageAssetHash', 'stable.instanceType'])(
    'fails when %s is missing',
    (path) => {
      fc.assert(
        fc.property(releases, (valid) => {
          expect(check(drop(valid, pathOf(path)))).toEqual([
            expect.stringContaining(`config/releases/prod.json: ${path} is missing, allowed are `),
          ]);
        }),
      );
    },
  );

  it.each([
    [[], 'stable'],
    [['stable'], 'archiveSha256, imageAssetHash, instanceType'],
  ])('fails when there is an unknown field below %p', (level, known) => {
    const path = [...level, 'canary'];
    fc.assert(
      fc.property(releases, (valid) => {
        expect(check(put(valid, path, {}))).toEqual([
          `config/releases/prod.json: ${dotted(path)} is not a known field, known are ${known}`,
        ]);
      }),
    );
  });
});
