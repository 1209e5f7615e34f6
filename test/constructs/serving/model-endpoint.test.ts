import { aws_iam as iam } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DataCapture, type ModelEndpointProps, RoutingStrategy, VariantScaling } from '../../../constructs/serving';
import { findings, permissions, testStack, type TestStackProps, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

type Props = (here: Surroundings) => Partial<ModelEndpointProps>;

const build = (props: Props = () => ({}), given: TestStackProps = {}) => {
  const stack = testStack(given);
  const here = new Surroundings(stack, 'Here');
  return { stack, endpoint: here.endpoint(props(here)) };
};
const synth = (props?: Props) => Template.fromStack(build(props).stack);
const config = (properties: unknown) => ['AWS::SageMaker::EndpointConfig', properties] as const;

const RANGE = { minInstances: 2, maxInstances: 6 };

/** Every property used. */
const full: Props = (here) => ({
  variants: [
    here.variant({ scaling: VariantScaling.concurrency({ ...RANGE, concurrentRequestsPerInstance: 8 }) }),
    here.variant({ variantName: 'canary', initialWeight: 0 }),
  ],
  dataCapture: DataCapture.toBucket(here.bucket, { percentage: 10 }),
  encryptionKey: here.key,
  vpc: here.vpc,
  metrics: { publishFrequencySeconds: 10 },
});

describe('ModelEndpoint', () => {
  it('defines an endpoint, its configuration, a model and a role', () => {
    const types = Object.values(synth().toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    expect(types.sort()).toEqual([
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::SageMaker::Endpoint',
      'AWS::SageMaker::EndpointConfig',
      'AWS::SageMaker::Model',
    ]);
  });

  it('names the endpoint, never a model nor the configuration', () => {
    const template = synth();
    template.hasResourceProperties('AWS::SageMaker::Endpoint', { EndpointName: 'churn' });
    template.hasResourceProperties('AWS::SageMaker::Model', { ModelName: Match.absent() });
    template.hasResourceProperties('AWS::SageMaker::EndpointConfig', { EndpointConfigName: Match.absent() });
  });

  it('makes another configuration when a model changes, by its reference', () => {
    const template = synth();
    const model = theOne(template, 'AWS::SageMaker::Model').id;
    const endpointConfig = theOne(template, 'AWS::SageMaker::EndpointConfig').id;
    template.hasResourceProperties(
      ...config({ ProductionVariants: [{ ModelName: { 'Fn::GetAtt': [model, 'ModelName'] } }] }),
    );
    template.hasResourceProperties('AWS::SageMaker::Endpoint', {
      EndpointConfigName: { 'Fn::GetAtt': [endpointConfig, 'EndpointConfigName'] },
    });
  });

  it('keeps weights and instance counts that run', () => {
    synth().hasResourceProperties('AWS::SageMaker::Endpoint', { RetainAllVariantProperties: true });
  });

  it('lets SageMaker, and nobody else, act as its role', () => {
    synth().hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }],
      },
      ManagedPolicyArns: Match.absent(),
    });
  });

  it.each(['AWS::SageMaker::Model', 'AWS::SageMaker::Endpoint'])(
    'makes the %s after the policies of its role',
    (type) => {
      const template = synth();
      expect(theOne(template, type)['DependsOn']).toEqual(
        expect.arrayContaining([theOne(template, 'AWS::IAM::Policy').id, theOne(template, 'AWS::IAM::Role').id]),
      );
    },
  );

  it('by default captures nothing, encrypts with no key of yours, stands in no network and goes back on no alarm', () => {
    const template = synth();
    template.hasResourceProperties(...config({ DataCaptureConfig: Match.absent(), KmsKeyId: Match.absent() }));
    template.hasResourceProperties('AWS::SageMaker::Model', { VpcConfig: Match.absent() });
    template.hasResourceProperties('AWS::SageMaker::Endpoint', { DeploymentConfig: Match.absent() });
  });

  it('by default starts one instance with all the traffic', () => {
    synth().hasResourceProperties(
      ...config({
        ProductionVariants: [
          {
            VariantName: 'primary',
            ModelName: Match.anyValue(),
            InstanceType: 'ml.m5.xlarge',
            InitialInstanceCount: 1,
            InitialVariantWeight: 1,
            RoutingConfig: { RoutingStrategy: RoutingStrategy.LEAST_OUTSTANDING_REQUESTS },
          },
        ],
      }),
    );
  });

  it('knows its names and its ARN, in which SageMaker lower-cases the name', () => {
    const { stack, endpoint } = build(() => ({ endpointName: 'Production-ML' }));
    expect(endpoint.endpointName).toBe('Production-ML');
    expect(endpoint.variantNames).toEqual(['primary']);
    expect(stack.resolve(endpoint.endpointArn)).toBe('arn:aws:sagemaker:eu-west-1:111122223333:endpoint/production-ml');
    expect(endpoint.endpointRef.endpointArn).toBe(endpoint.endpointArn);
  });
});

describe('ModelEndpoint, by property', () => {
  it('variants: several, each with its model, in the order given', () => {
    const template = synth((here) => ({
      variants: [here.variant({ initialWeight: 9 }), here.variant({ variantName: 'canary', initialWeight: 1 })],
    }));
    template.resourceCountIs('AWS::SageMaker::Model', 2);
    template.hasResourceProperties(
      ...config({
        ProductionVariants: [
          Match.objectLike({ VariantName: 'primary', InitialVariantWeight: 9 }),
          Match.objectLike({ VariantName: 'canary', InitialVariantWeight: 1 }),
        ],
      }),
    );
  });

  it.each(['Resource', 'Config', 'Role', 'SecurityGroup', 'Model', 'variants'])(
    'variants: one may have the name %s',
    (variantName) => {
      synth((here) => ({ variants: [here.variant({ variantName })], vpc: here.vpc })).hasResourceProperties(
        ...config({ ProductionVariants: [Match.objectLike({ VariantName: variantName })] }),
      );
    },
  );

  it('variants: names that differ by a hyphen alone do not collide', () => {
    synth((here) => ({
      variants: [here.variant({ variantName: 'ab' }), here.variant({ variantName: 'a-b' })],
    })).resourceCountIs('AWS::SageMaker::Model', 2);
  });

  it('dataCapture: stores a sample of the traffic', () => {
    synth((here) => ({
      dataCapture: DataCapture.toBucket(here.bucket, { percentage: 10 }),
    })).hasResourceProperties(
      ...config({
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 10,
          DestinationS3Uri: 's3://data/data-capture',
          CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
          CaptureContentTypeHeader: { JsonContentTypes: ['application/json'], CsvContentTypes: ['text/csv'] },
          KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/bucket',
        },
      }),
    );
  });

  it('encryptionKey: encrypts the volumes', () => {
    synth((here) => ({ encryptionKey: here.key })).hasResourceProperties(
      ...config({ KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/volumes' }),
    );
  });

  it.each([
    ['by default on', {}, true],
    ['on', { networkIsolation: true }, true],
    ['off', { networkIsolation: false }, false],
  ])('networkIsolation: %s', (_, props, expected) => {
    synth(() => props).hasResourceProperties('AWS::SageMaker::Model', { EnableNetworkIsolation: expected });
  });

  it('role: takes the place of the new one, and gets the statements', () => {
    const template = synth((here) => ({
      role: new iam.Role(here, 'Given', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }),
    }));
    const { id } = theOne(template, 'AWS::IAM::Role');
    template.hasResourceProperties('AWS::SageMaker::Model', { ExecutionRoleArn: { 'Fn::GetAtt': [id, 'Arn'] } });
    expect(permissions(template)).toEqual(permissions(synth()));
  });

  it('role: imported as immutable, gets nothing', () => {
    const template = synth((here) => ({
      role: iam.Role.fromRoleArn(here, 'Given', 'arn:aws:iam::111122223333:role/given', { mutable: false }),
    }));
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::Role', 0);
    template.hasResourceProperties('AWS::SageMaker::Model', {
      ExecutionRoleArn: 'arn:aws:iam::111122223333:role/given',
    });
  });

  const DEFAULTS = {
    MetricPublishFrequencyInSeconds: 60,
    EnableEnhancedMetrics: false,
    EnableDetailedObservability: false,
  };
  it.each([
    ['explicit, also by default', {}, DEFAULTS],
    ['the frequency', { publishFrequencySeconds: 10 }, { ...DEFAULTS, MetricPublishFrequencyInSeconds: 10 }],
    ['enhanced ones', { enhancedMetrics: true }, { ...DEFAULTS, EnableEnhancedMetrics: true }],
    ["the container's own", { detailedObservability: true }, { ...DEFAULTS, EnableDetailedObservability: true }],
  ])('metrics: %s', (_, metrics, expected) => {
    synth(() => ({ metrics })).hasResourceProperties(...config({ MetricsConfig: expected }));
  });
});

describe('ModelEndpoint, among others', () => {
  it.each<[string, Props, TestStackProps]>([
    ['with nothing but what it must have', () => ({}), {}],
    ['with every property', full, {}],
    ['in a stack without an account and region', full, { env: {} }],
    ['in an app without feature flags', full, { context: {} }],
  ])('has no unacknowledged finding %s', (_, props, given) => {
    expect(findings(build(props, given).stack)).toEqual({ unacknowledged: [], unused: [] });
  });

  it('does not collide with another in one stack', () => {
    const stack = testStack();
    const here = new Surroundings(stack, 'Here');
    here.endpoint(full(here));
    here.endpoint({ ...full(here), endpointName: 'fraud' }, 'Other');
    Template.fromStack(stack).resourceCountIs('AWS::SageMaker::Endpoint', 2);
  });

  it('gives the same template twice', () => {
    expect(synth(full).toJSON()).toEqual(synth(full).toJSON());
  });
});
