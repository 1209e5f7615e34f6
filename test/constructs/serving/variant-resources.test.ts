import { join } from 'node:path';
import { Duration, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ModelArchive } from '../../../constructs/data';
import { type EndpointVariant, ModelSource, RoutingStrategy, VariantScaling } from '../../../constructs/serving';
import { ENV, testStack, theOne } from '../../helpers';
import { Surroundings } from './surroundings';

type Variants = (here: Surroundings) => EndpointVariant[];

const synth = (variants: Variants) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  here.endpoint({ variants: variants(here) });
  return Template.fromStack(stack);
};
const rendered = (variant: Partial<EndpointVariant>) => {
  const config = theOne(
    synth((here) => [here.variant(variant)]),
    'AWS::SageMaker::EndpointConfig',
  );
  const { ProductionVariants } = config['Properties'] as { ProductionVariants: { ModelName: unknown }[] };
  const { ModelName, ...rest } = ProductionVariants[0] ?? {};
  expect(ModelName).toBeDefined();
  return rest;
};
const scaling = VariantScaling.concurrency({ minInstances: 2, maxInstances: 6, concurrentRequestsPerInstance: 8 });

/** One field of a variant, and what it changes in the endpoint's configuration. */
it.each<[keyof EndpointVariant, Partial<EndpointVariant>, object]>([
  ['variantName', { variantName: 'blue-2' }, { VariantName: 'blue-2' }],
  ['instanceType', { instanceType: 'ml.g5.xlarge' }, { InstanceType: 'ml.g5.xlarge' }],
  ['initialInstanceCount', { initialInstanceCount: 3 }, { InitialInstanceCount: 3 }],
  ['initialWeight', { initialWeight: 0.25 }, { InitialVariantWeight: 0.25 }],
  ['scaling', { scaling }, { InitialInstanceCount: 2 }],
  ['routingStrategy', { routingStrategy: RoutingStrategy.RANDOM }, { RoutingConfig: { RoutingStrategy: 'RANDOM' } }],
  ['volumeSize', { volumeSize: Size.gibibytes(100) }, { VolumeSizeInGB: 100 }],
  [
    'startupHealthCheckTimeout',
    { startupHealthCheckTimeout: Duration.minutes(10) },
    { ContainerStartupHealthCheckTimeoutInSeconds: 600 },
  ],
])('A variant, %s', (_, variant, changed) => {
  expect(rendered(variant)).toEqual({ ...rendered({}), ...changed });
});

describe('A variant', () => {
  it('has weight 0 when it is to have no traffic', () => {
    synth((here) => [here.variant(), here.variant({ variantName: 'idle', initialWeight: 0 })]).hasResourceProperties(
      'AWS::SageMaker::EndpointConfig',
      {
        ProductionVariants: [
          Match.objectLike({ VariantName: 'primary', InitialVariantWeight: 1 }),
          Match.objectLike({ VariantName: 'idle', InitialVariantWeight: 0 }),
        ],
      },
    );
  });

  it('starts with its own count when it has scaling as well', () => {
    expect(rendered({ scaling, initialInstanceCount: 4 })).toMatchObject({ InitialInstanceCount: 4 });
  });
});

describe('The model of a variant', () => {
  const model = (properties: object) => ['AWS::SageMaker::Model', properties] as const;

  it('is an image with its archive and environment', () => {
    synth((here) => [
      here.variant({
        model: ModelSource.container({ image: here.image, archive: here.archive, environment: { THREADS: '2' } }),
      }),
    ]).hasResourceProperties(
      ...model({
        PrimaryContainer: {
          Image: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/scorer:1.0$')])] },
          ModelDataUrl: 's3://data/abc/model.tar.gz',
          Environment: { THREADS: '2' },
        },
      }),
    );
  });

  it('is an image alone when the image holds the model', () => {
    synth((here) => [here.variant({ model: ModelSource.container({ image: here.image }) })]).hasResourceProperties(
      ...model({ PrimaryContainer: { Image: Match.anyValue(), ModelDataUrl: Match.absent() } }),
    );
  });

  it('is a version in the model registry', () => {
    const arn = `arn:aws:sagemaker:${ENV.region}:${ENV.account}:model-package/churn/7`;
    synth((here) => [here.variant({ model: ModelSource.modelPackage(arn) })]).hasResourceProperties(
      ...model({ PrimaryContainer: { ModelPackageName: arn, Image: Match.absent() } }),
    );
  });

  it('is made after its archive was copied', () => {
    const template = synth((here) => {
      const path = join(__dirname, '../../../images/scorer/models/v1/model.tar.gz');
      const archive = new ModelArchive(here, 'Archive', { path, bucket: here.bucket });
      return [here.variant({ model: ModelSource.container({ image: here.image, archive }) })];
    });
    expect(theOne(template, 'AWS::SageMaker::Model')['DependsOn']).toContain(
      theOne(template, 'Custom::SlipwayModelArchive').id,
    );
  });
});

describe('The scaling of a variant', () => {
  const target = 'AWS::ApplicationAutoScaling::ScalableTarget';

  it('is none by default', () => {
    synth((here) => [here.variant()]).resourceCountIs(target, 0);
  });

  it('moves the instance count between the limits', () => {
    synth((here) => [here.variant({ scaling })]).hasResourceProperties(target, {
      ServiceNamespace: 'sagemaker',
      ResourceId: 'endpoint/churn/variant/primary',
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      MinCapacity: 2,
      MaxCapacity: 6,
      RoleARN:
        'arn:aws:iam::111122223333:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    });
  });

  it.each<[string, VariantScaling, object]>([
    [
      'concurrency',
      scaling,
      {
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
        },
        TargetValue: 8,
        ScaleInCooldown: 300,
        ScaleOutCooldown: 300,
      },
    ],
    [
      'invocations',
      VariantScaling.invocations({
        minInstances: 2,
        maxInstances: 6,
        invocationsPerInstancePerMinute: 600,
        scaleInCooldown: Duration.minutes(10),
        scaleOutCooldown: Duration.minutes(1),
      }),
      {
        PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        TargetValue: 600,
        ScaleInCooldown: 600,
        ScaleOutCooldown: 60,
      },
    ],
  ])('tracks %s', (_, given, configuration) => {
    synth((here) => [here.variant({ scaling: given })]).hasResourceProperties(
      'AWS::ApplicationAutoScaling::ScalingPolicy',
      { PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: configuration },
    );
  });

  it('comes after the endpoint, so that it is gone before the endpoint goes', () => {
    const template = synth((here) => [here.variant({ scaling })]);
    const endpoint = theOne(template, 'AWS::SageMaker::Endpoint').id;
    expect(theOne(template, target)['DependsOn']).toContain(endpoint);
    expect(theOne(template, 'AWS::ApplicationAutoScaling::ScalingPolicy')['DependsOn']).toContain(endpoint);
  });

  it('is one for each variant that has it', () => {
    const template = synth((here) => [
      here.variant({ scaling }),
      here.variant({ variantName: 'fixed' }),
      here.variant({
        variantName: 'canary',
        scaling: VariantScaling.invocations({ minInstances: 1, maxInstances: 3, invocationsPerInstancePerMinute: 60 }),
      }),
    ]);
    const targets = Object.values(template.findResources(target)).map(
      ({ Properties }) => Properties as Record<string, unknown>,
    );
    expect(targets.map(({ ResourceId, MaxCapacity }) => [ResourceId, MaxCapacity])).toEqual([
      ['endpoint/churn/variant/primary', 6],
      ['endpoint/churn/variant/canary', 3],
    ]);
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
  });
});
