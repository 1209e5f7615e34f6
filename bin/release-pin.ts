import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { environment, environmentNames } from '../config';
import { ReleasedModel } from '../lib/released-model';

/** Writes down what the working tree has to release: `npm run release:pin -- <environment>...`, all of them when none is named. */
const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : environmentNames) {
  const stack = new Stack(new App(), name);
  const bucket = s3.Bucket.fromBucketName(stack, 'Artifacts', 'artifacts');
  const { digests } = new ReleasedModel(stack, 'Model', environment(name), bucket);
  const file = join('config', 'releases', `${name}.json`);
  writeFileSync(join(__dirname, '..', file), `${JSON.stringify({ stable: digests }, null, 2)}\n`);
  console.log(
    `${file}: archive ${digests.archiveSha256.slice(0, 12)}, image ${digests.imageAssetHash.slice(0, 12)}, ${digests.instanceType}`,
  );
}
