import { type Advice, linesOfResult, RunPicture } from '../../local/run-picture';

const advice = (changes: Partial<Advice> = {}): Advice => ({
  action: 'Wait',
  reason: 'Spot runs',
  numbers: {},
  result: {},
  ...changes,
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));

describe('the picture of a run', () => {
  it('tells where checkpoints are, what is decided and why, and the numbers to it', () => {
    const numbers = { workLeftSeconds: 3600, timeLeftSeconds: 7200, costOfSpot: 600, costOfOnDemand: 1200 };
    expect(new RunPicture().linesOfAdvice(advice({ numbers, result: { checkpoints: 's3://b/c/' } }))).toEqual([
      'checkpoints in s3://b/c/',
      'Wait: Spot runs (minutes: 60 of work left, 120 until the deadline; Spot would cost 10, on-demand 20)',
    ]);
  });

  it('tells each thing once, however the numbers change', () => {
    const picture = new RunPicture();
    picture.linesOfAdvice(advice({ numbers: { workLeftSeconds: 60, timeLeftSeconds: 60 } }));
    expect(picture.linesOfAdvice(advice({ numbers: { workLeftSeconds: 30, timeLeftSeconds: 30 } }))).toEqual([]);
  });

  it('tells how much of the work is saved, on which instances, as often as that changes', () => {
    const picture = new RunPicture();
    const saved = (completed: number, mode: string) =>
      picture.linesOfAdvice(advice({ state: { mode, progress: { completed, total: 300 } } })).slice(-1);
    expect(saved(1, 'spot')).toEqual(['  0 % is saved (1 of 300), on Spot']);
    expect(saved(299, 'spot')).toEqual(['  99 % is saved (299 of 300), on Spot']);
    expect(saved(299, 'spot')).toEqual([]);
    expect(saved(300, 'on-demand')).toEqual(['  100 % is saved (300 of 300), on-demand']);
  });

  it('tells what it has cost beside that', () => {
    const state = { mode: 'spot', progress: { completed: 1, total: 2 } };
    expect(new RunPicture().linesOfAdvice(advice({ state, result: { costUsd: 1.239 } })).slice(-1)).toEqual([
      '  50 % is saved (1 of 2), on Spot, $1.24 so far',
    ]);
  });

  it('tells what jobs come to, and counts interruptions over all of them', () => {
    const picture = new RunPicture();
    const training = { Status: 'Training', StartTime: at(1), StatusMessage: 'in progress' };
    const interrupted = { Status: 'Interrupted', StartTime: at(2), StatusMessage: 'waiting' };
    expect(picture.linesOfJob('run-1', [training])).toEqual(['  12:00:01 run-1 Training: in progress']);
    expect(picture.linesOfJob('run-1', [training, interrupted])).toEqual(['  12:00:02 run-1 Interrupted (1): waiting']);
    expect(picture.linesOfJob('run-2', [interrupted])).toEqual(['  12:00:02 run-2 Interrupted (2): waiting']);
  });
});

describe('the result of a run', () => {
  it('is the model, what it took, and what was saved', () => {
    const result = {
      modelArtifacts: 's3://b/model.tar.gz',
      checkpoints: 's3://b/c/',
      attempts: 2,
      interruptions: 1,
      elapsedSeconds: 1800,
      savingsPercent: 63.4,
      costUsd: 1.05,
    };
    expect(linesOfResult(result)).toEqual([
      'model        s3://b/model.tar.gz',
      'checkpoints  s3://b/c/',
      'jobs         2, interrupted 1 times',
      'took         30 minutes',
      'cost         $1.05, 63 % less than on-demand',
    ]);
  });

  it('without prices is told without', () => {
    expect(linesOfResult({ attempts: 1, savingsPercent: 70 })).toEqual([
      'jobs         1, interrupted 0 times',
      'cost         70 % less than on-demand',
    ]);
  });
});
