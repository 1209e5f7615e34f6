import { join } from 'node:path';
import {
  aws_cloudwatch as cloudwatch,
  aws_ec2 as ec2,
  aws_ecr as ecr,
  aws_ecr_assets as assets,
  aws_iam as iam,
  aws_kms as kms,
  aws_s3 as s3,
  Duration,
  Size,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  DataCapture,
  type EndpointVariant,
  ModelEndpoint,
  type ModelEndpointProps,
  ModelImage,
  ModelSource,
  VariantScaling,
} from '../../../constructs/serving';
import { ENV } from '../../helpers';
import type { AlarmPlan, ArchivePlan, CapturePlan, EndpointPlan, NetworkPlan, ScalingPlan, VariantPlan } from './plan';

/** `<scope>/Endpoint`, and beside it what it stands on. */
export function buildEndpoint(scope: Construct, plan: EndpointPlan): ModelEndpoint {
  const { endpointName, encryptionKey, network, networkIsolation, metrics } = plan;
  const endpoint = new ModelEndpoint(scope, 'Endpoint', {
    endpointName,
    variants: plan.variants.map((variant, i) => endpointVariant(scope, variant, i)),
    dataCapture: plan.capture && dataCapture(scope, plan.capture),
    encryptionKey: encryptionKey === true ? key(scope, 'Volumes') : undefined,
    ...(network && networkProps(scope, network)),
    networkIsolation,
    role: role(scope, plan.role),
    metrics,
  });
  endpoint.rollbackOn(...alarms(scope, endpoint, plan.rollbackOn ?? []));
  return endpoint;
}

function endpointVariant(scope: Construct, plan: VariantPlan, i: number): EndpointVariant {
  const { volumeGibibytes, startupSeconds, model, scaling, ...same } = plan;
  return {
    ...same,
    model: modelSource(scope, model, i),
    scaling: scaling && variantScaling(scaling),
    volumeSize: volumeGibibytes === undefined ? undefined : Size.gibibytes(volumeGibibytes),
    startupHealthCheckTimeout: startupSeconds === undefined ? undefined : Duration.seconds(startupSeconds),
  };
}

function modelSource(scope: Construct, model: VariantPlan['model'], i: number): ModelSource {
  const archive = model.archive && modelArchive(scope, model.archive, i);
  if ('packageArn' in model) {
    const repository = model.repository === true ? images(scope, i) : undefined;
    return ModelSource.modelPackage(model.packageArn, { repository, archive });
  }
  const { image, environment } = model;
  return ModelSource.container({
    image:
      image === 'asset'
        ? ModelImage.fromAsset(scorer(scope))
        : ModelImage.fromEcrRepository(images(scope, i, image.account), image.tagOrDigest),
    archive,
    environment,
  });
}

function variantScaling({ by, target, scaleOutSeconds, scaleInSeconds, ...range }: ScalingPlan): VariantScaling {
  const seconds = (given: number | undefined) => (given === undefined ? undefined : Duration.seconds(given));
  const options = { ...range, scaleOutCooldown: seconds(scaleOutSeconds), scaleInCooldown: seconds(scaleInSeconds) };
  return by === 'concurrency'
    ? VariantScaling.concurrency({ ...options, concurrentRequestsPerInstance: target })
    : VariantScaling.invocations({ ...options, invocationsPerInstancePerMinute: target });
}

function dataCapture(scope: Construct, { encrypted, ...options }: CapturePlan): DataCapture {
  return DataCapture.toBucket(bucket(scope, 'Captured', encrypted), options);
}

function networkProps(
  scope: Construct,
  { vpc: kind, subnets, securityGroups }: NetworkPlan,
): Pick<ModelEndpointProps, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  const chosen = ids17('subnet', subnets ?? 0).map((id) =>
    ec2.Subnet.fromSubnetAttributes(scope, id, { subnetId: id, routeTableId: 'rtb-00000000000000000' }),
  );
  const groups = ids17('sg', securityGroups ?? 0).map((id) => ec2.SecurityGroup.fromSecurityGroupId(scope, id, id));
  return {
    vpc: kind === 'none' ? undefined : vpcWith(scope, kind),
    vpcSubnets: subnets === undefined ? undefined : { subnets: chosen },
    securityGroups: securityGroups === undefined ? undefined : groups,
  };
}

function vpcWith(scope: Construct, kind: 'isolated' | 'private'): ec2.IVpc {
  const ids = ids17('subnet', 2);
  const tables = ids17('rtb', 2);
  return ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    ...(kind === 'isolated'
      ? { isolatedSubnetIds: ids, isolatedSubnetRouteTableIds: tables }
      : { privateSubnetIds: ids, privateSubnetRouteTableIds: tables }),
  });
}

function role(scope: Construct, kind: EndpointPlan['role']): iam.IRole | undefined {
  if (kind === undefined) return undefined;
  if (kind === 'own')
    return new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const arn = `arn:aws:iam::${ENV.account}:role/endpoints`;
  return iam.Role.fromRoleArn(scope, 'Role', arn, { mutable: kind === 'imported' });
}

function alarms(scope: Construct, endpoint: ModelEndpoint, plans: AlarmPlan[]): cloudwatch.IAlarm[] {
  const all: cloudwatch.IAlarm[] = [];
  for (const plan of plans) {
    const last = all.at(-1);
    all.push(plan.watches === 'again' && last ? last : rollbackAlarm(scope, `Alarm${all.length}`, endpoint, plan));
  }
  return all;
}

function rollbackAlarm(
  scope: Construct,
  id: string,
  endpoint: ModelEndpoint,
  { watches, periodSeconds, periods }: AlarmPlan,
): cloudwatch.IAlarm {
  const period = Duration.seconds(periodSeconds);
  const metric = endpoint.metricServerErrors(endpoint.variantNames[0] ?? '', { period });
  const limits = { threshold: 1, evaluationPeriods: periods };
  switch (watches) {
    case 'imported':
    case 'elsewhere': {
      const region = watches === 'imported' ? ENV.region : 'us-east-1';
      const arn = `arn:aws:cloudwatch:${region}:${ENV.account}:alarm:${id}`;
      return cloudwatch.Alarm.fromAlarmArn(scope, id, arn);
    }
    case 'math': {
      const usingMetrics = { errors: metric };
      const expression = new cloudwatch.MathExpression({ expression: '100 * errors', usingMetrics, period });
      return new cloudwatch.Alarm(scope, id, { metric: expression, ...limits });
    }
    case 'query':
      return new cloudwatch.PromQLAlarm(scope, id, { query: 'up == 0', evaluationInterval: period });
    case 'composite': {
      const part = new cloudwatch.Alarm(scope, `${id}Part`, { metric, ...limits });
      return new cloudwatch.CompositeAlarm(scope, id, { alarmRule: cloudwatch.AlarmRule.anyOf(part) });
    }
    default:
      return new cloudwatch.Alarm(scope, id, { metric, ...limits });
  }
}

function modelArchive(scope: Construct, { objectKey, encrypted }: ArchivePlan, i: number) {
  return { bucket: bucket(scope, `Artifacts${i}`, encrypted), objectKey };
}

function bucket(scope: Construct, id: string, encrypted: boolean): s3.IBucket {
  const encryptionKey = encrypted ? key(scope, `${id}Key`) : undefined;
  return s3.Bucket.fromBucketAttributes(scope, id, { bucketName: `slipway-${id.toLowerCase()}`, encryptionKey });
}

function key(scope: Construct, id: string): kms.IKey {
  return kms.Key.fromKeyArn(
    scope,
    id,
    `arn:aws:kms:${ENV.region}:${ENV.account}:key/01234567-89ab-cdef-0123-456789abcdef`,
  );
}

function images(scope: Construct, i: number, account = ENV.account): ecr.IRepository {
  const arn = `arn:aws:ecr:${ENV.region}:${account}:repository/scorer-${i}`;
  return ecr.Repository.fromRepositoryArn(scope, `Images${i}`, arn);
}

/** One for all variants. */
function scorer(scope: Construct): assets.DockerImageAsset {
  const found = scope.node.tryFindChild('Scorer');
  if (found instanceof assets.DockerImageAsset) return found;
  const directory = join(__dirname, '..', '..', '..', 'images', 'scorer');
  return new assets.DockerImageAsset(scope, 'Scorer', { directory, platform: assets.Platform.LINUX_AMD64 });
}

/** Ids as EC2 makes them. */
function ids17(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind}-${String(i).padStart(17, '0')}`);
}
