import fc from 'fast-check';
import type { Mutation } from '../../harness';
import { below, not, these } from '../../wrong';
import type { ClusterPlan, PolicyPlan } from '../plan';
import { needed, nvmeType, typesWith } from '../plans.arbitrary';
import { cluster, drawn } from './breaking';

const ON_DEMAND: PolicyPlan = { by: 'on-demand' };
const newType = fc.constantFrom('ml.p99.xlarge', 'ml.g5.3xlarge', 'ml.trn9.48xlarge');
/** Types of which no source tells the local storage. */
const untoldType = typesWith(({ training, gpus, nvmeGb }) => training && gpus !== 0 && nvmeGb === undefined);
const STORAGE =
  'allowed are types without local NVMe storage: SageMaker uses that instead of a volume, of its fixed size, encrypted by itself';
const untold = (field: string) =>
  `allowed with ${field} are types whose local NVMe storage is known: no source tells. Leave ${field} out, or see docs/instance-types.md`;
const notPositive = not([0, NaN, Infinity], fc.double({ max: 0, noNaN: true }));
const outside = (least: number, most: number) =>
  fc.oneof(fc.integer({ min: 0, max: least - 1 }), fc.integer({ min: most + 1, max: 10 * most }));
const DAYS_28 = 2_419_200;
const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333:training-plan/spring';

/** Ways to break what a cluster is made of, in the order of its rules. */
export const CLUSTER_MUTATIONS: Mutation<ClusterPlan>[] = [
  cluster(
    'clusterName is none',
    drawn(these('', 'Churn', '-a', 'a-', 'a_b', 'é', 'a'.repeat(21), 'a\n')),
    (clusterName) => ({
      change: { clusterName },
      given: `clusterName is "${clusterName}"`,
      allowed:
        'allowed are 1 to 20 lower-case letters, digits and inner hyphens: jobs are named after it, and permissions hold only for such names',
    }),
  ),
  cluster('nodes is none', drawn(not([0, 1.5, NaN], below(1))), (nodes) => ({
    change: { nodes },
    given: `nodes is ${nodes}`,
    allowed: 'allowed are whole numbers from 1 up',
  })),
  cluster('there is no type, or several', fc.constantFrom(0, 2, 3), (count) => ({
    change: { instanceTypes: Array<string>(count).fill('ml.g5.xlarge') },
    given: `instanceTypes has ${count} entries`,
    allowed: 'allowed is 1: the nodes of a gang are alike, or the fastest wait for the slowest',
  })),
  cluster(
    'the type is not one of SageMaker',
    fc.constantFrom(
      '',
      'g5.xlarge',
      'ml.g5',
      'ML.G5.XLARGE',
      'ml..xlarge',
      'ml.g5.',
      'ml.g5.xlarge ',
      'ml.g5.xlarge.2',
    ),
    (type) => ({
      change: { instanceTypes: [type] },
      given: `instanceTypes has "${type}"`,
      allowed: 'allowed is a literal ml.<family>.<size>: what it can do is checked at synth',
    }),
  ),
  cluster('nothing is known of the type', newType, (type) => ({
    change: { instanceTypes: [type] },
    given: `instanceTypes has ${type}`,
    allowed: 'allowed are types in the table of this version: see docs/instance-types.md',
  })),
  cluster(
    'SageMaker does not train on the type',
    typesWith(({ training }) => !training),
    (type) => ({
      change: { instanceTypes: [type] },
      given: `instanceTypes has ${type}`,
      allowed: 'allowed are types that SageMaker trains on',
    }),
  ),
  cluster(
    'the type has no GPU',
    typesWith(({ training, gpus }) => training && gpus === 0),
    (type) => ({
      change: { instanceTypes: [type] },
      given: `instanceTypes has ${type}, which has no GPU`,
      allowed: 'allowed are types with one: this is a cluster for GPU training',
    }),
  ),
  cluster('a key is given for a type with local storage', nvmeType, (type) => ({
    change: { instanceTypes: [type], encryptionKey: true },
    given: `encryptionKey is given with ${type}`,
    allowed: STORAGE,
  })),
  cluster('a volume is given for a type with local storage', nvmeType, (type) => ({
    change: { instanceTypes: [type], encryptionKey: false, engine: { volumeGibibytes: 100 } },
    given: `engine.volumeSize is given with ${type}`,
    allowed: STORAGE,
  })),
  cluster('a key is given for a type of which no source tells the storage', untoldType, (type) => ({
    change: { instanceTypes: [type], encryptionKey: true },
    given: `instanceType is ${type}`,
    allowed: untold('encryptionKey'),
  })),
  cluster('a volume is given for a type of which no source tells the storage', untoldType, (type) => ({
    change: { instanceTypes: [type], encryptionKey: false, engine: { volumeGibibytes: 100 } },
    given: `instanceType is ${type}`,
    allowed: untold('engine.volumeSize'),
  })),

  cluster('maxRuntime is too short or too long', outside(60, DAYS_28), (maxRuntimeSeconds, { limits }) => ({
    change: { limits: { ...limits, maxRuntimeSeconds } },
    given: `limits.maxRuntime is ${maxRuntimeSeconds} s`,
    allowed: `allowed are 60 to ${DAYS_28}, whole`,
  })),
  cluster('expectedRuntime is too short or too long', outside(60, DAYS_28), (expectedRuntimeSeconds, { limits }) => ({
    change: { limits: { ...limits, expectedRuntimeSeconds } },
    given: `limits.expectedRuntime is ${expectedRuntimeSeconds} s`,
    allowed: `allowed are 60 to ${DAYS_28}, whole`,
  })),
  cluster('more work is expected than there may be', fc.integer({ min: 1, max: 3600 }), (more, { limits }) => ({
    change: { limits: { ...limits, expectedRuntimeSeconds: limits.maxRuntimeSeconds + more } },
    given: `limits.expectedRuntime is ${limits.maxRuntimeSeconds + more} s`,
    allowed: `allowed are up to maxRuntime, ${limits.maxRuntimeSeconds} s: a job is stopped then`,
  })),
  cluster('startupTime is too short or too long', outside(60, 3600), (startupSeconds, { limits }) => ({
    change: { limits: { ...limits, startupSeconds } },
    given: `limits.startupTime is ${startupSeconds} s`,
    allowed: 'allowed are 60 to 3600, whole',
  })),

  cluster('maxCostUsd is none', drawn(notPositive), (maxCostUsd, { limits }) => ({
    change: { limits: { ...limits, maxCostUsd }, hourlyPrices: { onDemandUsd: 6 } },
    given: `limits.maxCostUsd is ${maxCostUsd}`,
    allowed: 'allowed are numbers above 0',
  })),
  cluster('maxCostUsd is given without prices', fc.integer({ min: 1 }), (maxCostUsd, { limits }) => ({
    change: { limits: { ...limits, maxCostUsd }, hourlyPrices: undefined },
    given: 'limits.maxCostUsd is given without hourlyPrices',
    allowed: 'allowed is with them: AWS tells no price while a job runs',
  })),
  cluster('maxCostUsd is spent within a minute', fc.integer({ min: 1, max: 9 }), (cents, { limits }) => ({
    change: { nodes: 1, limits: { ...limits, maxCostUsd: cents / 100 }, hourlyPrices: { onDemandUsd: 6 } },
    given: `limits.maxCostUsd is ${cents / 100}`,
    allowed: 'allowed are numbers from 0.1 up, what a minute of the cluster costs: no job is made for less',
  })),
  cluster('onDemandUsd is none', drawn(notPositive), (onDemandUsd, { limits }) => ({
    change: { limits: { ...limits, maxCostUsd: undefined }, hourlyPrices: { onDemandUsd } },
    given: `hourlyPrices.onDemandUsd is ${onDemandUsd}`,
    allowed: 'allowed are numbers above 0',
  })),
  cluster(
    'spotUsd is none, or no less',
    drawn(not([0, 6, NaN, Infinity], fc.integer({ min: 6 }))),
    (spotUsd, { limits }) => ({
      change: { limits: { ...limits, maxCostUsd: undefined }, hourlyPrices: { onDemandUsd: 6, spotUsd } },
      given: `hourlyPrices.spotUsd is ${spotUsd}`,
      allowed:
        'allowed are numbers above 0 and below onDemandUsd, 6: where Spot saves nothing, take SpotPolicy.onDemandOnly()',
    }),
  ),

  ...([{ keepAliveSeconds: 60 }, { trainingPlanArn: ARN }] as const).flatMap((engine) => {
    const field = 'trainingPlanArn' in engine ? 'trainingPlanArn' : 'keepAlive';
    return (['wait', 'deadline'] as const).map((by) =>
      cluster(`${field} is given with Spot and a ${by}`, fc.constant(DAYS_28), (seconds) => ({
        change: { engine, spotPolicy: { by, seconds } },
        given: `engine.${field} is given with Spot`,
        allowed: 'allowed is SpotPolicy.onDemandOnly(): SageMaker refuses the two together',
      })),
    );
  }),
  cluster('the wait is shorter than the runtime', fc.integer({ min: 60, max: 3599 }), (seconds, plan) => ({
    change: {
      engine: undefined,
      spotPolicy: { by: 'wait', seconds },
      limits: { maxRuntimeSeconds: 3600, maxCostUsd: plan.limits.maxCostUsd },
    },
    given: `spotPolicy.maxWait is ${seconds} s`,
    allowed: 'allowed are from maxRuntime up, 3600 s: it holds waiting and training together',
  })),
  cluster('no instances could meet the deadline', fc.integer({ min: 1, max: 60 }), (less, { limits }) => ({
    change: { engine: undefined, spotPolicy: { by: 'deadline', seconds: needed(limits) - less } },
    given: `spotPolicy.deadline is ${needed(limits) - less} s`,
    allowed: `allowed are from ${needed(limits)} s up, the expected runtime and a start: not even on-demand instances meet it`,
  })),

  cluster('there are too many tags', fc.integer({ min: 51, max: 60 }), (count) => ({
    change: { jobTags: Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag-${i}`, ''])) },
    given: `jobTags has ${count} entries`,
    allowed: 'allowed are up to 50',
  })),
  cluster(
    'a tag has a name that is taken, or none',
    fc.constantFrom('', 'aws:x', 'AWS:x', 'x'.repeat(129)),
    (name) => ({
      change: { jobTags: { [name]: '1' } },
      given: `jobTags has "${name}"`,
      allowed: 'allowed are names of 1 to 128 characters that do not begin with aws:',
    }),
  ),
  ...[
    ['the name of a tag has a wrong character', 'a#b', '1', 'the name "a#b"'],
    ['the value of a tag has a wrong character', 'a', '50 %', '"50 %" in "a"'],
    ['the value of a tag is long', 'a', 'v'.repeat(257), `"${'v'.repeat(257)}" in "a"`],
  ].map(([when = '', name = '', value = '', shown = '']) =>
    cluster(when, fc.constant({ [name]: value }), (tags) => ({
      change: { jobTags: tags },
      given: `jobTags has ${shown}`,
      allowed: 'allowed are letters, digits, spaces and _.:/=+-@, 256 characters in a value',
    })),
  ),

  cluster(
    'there are too few or too many subnets',
    fc.oneof(fc.constant(0), fc.integer({ min: 17, max: 30 })),
    (subnets) => ({
      change: { network: { vpc: 'isolated', subnets } },
      given: `network.vpcSubnets has ${subnets} subnets`,
      allowed: 'allowed are 1 to 16',
    }),
  ),
  cluster(
    'there are too few or too many security groups',
    fc.oneof(fc.constant(0), fc.integer({ min: 6, max: 10 })),
    (securityGroups) => ({
      change: { network: { vpc: 'private', securityGroups } },
      given: `network.securityGroups has ${securityGroups} entries`,
      allowed: 'allowed are 1 to 5',
    }),
  ),

  cluster('the deadline is too short or too long', outside(60, DAYS_28), (seconds) => ({
    change: { spotPolicy: { by: 'deadline', seconds } },
    where: 'SpotPolicy.untilDeadline',
    given: `deadline is ${seconds} s`,
    allowed: `allowed are 60 s to ${DAYS_28} s, whole: SageMaker keeps a job for 28 days`,
  })),
  cluster('the wait is too short or too long', outside(60, DAYS_28), (seconds) => ({
    change: { spotPolicy: { by: 'wait', seconds } },
    where: 'SpotPolicy.spotOnly',
    given: `maxWait is ${seconds} s`,
    allowed: `allowed are 60 s to ${DAYS_28} s, whole: SageMaker keeps a job for 28 days`,
  })),

  cluster(
    'the prefix of checkpoints is none',
    drawn(these('', '/a', 'a/', 'a//b', 'a/../b', '.', 'a b', 'é', 'a'.repeat(401))),
    (prefix, { checkpoints }) => ({
      change: { checkpoints: { ...checkpoints, prefix } },
      where: 'Checkpoints.inBucket',
      given: `prefix is "${prefix}"`,
      allowed:
        "allowed are up to 400 letters, digits and !_.*'()=-, in parts joined by single slashes, none of them . or ..",
    }),
  ),
  cluster('checkpoints come too often or too seldom', outside(60, 86_400), (intervalSeconds, { checkpoints }) => ({
    change: { checkpoints: { ...checkpoints, intervalSeconds } },
    where: 'Checkpoints.inBucket',
    given: `interval is ${intervalSeconds} s`,
    allowed: 'allowed are 60 to 86400, whole',
  })),
  cluster('a checkpoint takes no time, or too much', outside(1, 120), (writeSeconds, { checkpoints }) => ({
    change: { checkpoints: { ...checkpoints, writeSeconds } },
    where: 'Checkpoints.inBucket',
    given: `writeTime is ${writeSeconds} s`,
    allowed: 'allowed are 1 to 120, whole',
  })),

  cluster('the volume is too small or too large', outside(1, 16_384), (volumeGibibytes) => ({
    change: { engine: { volumeGibibytes } },
    where: 'TrainingEngine.sageMaker',
    given: `volumeSize is ${volumeGibibytes} GiB`,
    allowed: 'allowed are 1 to 16384, whole',
  })),
  cluster(
    'there are too few or too many retries',
    drawn(not([-1, 0.5, 31, NaN], fc.integer({ min: 31 }))),
    (retryAttempts) => ({
      change: { engine: { retryAttempts } },
      where: 'TrainingEngine.sageMaker',
      given: `retryAttempts is ${retryAttempts}`,
      allowed: 'allowed are 0 to 30, whole',
    }),
  ),
  cluster('instances are kept too short or too long', outside(1, 21_600), (keepAliveSeconds) => ({
    change: { engine: { keepAliveSeconds }, spotPolicy: ON_DEMAND },
    where: 'TrainingEngine.sageMaker',
    given: `keepAlive is ${keepAliveSeconds} s`,
    allowed: 'allowed are 1 to 21600, whole',
  })),
  cluster(
    'the training plan has another ARN',
    fc.constantFrom(
      '',
      'spring',
      `${ARN}/x`,
      `${ARN}_`,
      ARN.replace('training-plan', 'endpoint'),
      ARN.replace('1111', ''),
    ),
    (trainingPlanArn) => ({
      change: { engine: { trainingPlanArn }, spotPolicy: ON_DEMAND },
      where: 'TrainingEngine.sageMaker',
      given: `trainingPlanArn is "${trainingPlanArn}"`,
      allowed: 'allowed is arn:<partition>:sagemaker:<region>:<account>:training-plan/<name>',
    }),
  ),
];
