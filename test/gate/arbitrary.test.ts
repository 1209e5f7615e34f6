import { aws_iam as iam, aws_sagemaker as sagemaker, aws_sns as sns, aws_ssm as ssm } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import fc from 'fast-check';
import { type Finding, findingsOf } from '../arbitrary/findings';
import { acceptedRenderClean } from '../arbitrary/harness';

const MINUTES = 60_000;

/** Constructs with one flaw each, and who sees it. */
const FLAWS: [flaw: string, by: Finding['by'], says: string, build: (scope: Construct) => void][] = [
  [
    'a variant with a type that there is none of, a warning to CloudFormation',
    'CloudFormation or cdk-nag',
    'W3030',
    (scope) => {
      const variant = { variantName: 'a', modelName: 'm', instanceType: 'ml.none.large', initialVariantWeight: 1 };
      new sagemaker.CfnEndpointConfig(scope, 'Config', { productionVariants: [variant] });
    },
  ],
  [
    'a policy that allows everything',
    'CloudFormation or cdk-nag',
    'AwsSolutions-IAM5',
    (scope) => {
      const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
      role.addToPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
    },
  ],
  [
    'a property that there is none of',
    'cfn-lint',
    'E3002',
    (scope) => new sns.CfnTopic(scope, 'Topic').addPropertyOverride('Colour', 'blue'),
  ],
  [
    'an error while it is built',
    'build',
    'no',
    () => {
      throw new Error('no');
    },
  ],
];

describe('findings', () => {
  let findings: Finding[];
  beforeAll(async () => {
    findings = await findingsOf(FLAWS, (scope, [, , , build]) => build(scope));
  }, 3 * MINUTES);

  it.each(FLAWS)('are those of %s', (flaw, by, says) => {
    const index = FLAWS.findIndex(([each]) => each === flaw);
    const found = findings.filter((finding) => finding.by === by && finding.index === index);
    expect(found.map(({ text }) => text)).toContainEqual(expect.stringContaining(says));
  });

  it('are all told by input', () => {
    expect(findings.filter(({ index }) => index === undefined)).toEqual([]);
  });
});

describe('acceptedRenderClean', () => {
  const sizes = fc.record({ size: fc.nat(1000) });

  it(
    'fails with the smallest input that has a finding',
    async () => {
      const build = (scope: Construct, { size }: { size: number }) => {
        const parameter = new ssm.CfnParameter(scope, 'Parameter', { type: 'String', value: 'x' });
        if (size >= 321) parameter.addPropertyOverride('Colour', 'blue');
      };
      const failure = await acceptedRenderClean(sizes, build, 40).catch((error: unknown) => (error as Error).message);
      expect(failure).toMatch(/^\d+ of 40 inputs have findings \(SLIPWAY_SEED=\d+ repeats them\)/);
      expect(failure).toContain('\n{"size":321}\n');
      expect(failure).toContain("'Colour' was unexpected");
    },
    5 * MINUTES,
  );

  it(
    'fails with the smallest input that is refused',
    async () => {
      const build = (scope: Construct, { size }: { size: number }) => {
        if (size >= 123) throw new Error('too large');
        new ssm.CfnParameter(scope, 'Parameter', { type: 'String', value: 'x' });
      };
      await expect(acceptedRenderClean(sizes, build, 40)).rejects.toThrow('{"size":123}\n- build: too large');
    },
    5 * MINUTES,
  );
});
