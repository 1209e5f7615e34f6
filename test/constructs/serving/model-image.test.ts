import { join } from 'node:path';
import { aws_ecr as ecr, aws_ecr_assets as assets, Token } from 'aws-cdk-lib';
import { ModelImage } from '../../../constructs/serving';
import { testStack, text } from '../../helpers';

const stack = testStack();
const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'scorer');
const REGISTRY = '111122223333.dkr.ecr.eu-west-1.<AWS::URLSuffix>';
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('ModelImage', () => {
  it('from an asset is the image that is built, in the repository it is pushed to', () => {
    const asset = new assets.DockerImageAsset(stack, 'Asset', {
      directory: join(__dirname, '../../../images/scorer'),
      platform: assets.Platform.LINUX_AMD64,
    });
    const image = ModelImage.fromAsset(asset);
    expect(image.uri).toBe(asset.imageUri);
    expect(image.repository).toBe(asset.repository);
  });

  it.each([
    ['tag', '1.4.2', `${REGISTRY}/scorer:1.4.2`],
    ['digest', DIGEST, `${REGISTRY}/scorer@${DIGEST}`],
    ['tag that is not known yet', Token.asString({ Ref: 'Tag' }), `${REGISTRY}/scorer:<Tag>`],
  ])('from a repository is the one with the %s', (_, tagOrDigest, uri) => {
    const image = ModelImage.fromEcrRepository(repository, tagOrDigest);
    expect(text(stack.resolve(image.uri))).toBe(uri);
    expect(image.repository).toBe(repository);
  });

  it.each([
    '',
    'latest',
    'two words',
    '.1',
    'a:b',
    'x'.repeat(129),
    `sha256:${'a'.repeat(63)}`,
    `sha512:${'a'.repeat(64)}`,
  ])('fails when the tag is "%s"', (tag) => {
    expect(() => ModelImage.fromEcrRepository(repository, tag)).toThrow(
      new Error(
        `ModelImage.fromEcrRepository: tagOrDigest is "${tag}", allowed is a tag that is never moved, or a digest: ` +
          'what "latest" means changes without a deployment, and cannot be rolled back',
      ),
    );
  });
});
