import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { training } from '../../../../constructs';
import { MachineUnderTest } from '../../../machines';
import { REPEAT, SEED } from '../../../arbitrary/harness';
import { findings, testStack } from '../../../helpers';
import { SpotPolicy, Surroundings, TuningRange, TuningStrategy, TuningWarmStart } from './surroundings';
import { world } from './tuning-world';

const { EarlyStopping, RangeScaling, TuningCheckpoints } = training;

/** A tuning as plain data, since constructs neither print nor shrink. */
interface Plan {
  readonly strategy: 'bayesian' | 'random' | 'hyperband' | 'grid';
  readonly categories: readonly number[];
  readonly continuous: readonly (readonly [min: number, width: number, scaling: training.RangeScaling])[];
  readonly integer: readonly (readonly [min: number, width: number])[];
  readonly jobs: number;
  readonly parallelShare: number;
  readonly minutes: number;
  readonly spotHours: number | undefined;
  readonly checkpoints: boolean;
  readonly earlyStopping: boolean;
  readonly parents: number;
  readonly seed: number | undefined;
}

const share = fc.double({ min: 0.01, max: 1, noNaN: true });

const plans: fc.Arbitrary<Plan> = fc.record({
  strategy: fc.constantFrom('bayesian', 'random', 'hyperband', 'grid'),
  categories: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
  continuous: fc.array(
    fc.tuple(share, share, fc.constantFrom(RangeScaling.AUTO, RangeScaling.LINEAR, RangeScaling.LOGARITHMIC)),
    { maxLength: 13 },
  ),
  integer: fc.array(fc.tuple(fc.integer(), fc.integer({ min: 1, max: 1000 })), { maxLength: 13 }),
  jobs: fc.integer({ min: 1, max: 750 }),
  parallelShare: share,
  minutes: fc.integer({ min: 2, max: 262_800 }),
  spotHours: fc.option(fc.integer({ min: 2, max: 100 }), { nil: undefined }),
  checkpoints: fc.boolean(),
  earlyStopping: fc.boolean(),
  parents: fc.integer({ min: 0, max: 5 }),
  seed: fc.option(fc.nat(), { nil: undefined }),
});

/** What the plan asks for, as far as it may be asked for together. */
function optionsOf(plan: Plan, here: Surroundings): training.HyperparameterTuningOptions {
  const isGrid = plan.strategy === 'grid';
  const learns = plan.strategy === 'bayesian' || plan.strategy === 'random';
  const categorical = plan.categories.map((size, at) =>
    TuningRange.categorical(
      `category${at}`,
      Array.from({ length: size }, (_, value) => `v${value}`),
    ),
  );
  const numbers = [
    ...plan.continuous.map(([min, width, scaling], at) =>
      TuningRange.continuous(`continuous${at}`, min, min + width, { scaling }),
    ),
    ...plan.integer.map(([min, width], at) => TuningRange.integer(`integer${at}`, min, min + width)),
  ];
  const jobs = isGrid ? plan.categories.reduce((product, size) => product * size, 1) : plan.jobs;
  return here.tuning({
    strategy:
      plan.strategy === 'hyperband' ? TuningStrategy.hyperband({ maxResource: 81 }) : TuningStrategy[plan.strategy](),
    ranges: isGrid ? categorical : [...categorical, ...numbers],
    limits: {
      maxJobs: isGrid ? undefined : jobs,
      maxParallelJobs: Math.max(1, Math.floor(jobs * plan.parallelShare)),
      maxRuntime: Duration.minutes(plan.minutes),
    },
    spotPolicy:
      plan.spotHours === undefined ? SpotPolicy.onDemandOnly() : SpotPolicy.spotOnly(Duration.hours(plan.spotHours)),
    checkpoints:
      plan.checkpoints || plan.spotHours !== undefined ? TuningCheckpoints.BY_JOB_NAME : TuningCheckpoints.NONE,
    earlyStopping: plan.earlyStopping && plan.strategy !== 'hyperband' ? EarlyStopping.AUTO : EarlyStopping.OFF,
    warmStart:
      learns && plan.parents > 0
        ? TuningWarmStart.identicalData(...Array.from({ length: plan.parents }, (_, at) => `parent-${at}`))
        : undefined,
    randomSeed: plan.seed,
  });
}

/** As many as a stack has room for, eight resources each. */
const RUNS = 50;

it(`${RUNS} random tunings are accepted, are machines that AWS would take, and have no finding (${REPEAT})`, () => {
  const stack = testStack();
  const here = new Surroundings(stack);
  const cluster = here.cluster();
  const asked = fc.sample(plans, { seed: SEED, numRuns: RUNS }).map((plan) => optionsOf(plan, here));
  asked.forEach((options, at) => cluster.tuning(`Case${at}x`, options));
  const template = Template.fromStack(stack);
  asked.forEach(({ spotPolicy, checkpoints }, at) => {
    const id = `ClusterCase${at}x`;
    const handlers = { [`${id}Adviser`]: join(__dirname, '../../../../constructs/training/tuning/advise.lambda') };
    const { definition } = MachineUnderTest.fromTemplate(template, id, { world: world(), handlers });
    const { TrainingJobDefinition: job } = definition.States['Start']?.Parameters as {
      TrainingJobDefinition: { EnableManagedSpotTraining: boolean; StoppingCondition: Record<string, number> };
    };
    const isSpot = spotPolicy?.usesSpot ?? false;
    expect([job.EnableManagedSpotTraining, 'MaxWaitTimeInSeconds' in job.StoppingCondition]).toEqual([isSpot, isSpot]);
    expect('CheckpointConfig' in job).toBe(checkpoints === TuningCheckpoints.BY_JOB_NAME);
  });
  expect(findings(stack)).toEqual({ unacknowledged: [], unused: [] });
}, 120_000);

type Options = training.HyperparameterTuningOptions;

/** Ways to break a tuning, and what the message says of it. */
const BREAKS: Record<string, (options: Options) => readonly [broken: Partial<Options>, message: string]> = {
  'more jobs at the same time than there are': ({ limits }) => {
    const { maxJobs = 0 } = limits;
    return [
      { limits: { ...limits, maxParallelJobs: maxJobs + 1 } },
      `limits.maxParallelJobs is ${maxJobs + 1}, allowed are up to ${maxJobs}, the number of jobs altogether`,
    ];
  },
  'a range twice': ({ ranges }) => {
    const [first = TuningRange.integer('none', 0, 1)] = ranges;
    return [{ ranges: [...ranges, first] }, `ranges has "${first.name}" twice, allowed are unique names`];
  },
  'what is fixed, tuned': ({ ranges }) => [
    { ranges: [...ranges, TuningRange.integer('epochs', 0, 1)] },
    'ranges has "epochs", which job.hyperparameters has too, allowed is one of them: it is tuned, or it is fixed',
  ],
  'a deadline': () => [
    { spotPolicy: SpotPolicy.untilDeadline({ deadline: Duration.hours(9) }) },
    'spotPolicy has a deadline, allowed are spotOnly and onDemandOnly: SageMaker starts the jobs of a tuning, and nothing can ' +
      'move one to on-demand instances in time. Give the tuning a spotPolicy of its own',
  ],
  'hours on Spot without checkpoints': () => [
    { spotPolicy: SpotPolicy.spotOnly(Duration.hours(2)), checkpoints: TuningCheckpoints.NONE },
    'spotPolicy.maxWait is 7200 s without checkpoints, allowed are up to 3600: a job that is interrupted begins anew. ' +
      'Set checkpoints to BY_JOB_NAME if the trainer keeps them by job name',
  ],
  'Hyperband that learns from others': () => [
    {
      strategy: TuningStrategy.hyperband({ maxResource: 9 }),
      earlyStopping: EarlyStopping.OFF,
      warmStart: TuningWarmStart.identicalData('a'),
    },
    'warmStart is given with Hyperband, allowed is none: a warm start knows how jobs ended, and not how they came there',
  ],
  'Hyperband that stops early': () => [
    { strategy: TuningStrategy.hyperband({ maxResource: 9 }), earlyStopping: EarlyStopping.AUTO },
    'earlyStopping is Auto with Hyperband, allowed is Off: Hyperband stops jobs by a rule of its own',
  ],
  'a grid of so many jobs': ({ limits }) => [
    { strategy: TuningStrategy.grid(), ranges: [TuningRange.categorical('norm', ['a'])], warmStart: undefined },
    `limits.maxJobs is ${limits.maxJobs ?? 0} with a grid, allowed is none: it has as many jobs as combinations`,
  ],
};

describe(`a random tuning (${REPEAT}) fails with`, () => {
  it.each(Object.entries(BREAKS))('%s', (_, breaks) => {
    const learning = plans.map((plan): Plan => ({ ...plan, strategy: 'bayesian' }));
    const here = new Surroundings(testStack());
    const cluster = here.cluster();
    fc.sample(learning, { seed: SEED, numRuns: 25 }).forEach((plan, at) => {
      const options = optionsOf(plan, here);
      const [broken, message] = breaks(options);
      expect(() => cluster.tuning(`Case${at}`, { ...options, ...broken })).toThrow(
        `Test/Cluster: tuning "Case${at}": ${message}`,
      );
    });
  });
});
