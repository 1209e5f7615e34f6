import { Token } from 'aws-cdk-lib';

/** A tag as registries take it, or a digest. */
const TAG_OR_DIGEST = /^(\w[\w.-]{0,127}|sha256:[0-9a-f]{64})$/;

/** Refuses what no registry takes, and the tag that means something else every week. */
export function checkTagOrDigest(factory: string, tagOrDigest: string): void {
  if (Token.isUnresolved(tagOrDigest) || (TAG_OR_DIGEST.test(tagOrDigest) && tagOrDigest !== 'latest')) return;
  throw new Error(
    `${factory}: tagOrDigest is "${tagOrDigest}", allowed is a tag that is never moved, or a digest: ` +
      'what "latest" means changes without a deployment, and cannot be rolled back',
  );
}
