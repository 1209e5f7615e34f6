import { aws_ecr as ecr, aws_s3 as s3, Duration, type Environment, Stack, Stage, Token } from 'aws-cdk-lib';
import { training } from '../../constructs';
import { needsOf } from '../../preflight/needs';
import { readAssembly } from '../../review/assembly';
import { run } from '../../shell/processes';
import { ENV } from '../helpers';
import { batchCluster } from '../constructs/training/batch-cluster';
import { assemblyOf, scratch, stackOf } from '../review/assemblies';
import { type Account, fakeServiceQuotas } from './fake-service-quotas';

const { SpotPolicy } = training;

function cluster(stack: Stack, spotPolicy: training.SpotPolicy, engine = training.TrainingEngine.sageMaker()) {
  const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'data');
  const made = new training.GpuTrainingCluster(stack, 'Cluster', {
    instanceTypes: ['ml.g5.12xlarge'],
    nodes: 2,
    engine,
    spotPolicy,
    limits: { maxRuntime: Duration.hours(2) },
    checkpoints: training.Checkpoints.inBucket(bucket),
    output: bucket,
  });
  return {
    made,
    image: training.TrainingImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'T', 't'), 'v1'),
  };
}

const UNTIL_DEADLINE = SpotPolicy.untilDeadline({ deadline: Duration.hours(6) });

const needs = (build: (stack: Stack) => void, env: Environment | undefined = ENV, region?: string) =>
  needsOf(readAssembly(stackOf(build, env)), region);
const table = (build: (stack: Stack) => void) => needs(build).map(({ name, needed }) => [name, needed]);

function tune(stack: Stack, maxParallelJobs: number) {
  const { made, image } = cluster(stack, UNTIL_DEADLINE);
  made.tuning('Rates', {
    job: { image },
    objective: training.TuningObjective.maximize({ name: 'accuracy', regex: '(.*)' }),
    ranges: [training.TuningRange.continuous('rate', 0, 1)],
    limits: { maxJobs: 12, maxParallelJobs, maxRuntime: Duration.hours(10) },
    spotPolicy: SpotPolicy.spotOnly(Duration.hours(4)),
    checkpoints: training.TuningCheckpoints.BY_JOB_NAME,
  });
}

describe('what a cluster needs', () => {
  it('with a deadline is its nodes, on Spot and on demand', () => {
    expect(table((stack) => void cluster(stack, UNTIL_DEADLINE))).toEqual([
      ['Longest run time for a training job', 7200],
      ['Number of instances across all spot training jobs', 2],
      ['Number of instances across all training jobs', 2],
      ['ml.g5.12xlarge for spot training job usage', 2],
      ['ml.g5.12xlarge for training job usage', 2],
    ]);
  });

  it('on Spot only is Spot', () => {
    expect(table((stack) => void cluster(stack, SpotPolicy.spotOnly(Duration.hours(4))))).toEqual([
      ['Longest run time for a training job', 7200],
      ['Number of instances across all spot training jobs', 2],
      ['ml.g5.12xlarge for spot training job usage', 2],
    ]);
  });

  it('with a warm pool is that too', () => {
    const engine = training.TrainingEngine.sageMaker({ keepAlive: Duration.minutes(10) });
    expect(table((stack) => void cluster(stack, SpotPolicy.onDemandOnly(), engine))).toEqual([
      ['Longest run time for a training job', 7200],
      ['Number of instances across all training jobs', 2],
      ['ml.g5.12xlarge for training job usage', 2],
      ['ml.g5.12xlarge for training warm pool usage', 2],
    ]);
  });

  it('on Batch is processors of EC2, those of the largest type of each group of families', () => {
    const onBatch = (spotPolicy: training.SpotPolicy, ...instanceTypes: string[]) =>
      needs((stack) => void batchCluster({ props: { spotPolicy, instanceTypes } }, stack)).map(
        ({ service, name, needed }) => [service, name, needed],
      );
    expect(
      onBatch(SpotPolicy.untilDeadline({ deadline: Duration.hours(24) }), 'g5.xlarge', 'g6.4xlarge', 'p5.4xlarge'),
    ).toEqual([
      ['ec2', 'All G and VT Spot Instance Requests', 16],
      ['ec2', 'All P5 Spot Instance Requests', 16],
      ['ec2', 'Running On-Demand G and VT instances', 16],
      ['ec2', 'Running On-Demand P instances', 16],
    ]);
    expect(onBatch(SpotPolicy.spotOnly(Duration.hours(24)), 'p4d.24xlarge', 'p6-b200.48xlarge')).toEqual([
      ['ec2', 'All P4, P3 and P2 Spot Instance Requests', 96],
      ['ec2', 'All P6 Spot Instance Requests', 192],
    ]);
  });

  it('to be tuned is the nodes of all jobs at the same time, and says for what', () => {
    const found = needs((stack) => tune(stack, 3)).find(({ name }) => name.endsWith('spot training job usage'));
    expect(found).toEqual({
      place: { account: '111122223333', region: 'eu-west-1' },
      service: 'sagemaker',
      name: 'ml.g5.12xlarge for spot training job usage',
      needed: 6,
      by: ['Shop/Shop/Cluster', 'Shop/Shop/Cluster/Rates'],
    });
  });

  it('is not known where only a deployment tells', () => {
    const found = needs((stack) => tune(stack, Token.asNumber({ Ref: 'AWS::NoValue' })));
    expect(found.find(({ name }) => name.endsWith('spot training job usage'))?.needed).toBeUndefined();
  });

  it('in a stack that leaves its region open is asked where the command says', () => {
    const build = (stack: Stack) => void cluster(stack, UNTIL_DEADLINE);
    expect(needs(build, {}, 'us-west-2')[0]?.place).toEqual({ region: 'us-west-2' });
    expect(() => needs(build, {})).toThrow('Shop: Shop has no region: say by --region where it is deployed');
  });
});

describe('npm run quotas', () => {
  const app = stackOf((stack) => void cluster(stack, UNTIL_DEADLINE), ENV);
  const GIVEN = [
    { name: 'Longest run time for a training job', value: 432_000 },
    { name: 'Number of instances across all spot training jobs', value: 4 },
    { name: 'Number of instances across all training jobs', value: 4 },
    { name: 'ml.g5.12xlarge for spot training job usage', value: 0 },
    { name: 'ml.g5.12xlarge for training job usage', value: 2 },
  ];
  const ACCOUNT: Account = { number: ENV.account, defaults: GIVEN, applied: [] };
  const ENOUGH: Account = { ...ACCOUNT, applied: [{ name: 'ml.g5.12xlarge for spot training job usage', value: 2 }] };
  const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

  async function command(account: Account, env: NodeJS.ProcessEnv, ...args: string[]) {
    const aws = await fakeServiceQuotas(account);
    const nowhere = scratch();
    const { code, lines } = await run(process.execPath, ['--import', 'tsx', 'preflight/main.ts', ...args], {
      cwd: `${__dirname}/../..`,
      env: {
        PATH: process.env['PATH'],
        HOME: nowhere,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: aws.url,
        NODE_NO_WARNINGS: '1',
        ...env,
      },
    });
    await aws.close();
    return { code, told: lines.join('\n'), asked: aws.asked };
  }

  it('ends with 0 where there is enough: what an account was given counts instead of the default', async () => {
    const { code, told, asked } = await command(ENOUGH, KEYS, '--app', app);
    expect([code, told]).toEqual([
      0,
      [
        'eu-west-1, 111122223333',
        '  quota                                              needed    have  ok   needed by',
        '  Longest run time for a training job                  7200  432000  yes  Shop/Shop/Cluster',
        '  Number of instances across all spot training jobs       2       4  yes  Shop/Shop/Cluster',
        '  Number of instances across all training jobs            2       4  yes  Shop/Shop/Cluster',
        '  ml.g5.12xlarge for spot training job usage              2       2  yes  Shop/Shop/Cluster',
        '  ml.g5.12xlarge for training job usage                   2       2  yes  Shop/Shop/Cluster',
      ].join('\n'),
    ]);
    // Three pages of defaults and one of what was given, once for all five.
    expect(asked).toEqual([
      ...Array<string>(3).fill('ListAWSDefaultServiceQuotas sagemaker'),
      'ListServiceQuotas sagemaker',
    ]);
  });

  it('ends with 1 where one lacks', async () => {
    const { code, told } = await command(ACCOUNT, KEYS, '--app', app);
    expect(code).toBe(1);
    expect(told).toMatch(/ml\.g5\.12xlarge for spot training job usage +2 +0 {2}no/);
    expect(told).toMatch(/1 of 5 quotas lack or cannot be told: docs\/quotas\.md says what to do$/);
  });

  it('ends with 1 where a quota is not known by its name', async () => {
    const { code, told } = await command({ ...ACCOUNT, defaults: GIVEN.slice(1) }, KEYS, '--app', app);
    expect(code).toBe(1);
    expect(told).toMatch(/Longest run time for a training job +7200 +not found {2}unknown/);
  });

  it('says that an app needs none', async () => {
    const { code, told, asked } = await command(
      ACCOUNT,
      {},
      '--app',
      stackOf(() => undefined),
    );
    expect([code, told, asked]).toEqual([0, 'Nothing in this app says that it needs a quota.', []]);
  });

  it('asks for one environment only, and knows no other', async () => {
    const two = assemblyOf((whole) => {
      for (const name of ['dev', 'prod'])
        cluster(new Stack(new Stage(whole, name), 'Shop', { env: ENV }), UNTIL_DEADLINE);
    });
    expect((await command(ENOUGH, KEYS, '--app', two)).told).toContain('dev/Shop/Cluster, prod/Shop/Cluster');
    const { told } = await command(ENOUGH, KEYS, '--app', two, '--environment', 'prod');
    expect(told).toContain('prod/Shop/Cluster');
    expect(told).not.toContain('dev');
    expect(await command(ENOUGH, KEYS, '--app', two, '--environment', 'staging')).toMatchObject({
      code: 2,
      told: '--environment has "staging", known are dev, prod',
    });
  });

  it.each<[string, Account, NodeJS.ProcessEnv, RegExp]>([
    [
      'without credentials',
      ACCOUNT,
      {},
      /^there are no AWS credentials \(.+\): sign in as for the AWS CLI, and set AWS_PROFILE/,
    ],
    [
      'with those of another account',
      { ...ENOUGH, number: '444455556666' },
      KEYS,
      /^the credentials are those of account 444455556666, and what is to be checked in eu-west-1 goes to 111122223333: take/,
    ],
    [
      'without permission',
      { ...ACCOUNT, error: { type: 'AccessDeniedException', message: 'no identity-based policy allows it' } },
      KEYS,
      /^no identity-based policy allows it\. Needed are servicequotas:ListServiceQuotas and servicequotas:ListAWSDefaultServiceQuotas$/,
    ],
    [
      'with keys that are not valid any more',
      { ...ACCOUNT, error: { type: 'ExpiredTokenException', message: 'The security token is expired' } },
      KEYS,
      /^Service Quotas in eu-west-1 does not answer: ExpiredTokenException: The security token is expired$/,
    ],
  ])('ends with 2 %s, and says so', async (_, account, env, told) => {
    expect(await command(account, env, '--app', app)).toMatchObject({
      code: 2,
      told: expect.stringMatching(told) as string,
    });
  });

  it('ends with 2 for a folder that holds no assembly', async () => {
    const { code, told } = await command(ACCOUNT, KEYS, '--app', scratch());
    expect([code, told]).toEqual([
      2,
      expect.stringMatching(/ is no cloud assembly: it has no manifest\.json/) as string,
    ]);
  });

  it('says what it does when asked for help', async () => {
    expect(await command(ACCOUNT, {}, '--help')).toMatchObject({
      code: 0,
      told: expect.stringMatching(/^npm run quotas/) as string,
    });
  });
});
