import { Token } from 'aws-cdk-lib';
import { ModelSource } from '../../../constructs/serving';
import { testStack } from '../../helpers';
import { Surroundings } from './surroundings';

const { image, archive } = new Surroundings(testStack(), 'Here');
const PACKAGE = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/7';
const environment = (variables: number) =>
  Object.fromEntries(Array.from({ length: variables }, (_, i) => [`NAME_${i}`, 'value']));

describe('ModelSource', () => {
  it('is a container', () => {
    const source = ModelSource.container({ image, archive });
    expect(source.containerProps).toEqual({ image, archive });
    expect(source.modelPackageArn).toBeUndefined();
  });

  it('is a model package', () => {
    const source = ModelSource.modelPackage(PACKAGE, { repository: image.repository, archive });
    expect(source).toMatchObject({ modelPackageArn: PACKAGE, repository: image.repository, archive });
    expect(source.containerProps).toBeUndefined();
  });

  it('fails when the ARN is none of a model package', () => {
    expect(() => ModelSource.modelPackage('arn:of:a:package')).toThrow(
      new Error(
        'ModelSource.modelPackage: modelPackageArn is "arn:of:a:package", ' +
          'allowed is arn:<partition>:sagemaker:<region>:<account>:model-package/<group>/<version>',
      ),
    );
  });

  it('takes a hundred environment variables', () => {
    expect(() => ModelSource.container({ image, environment: environment(100) })).not.toThrow();
  });

  it('fails when there are more', () => {
    expect(() => ModelSource.container({ image, environment: environment(101) })).toThrow(
      new Error('ModelSource.container: environment has 101 variables, allowed are at most 100'),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['a name that begins with an underscore', { _NAME_1: '' }],
    ['the longest name and value', { ['A'.repeat(1024)]: 'é'.repeat(512) }],
    [
      '32 KiB in all',
      Object.fromEntries(
        Array.from({ length: 32 }, (_, i) => [
          `N${i % 10}${i < 10 ? 'a' : i < 20 ? 'b' : i < 30 ? 'c' : 'd'}`,
          'x'.repeat(1021),
        ]),
      ),
    ],
    ['a value that is not known yet', { NAME: Token.asString({ Ref: 'Value' }) }],
  ])('takes an environment with %s', (_, variables) => {
    expect(() => ModelSource.container({ image, environment: variables })).not.toThrow();
  });

  const names = 'allowed are 1 to 1024 letters, digits and underscores, not a digit first';
  it.each<[string, Record<string, string>, string]>([
    ['a name has a hyphen', { 'MY-NAME': '1' }, `variable "MY-NAME", ${names}`],
    ['a name begins with a digit', { '1ST': '1' }, `variable "1ST", ${names}`],
    ['a name is empty', { '': '1' }, `variable "", ${names}`],
    ['a value has 1025 bytes', { NAME: 'x'.repeat(1025) }, '1025 bytes in NAME, allowed are at most 1024'],
    [
      'a value has 1026 bytes in 513 letters',
      { NAME: 'é'.repeat(513) },
      '1026 bytes in NAME, allowed are at most 1024',
    ],
    [
      'all together have more than 32 KiB',
      Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`N${i + 10}`, 'x'.repeat(1000)])),
      '33099 bytes, allowed are at most 32768, names included',
    ],
  ])('fails when %s', (_, variables, message) => {
    expect(() => ModelSource.container({ image, environment: variables })).toThrow(
      new Error(`ModelSource.container: environment has ${message}`),
    );
  });

  it.each(['chu_rn', '-churn', 'churn-', 'x'.repeat(64), 'churn/1234567890', 'churn/1/2', ''])(
    'fails when the package is "%s", which SageMaker takes for none',
    (name) => {
      const arn = PACKAGE.replace('churn/7', name);
      expect(() => ModelSource.modelPackage(arn)).toThrow(`modelPackageArn is "${arn}", allowed is `);
    },
  );
});
