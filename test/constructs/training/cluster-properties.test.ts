import { Duration, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  AfterDeadline,
  Checkpoints,
  DeadlineRule,
  type GpuTrainingClusterProps,
  SpotPolicy,
  TrainingEngine,
} from '../../../constructs/training';
import { testStack } from '../../helpers';
import { created, terms } from './rendered';
import { HOURS, keyArn, Surroundings } from './surroundings';

type Props = (here: Surroundings) => Partial<GpuTrainingClusterProps>;

const synth = (props: Props = () => ({})) => {
  const stack = testStack();
  const here = new Surroundings(stack, 'Here');
  here.job(here.cluster(props(here)));
  return Template.fromStack(stack);
};
const request = (props?: Props) => created(synth(props)).onDemand;
const resources = (props?: Props) => request(props)['ResourceConfig'];

const PLAN = 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/spring';

/** A type without local storage. */
const EBS = { instanceTypes: ['ml.p3.16xlarge'] };

describe('A cluster, by property:', () => {
  it('instanceTypes: the type of the nodes', () => {
    expect(resources(() => ({ instanceTypes: ['ml.g6.xlarge'] }))).toEqual({
      InstanceType: 'ml.g6.xlarge',
      InstanceCount: 1,
    });
  });

  it('nodes: how many, and between them what they send is encrypted', () => {
    expect(request(() => ({ nodes: 4 }))).toMatchObject({
      ResourceConfig: { InstanceCount: 4 },
      EnableInterContainerTrafficEncryption: true,
    });
    expect(request()).toMatchObject({
      ResourceConfig: { InstanceCount: 1 },
      EnableInterContainerTrafficEncryption: false,
    });
  });

  it.each([
    ['one node of a type without NVLink', 'ml.g5.12xlarge', 1, { NCCL_SHM_USE_CUDA_MEMCPY: '1' }],
    ['one node with NVLink', 'ml.p3.16xlarge', 1, {}],
    ['nodes with EFA', 'ml.p4d.24xlarge', 2, { FI_PROVIDER: 'efa' }],
    ['one node with EFA, which it has nobody for', 'ml.p4d.24xlarge', 1, {}],
    ['nodes without EFA', 'ml.g4dn.xlarge', 2, {}],
  ])('nodes: NCCL is told of the network of %s', (_, type, nodes, expected) => {
    const environment = request(() => ({ instanceTypes: [type], nodes }))['Environment'];
    const own = { CHECKPOINT_INTERVAL_SECONDS: expect.any(String) as string };
    expect(environment).toEqual({ ...expected, ...own, 'TRAINING_EXECUTION.$': '$.data.state.execution' });
  });

  it('engine: by default SageMaker tries three times, without a network for the container', () => {
    expect(request()).toMatchObject({ RetryStrategy: { MaximumRetryAttempts: 3 }, EnableNetworkIsolation: true });
  });

  it.each<[string, GpuTrainingClusterProps['engine'], Record<string, unknown>]>([
    ['retryAttempts', TrainingEngine.sageMaker({ retryAttempts: 30 }), { RetryStrategy: { MaximumRetryAttempts: 30 } }],
    ['networkIsolation', TrainingEngine.sageMaker({ networkIsolation: false }), { EnableNetworkIsolation: false }],
    [
      'interNodeEncryption',
      TrainingEngine.sageMaker({ interNodeEncryption: false }),
      { EnableInterContainerTrafficEncryption: false },
    ],
  ])('engine: %s', (_, engine, expected) => {
    expect(request(() => ({ engine, nodes: 2 }))).toMatchObject(expected);
  });

  it('engine: no retries are no field, since SageMaker takes none below 1', () => {
    expect(request(() => ({ engine: TrainingEngine.sageMaker({ retryAttempts: 0 }) }))).not.toHaveProperty(
      'RetryStrategy',
    );
  });

  it.each<[string, Props, Record<string, unknown>]>([
    ['100 GiB of disk by default', () => EBS, { VolumeSizeInGB: 100 }],
    [
      'volumeSize',
      () => ({ ...EBS, engine: TrainingEngine.sageMaker({ volumeSize: Size.tebibytes(1) }) }),
      { VolumeSizeInGB: 1024 },
    ],
    [
      'keepAlive',
      () => ({
        ...EBS,
        spotPolicy: SpotPolicy.onDemandOnly(),
        engine: TrainingEngine.sageMaker({ keepAlive: Duration.minutes(30) }),
      }),
      { VolumeSizeInGB: 100, KeepAlivePeriodInSeconds: 1800 },
    ],
    [
      'trainingPlanArn',
      () => ({
        ...EBS,
        spotPolicy: SpotPolicy.onDemandOnly(),
        engine: TrainingEngine.sageMaker({ trainingPlanArn: PLAN }),
      }),
      { VolumeSizeInGB: 100, TrainingPlanArn: PLAN },
    ],
  ])('engine: %s', (_, props, expected) => {
    expect(resources(props)).toEqual({ InstanceType: 'ml.p3.16xlarge', InstanceCount: 1, ...expected });
  });

  it('spotPolicy: until a deadline, by default by the least cost, and on after it', () => {
    expect(terms(synth())).toMatchObject({
      capacity: {
        kind: 'until-deadline',
        afterDeadline: 'go-on',
        terms: { policy: 'expected-cost', deadlineSeconds: HOURS.deadline.toSeconds() },
      },
    });
  });

  it.each(Object.values(DeadlineRule))('spotPolicy: until a deadline by the rule %s', (rule) => {
    const spotPolicy = SpotPolicy.untilDeadline({ ...HOURS, rule, afterDeadline: AfterDeadline.FAIL });
    expect(terms(synth(() => ({ spotPolicy })))).toMatchObject({
      capacity: { afterDeadline: 'fail', terms: { policy: rule } },
    });
  });

  it('spotPolicy: Spot only, and no longer than that', () => {
    expect(terms(synth(() => ({ spotPolicy: SpotPolicy.spotOnly(Duration.hours(5)) })))).toMatchObject({
      capacity: { kind: 'spot', maxWaitSeconds: 18_000 },
    });
  });

  it('spotPolicy: on-demand only', () => {
    expect(terms(synth(() => ({ spotPolicy: SpotPolicy.onDemandOnly() })))).toMatchObject({
      capacity: { kind: 'on-demand' },
    });
  });

  it('checkpoints: below checkpoints/ by default, a minute each, as often as Young and Daly advise', () => {
    // The square root of 2 x 60 s x 3 h, less 60 s.
    const interval = Math.round(Math.sqrt(2 * 60 * 3 * 3600) - 60);
    const template = synth();
    expect(terms(template)).toMatchObject({
      checkpointsUri: 's3://data/checkpoints/churn/',
      capacity: { terms: { checkpointSeconds: 60, checkpointIntervalSeconds: interval } },
    });
    expect(created(template).onSpot['Environment']).toMatchObject({ CHECKPOINT_INTERVAL_SECONDS: String(interval) });
  });

  it('checkpoints: where, how long and how often they were said to be', () => {
    const template = synth((here) => ({
      checkpoints: Checkpoints.inBucket(here.encrypted, {
        prefix: 'a/b',
        writeTime: Duration.seconds(20),
        interval: Duration.minutes(7),
      }),
    }));
    expect(terms(template)).toMatchObject({
      checkpointsUri: 's3://encrypted/a/b/churn/',
      capacity: { terms: { checkpointSeconds: 60, checkpointIntervalSeconds: 420 } },
    });
    expect(created(template).onSpot['Environment']).toMatchObject({ CHECKPOINT_INTERVAL_SECONDS: '420' });
  });

  it('limits: by default the work takes all the time that it may, and a start ten minutes', () => {
    expect(terms(synth())).toMatchObject({
      maxRuntimeSeconds: 7200,
      capacity: { terms: { workSeconds: 7200, restartSeconds: 600 } },
    });
    expect(terms(synth())).not.toHaveProperty('maxCostUsd');
  });

  it('limits: expectedRuntime, startupTime and maxCostUsd', () => {
    const limits = {
      maxRuntime: Duration.hours(2),
      expectedRuntime: Duration.hours(1),
      startupTime: Duration.minutes(4),
      maxCostUsd: 20,
    };
    expect(terms(synth(() => ({ limits, hourlyPrices: { onDemandUsd: 7 } })))).toMatchObject({
      maxRuntimeSeconds: 7200,
      maxCostUsd: 20,
      capacity: { terms: { workSeconds: 3600, restartSeconds: 240 } },
    });
  });

  it("hourlyPrices: without them, by the advisor's saving for type and region", () => {
    expect(terms(synth())).toMatchObject({ capacity: { terms: { spotPriceRatio: expect.closeTo(0.44) as number } } });
    expect(terms(synth())).not.toHaveProperty('onDemandUsdPerHour');
  });

  it('hourlyPrices: on demand alone leaves the saving to the advisor', () => {
    expect(terms(synth(() => ({ hourlyPrices: { onDemandUsd: 7 } })))).toMatchObject({
      onDemandUsdPerHour: 7,
      capacity: { terms: { spotPriceRatio: expect.closeTo(0.44) as number } },
    });
  });

  it('hourlyPrices: both tell the saving', () => {
    expect(terms(synth(() => ({ hourlyPrices: { onDemandUsd: 8, spotUsd: 2 } })))).toMatchObject({
      onDemandUsdPerHour: 8,
      capacity: { terms: { spotPriceRatio: 0.25 } },
    });
  });

  it('output: models go below models/', () => {
    const template = synth((here) => ({ output: here.encrypted }));
    expect(terms(template)).toMatchObject({ outputUri: 's3://encrypted/models/' });
    // SageMaker looks at no bucket's key: without this one it takes S3's own.
    const KmsKeyId = 'arn:aws:kms:eu-west-1:111122223333:key/bucket';
    expect(created(template).onSpot['OutputDataConfig']).toEqual({ S3OutputPath: 's3://encrypted/models/', KmsKeyId });
  });

  it('encryptionKey: encrypts disks and models', () => {
    expect(request((here) => ({ ...EBS, encryptionKey: here.key }))).toMatchObject({
      ResourceConfig: { VolumeKmsKeyId: keyArn('volumes') },
      OutputDataConfig: { KmsKeyId: keyArn('volumes') },
    });
  });

  it('clusterName: by default made from the path, so that names of jobs have room for it', () => {
    const stack = testStack();
    const here = new Surroundings(stack, 'Here');
    const clusters = ['A Long Name In Capitals', '--x', 'x'.repeat(60)].map((id) =>
      here.cluster({ clusterName: undefined }, id),
    );
    const names = clusters.map(({ clusterName }) => clusterName);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^[a-z0-9](-*[a-z0-9]){0,19}$/);
  });

  it('jobTags: are given to every job', () => {
    const jobTags = { team: 'churn', 'cost centre': '7' };
    const template = created(synth(() => ({ jobTags })));
    const tags = [
      { Key: 'team', Value: 'churn' },
      { Key: 'cost centre', Value: '7' },
    ];
    expect([template.onSpot['Tags'], template.onDemand['Tags']]).toEqual([tags, tags]);
    expect(request()['Tags']).toEqual([]);
  });

  it('network: by default none', () => {
    const template = synth();
    expect(created(template).onSpot).not.toHaveProperty('VpcConfig');
    template.hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: Match.not(Match.stringLikeRegexp('ec2:')) });
  });
});
