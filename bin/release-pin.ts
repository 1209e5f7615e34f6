import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { environment, environmentNames } from '../config';
import { ReleasedModel } from '../lib/released-model';
import { told } from './told';

/** Writes down what the working tree has to release: `npm run release:pin -- <environment>...`, or `-- --all`. */
told(() => {
  const given = process.argv.slice(2);
  if (given.length === 0) {
    throw new Error(`name what to release: npm run release:pin -- <${environmentNames.join('|')}>, or -- --all`);
  }
  for (const name of given.includes('--all') ? environmentNames : given) {
    const stack = new Stack(new App(), name);
    const bucket = s3.Bucket.fromBucketName(stack, 'Artifacts', 'artifacts');
    const { digests } = new ReleasedModel(stack, 'Model', environment(name), bucket);
    const file = join('config', 'releases', `${name}.json`);
    writeFileSync(join(__dirname, '..', file), `${JSON.stringify({ stable: digests }, null, 2)}\n`);
    console.log(
      `${file}: archive ${digests.archiveSha256.slice(0, 12)}, image ${digests.imageAssetHash.slice(0, 12)}, ${digests.instanceType}`,
    );
  }
});
