import type { Difference } from '../differences';

interface Known {
  readonly what: RegExp;
  readonly reason: string;
}

/** What the CDK itself renders otherwise in its newer versions. Anything else is the library's to mend. */
export const KNOWN: readonly Known[] = [
  {
    what: /^Resources\.Custom\w+CustomResourceProviderHandler\w+\.Properties\.Code\.S3Key$/,
    reason: 'the code of the functions that the CDK brings along, which follows its version',
  },
  {
    what: /^Resources\.\w+Scaling[0-9A-F]{8}\.Properties\.Tags$/,
    reason:
      'the older CDK knows no tags of AWS::ApplicationAutoScaling::ScalableTarget, so those of the stage end above',
  },
  {
    what: /^Resources\.ClusterModelRole[0-9A-F]{8}\.Properties\.AssumeRolePolicyDocument\.Statement\.0\.Condition$/,
    reason: 'the older CDK does not hold Step Functions to this account when it takes the role of a machine',
  },
];

/** The differences that nothing here explains. */
export function unexplained<T extends Difference>(found: readonly T[]): T[] {
  return found.filter(({ path }) => !KNOWN.some(({ what }) => what.test(path)));
}

/** Entries that explain nothing any more. */
export function unused(found: readonly Difference[]): string[] {
  return KNOWN.filter(({ what }) => !found.some(({ path }) => what.test(path))).map(({ reason }) => reason);
}
