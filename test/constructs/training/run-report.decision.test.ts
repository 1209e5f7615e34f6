import type { JobView } from '../../../constructs/training/job-view.decision';
import type { Step } from '../../../constructs/training/next-step.decision';
import { metricsOf, resultOf } from '../../../constructs/training/run-report.decision';
import { refusedRunName, runExists } from '../../../constructs/training/run.decision';
import { ON_DEMAND, RUNNING, SPOT, STATE, TERMS } from './run-terms';

const used = { trainingSeconds: 100, paidSeconds: 50, interruptions: 1 };
const step = (given: Partial<Step> = {}): Step => ({
  action: 'Wait',
  state: { ...STATE, used },
  reason: '',
  numbers: {},
  ...given,
});
const values = (...args: Parameters<typeof metricsOf>) =>
  Object.fromEntries(metricsOf(...args).map(({ name, value }) => [name, value]));
const DONE: JobView = { ...RUNNING, phase: 'completed', billableSeconds: 125 };

describe('The metrics of a run', () => {
  it('have units', () => {
    expect(metricsOf(TERMS, step(), RUNNING).map(({ unit }) => unit)).toEqual(['Percent', 'Count', 'Seconds']);
  });

  it('count the job that is at work', () => {
    // 50 s and a quarter of 500 s were paid, of 600 s.
    expect(values(TERMS, step(), { ...RUNNING, interruptions: 2 })).toEqual({
      SpotSavings: expect.closeTo(100 * (1 - 175 / 600)) as number,
      SpotInterruptions: 3,
      DeadlineMissedBy: 0,
    });
  });

  it.each<[string, Partial<Step>, JobView]>([
    ['has ended, and is in what was used already', {}, DONE],
    ['was the last', { action: 'Succeed' }, DONE],
    ['has failed', { action: 'Fail' }, { ...RUNNING, phase: 'failed' }],
  ])('count once a job that %s', (_, given, job) => {
    expect(values(TERMS, step(given), job)).toMatchObject({ SpotSavings: 50, SpotInterruptions: 1 });
  });

  it.each([
    ['Succeed', 50],
    ['Fail', 50],
    ['Wait', undefined],
  ] as const)('tell once what a run has saved in the end, on %s', (action, saved) => {
    expect(values(TERMS, step({ action }), DONE)['RunSavings']).toBe(saved);
  });

  it('say nothing of a saving before there was any work', () => {
    const state = { ...STATE, used: { trainingSeconds: 0, paidSeconds: 0, interruptions: 0 } };
    expect(values(TERMS, step({ state }), undefined)).toEqual({ DeadlineMissedBy: 0 });
  });

  it('say nothing of Spot where there is none, and nothing of a deadline', () => {
    expect(values(ON_DEMAND, step(), RUNNING)).toEqual({});
    expect(Object.keys(values(SPOT, step(), RUNNING))).toEqual(['SpotSavings', 'SpotInterruptions']);
  });

  it('say how late it is', () => {
    const state = { ...STATE, elapsedSeconds: 18_090 };
    expect(values(TERMS, step({ state }), RUNNING)).toMatchObject({ DeadlineMissedBy: 90 });
  });
});

describe('What an execution ends with', () => {
  it('is told before with the job that is at work', () => {
    // 50 s and a quarter of 500 s at $6 an hour.
    expect(resultOf(TERMS, step(), RUNNING)).toMatchObject({ costUsd: expect.closeTo((175 / 3600) * 6) as number });
  });

  it('is the run, its model, and what it took', () => {
    expect(resultOf(TERMS, step({ action: 'Succeed' }), DONE)).toEqual({
      run: 'monday',
      trainingJobName: 'churn-monday-1',
      checkpoints: 's3://data/checkpoints/churn/monday/',
      modelArtifacts: 's3://data/models/churn-monday-1/output/model.tar.gz',
      attempts: 1,
      interruptions: 1,
      elapsedSeconds: 600,
      savingsPercent: 50,
      costUsd: (50 / 3600) * 6,
    });
  });

  it('has no model before the job is done, and no job before the first', () => {
    expect(resultOf(TERMS, step(), RUNNING)).toMatchObject({ modelArtifacts: undefined });
    expect(resultOf(TERMS, step({ state: { ...STATE, attempt: 0 } }), undefined)).toMatchObject({
      trainingJobName: undefined,
      attempts: 0,
    });
  });
});

describe('The name of a run', () => {
  const most = 63 - 'churn--999'.length;
  it.each(['a', 'monday-2', 'a--b', 'a'.repeat(most)])('may be %s', (name) => {
    expect(refusedRunName(TERMS, name)).toBeUndefined();
  });

  it.each(['', 'Monday', '-a', 'a-', 'a_b', 'a/b', 'a\n', 'a'.repeat(most + 1)])('may not be "%s"', (name) => {
    expect(refusedRunName(TERMS, name)).toBe(
      `"run" is "${name}", allowed are 1 to 53 lower-case letters, digits and inner hyphens: jobs are named after it`,
    );
  });

  it('is not that of an earlier one by accident', () => {
    expect(runExists('monday')).toEqual({
      name: 'RunExists',
      cause:
        '"monday" is an earlier run of the cluster: start with {"run": "monday"} to take it up again, or name the execution otherwise',
    });
  });
});
