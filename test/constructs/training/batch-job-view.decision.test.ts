import { type BatchJob, viewOfBatch } from '../../../constructs/training/batch-job-view.decision';

const NOW = 10_000;

const job = (changes: Partial<BatchJob>): BatchJob => ({
  jobId: 'id-1',
  spot: true,
  status: 'RUNNABLE',
  createdAt: 9_000_000,
  isCancelled: false,
  isTerminated: false,
  attempts: [],
  ...changes,
});

const TAKEN = { startedAt: 9_100_000, stoppedAt: 9_400_000, statusReason: 'Host EC2 (instance i-0) terminated.' };
const SAVED = {
  startedAt: 9_100_000,
  stoppedAt: 9_400_000,
  statusReason: 'Essential container in task exited',
  exitCode: 143,
};

it.each<[string, Partial<BatchJob>, object]>([
  ['waits since it was made', {}, { phase: 'waiting', waitingSeconds: 1000, noCapacity: false, trainingSeconds: 0 }],
  [
    'waits, and Batch says that it can get no instance',
    { statusReason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - all environments' },
    { phase: 'waiting', noCapacity: true },
  ],
  [
    'waits since its instance was taken',
    { attempts: [TAKEN] },
    { phase: 'waiting', waitingSeconds: 600, interruptions: 1, trainingSeconds: 300 },
  ],
  ['has an instance, and pulls its image', { status: 'STARTING' }, { phase: 'running', waitingSeconds: 0 }],
  ['trains', { status: 'RUNNING', startedAt: 9_900_000 }, { phase: 'running', trainingSeconds: 100 }],
  [
    'trains again',
    { status: 'RUNNING', startedAt: 9_900_000, attempts: [TAKEN] },
    { phase: 'running', trainingSeconds: 400, interruptions: 1 },
  ],
  [
    'was told to stop, and saves',
    { status: 'RUNNING', startedAt: 9_900_000, isTerminated: true },
    { phase: 'stopping' },
  ],
  ['was told to stop before it began', { isCancelled: true }, { phase: 'stopping' }],
  ['is done', { status: 'SUCCEEDED' }, { phase: 'completed' }],
  [
    'was stopped by the machine, which is no interruption',
    { status: 'FAILED', isTerminated: true, statusReason: 'The run goes on elsewhere', attempts: [SAVED] },
    { phase: 'stopped', interruptions: 0, trainingSeconds: 300 },
  ],
  [
    'has lost its last instance',
    { status: 'FAILED', statusReason: 'Host EC2 (instance i-0) terminated.', attempts: [TAKEN] },
    { phase: 'failed', noCapacity: true, interruptions: 1 },
  ],
  [
    'saved when its last instance was taken',
    { status: 'FAILED', statusReason: 'Essential container in task exited', attempts: [SAVED] },
    { phase: 'failed', noCapacity: true, interruptions: 1 },
  ],
  [
    'was cancelled by its queue after a day without capacity',
    { status: 'FAILED', isCancelled: true, statusReason: 'Canceled: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY' },
    { phase: 'failed', noCapacity: true },
  ],
  [
    'was cancelled by its queue, since no type is large enough',
    { status: 'FAILED', isCancelled: true, statusReason: 'Canceled: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT' },
    { phase: 'failed', noCapacity: false, reason: 'Canceled: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT' },
  ],
  [
    'has run for as long as it may',
    { status: 'FAILED', isTerminated: true, statusReason: 'Job attempt duration exceeded timeout', attempts: [SAVED] },
    { phase: 'out of runtime' },
  ],
  [
    'has failed by itself',
    {
      status: 'FAILED',
      statusReason: 'Essential container in task exited',
      attempts: [{ startedAt: 9_100_000, stoppedAt: 9_200_000, exitCode: 3, reason: 'OutOfMemoryError' }],
    },
    {
      phase: 'failed',
      noCapacity: false,
      reason: 'Essential container in task exited; OutOfMemoryError; exit code 3',
      trainingSeconds: 100,
    },
  ],
])('a job that %s', (_, changes, expected) => {
  expect(viewOfBatch([job(changes)], NOW)).toMatchObject({ id: 'id-1', mode: 'spot', ...expected });
});

it('no job is no view', () => {
  expect(viewOfBatch([], NOW)).toBeUndefined();
});

const barred = job({ jobId: 'barred', status: 'FAILED', createdAt: 1, attempts: [{ exitCode: 75 }] });

it.each<[string, BatchJob[], string]>([
  ['that is at work, before one that waits', [job({}), job({ jobId: 'works', status: 'RUNNING' })], 'works'],
  ['that is done, before one that waits', [job({}), job({ jobId: 'done', status: 'SUCCEEDED' })], 'done'],
  [
    'that waits, before one that was stopped',
    [job({ status: 'FAILED', isTerminated: true }), job({ jobId: 'waits' })],
    'waits',
  ],
  [
    'that has ended, before one that found the prefix taken',
    [barred, job({ jobId: 'ended', status: 'FAILED' })],
    'ended',
  ],
  ['that was made first', [job({ createdAt: 2 }), job({ jobId: 'first', createdAt: 1 })], 'first'],
])('of two jobs of one name it shows the one %s', (_, jobs, shown) => {
  expect(viewOfBatch(jobs, NOW)?.id).toBe(shown);
  expect(viewOfBatch([...jobs].reverse(), NOW)?.id).toBe(shown);
});

it('of jobs of one name, those of the execution that asks count, if it has any', () => {
  const theirs = job({ jobId: 'theirs', execution: 'arn:theirs', createdAt: 1 });
  const ours = job({ jobId: 'ours', execution: 'arn:ours', createdAt: 2 });
  expect(viewOfBatch([theirs, ours], NOW, 'arn:ours')).toMatchObject({ id: 'ours', execution: 'arn:ours' });
  expect(viewOfBatch([theirs], NOW, 'arn:ours')).toMatchObject({ id: 'theirs', execution: 'arn:theirs' });
});
