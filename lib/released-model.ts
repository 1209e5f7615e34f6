import { join } from 'node:path';
import { aws_ecr_assets as assets, type aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { data, serving } from '../constructs';
import type { Environment } from '../config';
import type { Release } from '../config/release';

const ROOT = join(__dirname, '..');

/** The image and the archive that an environment's config names, with the digests that its release pins. */
export class ReleasedModel extends Construct {
  public readonly digests: Release['stable'];
  public readonly source: serving.ModelSource;

  constructor(scope: Construct, id: string, { endpoint }: Environment, artifacts: s3.IBucket) {
    super(scope, id);
    const image = new assets.DockerImageAsset(this, 'Image', {
      directory: join(ROOT, endpoint.model.image),
      platform: assets.Platform.LINUX_AMD64,
    });
    const archive = new data.ModelArchive(this, 'Archive', {
      path: join(ROOT, endpoint.model.archive),
      bucket: artifacts,
    });

    this.digests = {
      archiveSha256: archive.sha256,
      imageAssetHash: image.assetHash,
      instanceType: endpoint.instanceType,
    };
    this.source = serving.ModelSource.container({ image: serving.ModelImage.fromAsset(image), archive });
  }
}

/** Refuses to deploy anything but what was released. */
export function checkRelease(environmentName: string, pinned: Release['stable'], found: Release['stable']): void {
  const differences = (['archiveSha256', 'imageAssetHash', 'instanceType'] as const)
    .filter((field) => pinned[field] !== found[field])
    .map((field) => `\n  stable.${field} is ${pinned[field]}, the working tree has ${found[field]}`);
  if (differences.length === 0) return;
  throw new Error(
    `config/releases/${environmentName}.json does not match what is to be deployed:${differences.join('')}\n` +
      `Release it with \`npm run release:pin -- ${environmentName}\` and commit the file, or undo the change`,
  );
}
