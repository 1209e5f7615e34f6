import { Duration, Size, Token } from 'aws-cdk-lib';
import { type GpuTrainingClusterProps, SpotPolicy, TrainingEngine } from '../../../constructs/training';
import { testStack } from '../../helpers';
import { Surroundings } from './surroundings';

type Props = (here: Surroundings) => Partial<GpuTrainingClusterProps>;
const build = (props: Props) => {
  const here = new Surroundings(testStack(), 'Here');
  return here.cluster(props(here));
};
const limits = (given: Partial<GpuTrainingClusterProps['limits']>) => ({
  limits: { maxRuntime: Duration.hours(2), ...given },
});
const tags = (count: number) => ({ jobTags: Object.fromEntries(many(count, (i) => [`tag-${i}`, ''])) });
const PRICES = { onDemandUsd: 6, spotUsd: 2 };
const EBS = 'ml.p3.16xlarge';
/** A type of which no source tells the local storage. */
const UNTOLD = 'ml.p6e-gb200.36xlarge';

describe('A cluster accepts', () => {
  it.each<[string, Props]>([
    ['the shortest name', () => ({ clusterName: 'a' })],
    ['the longest name', () => ({ clusterName: 'a'.repeat(20) })],
    ['hyphens in a name', () => ({ clusterName: 'a--b-c' })],
    ['a thousand nodes', () => ({ nodes: 1000 })],
    ['the shortest times', () => limits({ maxRuntime: Duration.minutes(1), startupTime: Duration.minutes(1) })],
    [
      'the longest times',
      () => ({
        spotPolicy: SpotPolicy.spotOnly(Duration.days(28)),
        ...limits({ maxRuntime: Duration.days(28), startupTime: Duration.hours(1) }),
      }),
    ],
    ['an expectation of the whole runtime', () => limits({ expectedRuntime: Duration.hours(2) })],
    ['a wait as long as the runtime', () => ({ spotPolicy: SpotPolicy.spotOnly(Duration.hours(2)) })],
    [
      'a deadline as long as the runtime and a start',
      () => ({ spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.minutes(130) }) }),
    ],
    [
      'a deadline as long as the expected runtime and a start',
      () => ({
        spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.minutes(65) }),
        ...limits({ expectedRuntime: Duration.hours(1), startupTime: Duration.minutes(5) }),
      }),
    ],
    ['the smallest cost', () => ({ hourlyPrices: PRICES, ...limits({ maxCostUsd: 0.1 }) })],
    ['a Spot price just below', () => ({ hourlyPrices: { onDemandUsd: 6, spotUsd: 5.99 } })],
    ['a key with a type without local storage', (here) => ({ instanceTypes: [EBS], encryptionKey: here.key })],
    ['fifty tags', () => tags(50)],
    ['the longest tag', () => ({ jobTags: { ['n'.repeat(128)]: 'v'.repeat(256) } })],
    ['a tag with letters of all kinds', () => ({ jobTags: { 'Abteilung für +-=._:/@': '部門 1' } })],
    ['a tag whose value is a token', () => ({ jobTags: { team: Token.asString({ Ref: 'Team' }) } })],
    [
      'a warm pool without Spot',
      () => ({
        spotPolicy: SpotPolicy.onDemandOnly(),
        engine: TrainingEngine.sageMaker({ keepAlive: Duration.hours(6) }),
      }),
    ],
  ])('%s', (_, props) => {
    expect(() => build(props)).not.toThrow();
  });
});

describe('A cluster fails when', () => {
  it.each<[string, Props, string]>([
    ...['', 'Churn', '-a', 'a-', 'a_b', 'a'.repeat(21), 'a\n'].map((clusterName): [string, Props, string] => [
      `clusterName is ${JSON.stringify(clusterName)}`,
      () => ({ clusterName }),
      `clusterName is "${clusterName}", allowed are 1 to 20 lower-case letters, digits and inner hyphens: jobs are named after it, and permissions hold only for such names`,
    ]),
    [
      'clusterName is a token',
      () => ({ clusterName: Token.asString({ Ref: 'Name' }) }),
      'clusterName is a token, allowed are 1 to 20 lower-case letters, digits and inner hyphens: jobs are named after it, and permissions hold only for such names',
    ],
    ['nodes is 0', () => ({ nodes: 0 }), 'nodes is 0, allowed are whole numbers from 1 up'],
    ['nodes is 1.5', () => ({ nodes: 1.5 }), 'nodes is 1.5, allowed are whole numbers from 1 up'],
    [
      'nodes is a token',
      () => ({ nodes: Token.asNumber({ Ref: 'Nodes' }) }),
      'nodes is a token, allowed are whole numbers from 1 up',
    ],
    [
      'there is no type',
      () => ({ instanceTypes: [] }),
      'instanceTypes has 0 entries, allowed is 1: the nodes of a gang are alike, or the fastest wait for the slowest',
    ],
    [
      'there are two types',
      () => ({ instanceTypes: ['ml.g5.xlarge', 'ml.g6.xlarge'] }),
      'instanceTypes has 2 entries, allowed is 1: the nodes of a gang are alike, or the fastest wait for the slowest',
    ],
    [
      'the type is not one of SageMaker',
      () => ({ instanceTypes: ['g5.xlarge'] }),
      'instanceTypes has "g5.xlarge", allowed is a literal ml.<family>.<size>: what it can do is checked at synth',
    ],
    [
      'the type is a token',
      () => ({ instanceTypes: [Token.asString({ Ref: 'Type' })] }),
      'instanceTypes has a token, allowed is a literal ml.<family>.<size>: what it can do is checked at synth',
    ],
    [
      'the type is newer than the table',
      () => ({ instanceTypes: ['ml.p99.xlarge'] }),
      'instanceTypes has ml.p99.xlarge, allowed are types in the table of this version: see docs/instance-types.md',
    ],
    [
      'SageMaker does not train on the type',
      () => ({ instanceTypes: ['ml.g5g.xlarge'] }),
      'instanceTypes has ml.g5g.xlarge, allowed are types that SageMaker trains on',
    ],
    [
      'the type has no GPU',
      () => ({ instanceTypes: ['ml.m5.xlarge'] }),
      'instanceTypes has ml.m5.xlarge, which has no GPU, allowed are types with one: this is a cluster for GPU training',
    ],
    [
      'a key is given for a type with local storage',
      (here) => ({ encryptionKey: here.key }),
      'encryptionKey is given with ml.g5.12xlarge, allowed are types without local NVMe storage: SageMaker uses that instead of a volume, of its fixed size, encrypted by itself',
    ],
    [
      'a volume is given for a type with local storage',
      () => ({ engine: TrainingEngine.sageMaker({ volumeSize: Size.gibibytes(200) }) }),
      'engine.volumeSize is given with ml.g5.12xlarge, allowed are types without local NVMe storage: SageMaker uses that instead of a volume, of its fixed size, encrypted by itself',
    ],
    [
      'a key is given for a type of which no source tells the storage',
      (here) => ({ instanceTypes: [UNTOLD], encryptionKey: here.key }),
      `instanceType is ${UNTOLD}, allowed with encryptionKey are types whose local NVMe storage is known: no source tells. Leave encryptionKey out, or see docs/instance-types.md`,
    ],
    [
      'maxRuntime is too short',
      () => limits({ maxRuntime: Duration.seconds(59) }),
      'limits.maxRuntime is 59 s, allowed are 60 to 2419200, whole',
    ],
    [
      'maxRuntime is too long',
      () => limits({ maxRuntime: Duration.days(29) }),
      'limits.maxRuntime is 2505600 s, allowed are 60 to 2419200, whole',
    ],
    [
      'maxRuntime is a fraction',
      () => limits({ maxRuntime: Duration.millis(90_500) }),
      'limits.maxRuntime is 90.5 s, allowed are 60 to 2419200, whole',
    ],
    ...(['maxRuntime', 'expectedRuntime', 'startupTime'] as const).map((field): [string, Props, string] => [
      `${field} is a token`,
      () => limits({ [field]: Duration.seconds(Token.asNumber({ Ref: 'Time' })) }),
      `limits.${field} is a token, allowed is a literal: what can be met is checked at synth`,
    ]),
    [
      'more work is expected than there may be',
      () => limits({ expectedRuntime: Duration.hours(3) }),
      'limits.expectedRuntime is 10800 s, allowed are up to maxRuntime, 7200 s: a job is stopped then',
    ],
    [
      'startupTime is too long',
      () => limits({ startupTime: Duration.minutes(61) }),
      'limits.startupTime is 3660 s, allowed are 60 to 3600, whole',
    ],
    [
      'the wait is shorter than the runtime',
      () => ({ spotPolicy: SpotPolicy.spotOnly(Duration.hours(1)) }),
      'spotPolicy.maxWait is 3600 s, allowed are from maxRuntime up, 7200 s: it holds waiting and training together',
    ],
    [
      'no instances could meet the deadline',
      () => ({ spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.hours(2) }) }),
      'spotPolicy.deadline is 7200 s, allowed are from 7800 s up, the expected runtime and a start: not even on-demand instances meet it',
    ],
    [
      'a warm pool is to be kept on Spot',
      () => ({ engine: TrainingEngine.sageMaker({ keepAlive: Duration.minutes(5) }) }),
      'engine.keepAlive is given with Spot, allowed is SpotPolicy.onDemandOnly(): SageMaker refuses the two together',
    ],
    [
      'a training plan is to be used on Spot',
      () => ({
        spotPolicy: SpotPolicy.spotOnly(Duration.hours(5)),
        engine: TrainingEngine.sageMaker({
          trainingPlanArn: 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/spring',
        }),
      }),
      'engine.trainingPlanArn is given with Spot, allowed is SpotPolicy.onDemandOnly(): SageMaker refuses the two together',
    ],
    [
      'a cost is limited without prices',
      () => limits({ maxCostUsd: 5 }),
      'limits.maxCostUsd is given without hourlyPrices, allowed is with them: AWS tells no price while a job runs',
    ],
    ...[0, -1, NaN, Infinity].map((maxCostUsd): [string, Props, string] => [
      `maxCostUsd is ${maxCostUsd}`,
      () => ({ hourlyPrices: PRICES, ...limits({ maxCostUsd }) }),
      `limits.maxCostUsd is ${maxCostUsd}, allowed are numbers above 0`,
    ]),
    [
      'maxCostUsd is a token',
      () => ({ hourlyPrices: PRICES, ...limits({ maxCostUsd: Token.asNumber({ Ref: 'Cost' }) }) }),
      'limits.maxCostUsd is a token, allowed are numbers above 0',
    ],
    [
      'the cost is used up in less than a minute',
      () => ({ nodes: 3, hourlyPrices: PRICES, ...limits({ maxCostUsd: 0.29 }) }),
      'limits.maxCostUsd is 0.29, allowed are numbers from 0.3 up, what a minute of the cluster costs: no job is made for less',
    ],
    ...[0, -1, NaN, Infinity].map((onDemandUsd): [string, Props, string] => [
      `onDemandUsd is ${onDemandUsd}`,
      () => ({ hourlyPrices: { onDemandUsd } }),
      `hourlyPrices.onDemandUsd is ${onDemandUsd}, allowed are numbers above 0`,
    ]),
    ...[0, -1, NaN, 6, 7].map((spotUsd): [string, Props, string] => [
      `spotUsd is ${spotUsd}`,
      () => ({ hourlyPrices: { onDemandUsd: 6, spotUsd } }),
      `hourlyPrices.spotUsd is ${spotUsd}, allowed are numbers above 0 and below onDemandUsd, 6: where Spot saves nothing, take SpotPolicy.onDemandOnly()`,
    ]),
    ['there are 51 tags', () => tags(51), 'jobTags has 51 entries, allowed are up to 50'],
    ...['aws:team', 'AWS:team', '', 'n'.repeat(129)].map((name): [string, Props, string] => [
      `a tag is named "${name.slice(0, 10)}"`,
      () => ({ jobTags: { [name]: '' } }),
      `jobTags has "${name}", allowed are names of 1 to 128 characters that do not begin with aws:`,
    ]),
    [
      'a tag has characters that no tag may have',
      () => ({ jobTags: { 'a#b': 'x' } }),
      'jobTags has the name "a#b", allowed are letters, digits, spaces and _.:/=+-@, 256 characters in a value',
    ],
    ...['50%', 'v'.repeat(257)].map((value): [string, Props, string] => [
      `the value of a tag is "${value.slice(0, 10)}"`,
      () => ({ jobTags: { team: value } }),
      `jobTags has "${value}" in "team", allowed are letters, digits, spaces and _.:/=+-@, 256 characters in a value`,
    ]),
  ])('%s', (_, props, message) => {
    expect(() => build(props)).toThrow(new Error(`Test/Cluster: ${message}`));
  });

  it('its jobs are to be started, and there are none', () => {
    const here = new Surroundings(testStack(), 'Here');
    const cluster = here.cluster();
    expect(() => cluster.grantStartTraining(cluster)).toThrow(
      new Error(
        'Test/Cluster: grantStartTraining is called with no job defined, allowed is after trainingJob: it holds for the jobs that there are',
      ),
    );
  });
});

function many<T>(count: number, make: (id: number) => T): T[] {
  return Array.from({ length: count }, (_, id) => make(id));
}
