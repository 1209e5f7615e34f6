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
});
