import type { JobView } from '../../../constructs/training/job-view.decision';
import { type SageMakerJob, viewOfSageMaker } from '../../../constructs/training/sagemaker-job-view.decision';

const NOW = 10_000;

/** A managed Spot job that went through these statuses, each for 100 s until now. */
const job = (statuses: string[], given: Partial<SageMakerJob> = {}): SageMakerJob => ({
  status: 'InProgress',
  secondaryStatus: statuses.at(-1) ?? 'Starting',
  spot: true,
  transitions: statuses.map((status, at) => {
    const start = NOW - 100 * (statuses.length - at);
    return { status, start, ...(at < statuses.length - 1 ? { end: start + 100 } : {}) };
  }),
  ...given,
});
const ended = (status: string, secondaryStatus: string, given: Partial<SageMakerJob> = {}): SageMakerJob =>
  job(['Starting', 'Training'], { status, secondaryStatus, ...given });

it.each<[string, SageMakerJob, Partial<JobView>]>([
  ['has nothing yet', job([]), { phase: 'waiting', waitingSeconds: 0, trainingSeconds: 0, interruptions: 0 }],
  ['is launched', job(['Starting', 'LaunchingMLInstances']), { phase: 'waiting', waitingSeconds: 200 }],
  ...['Pending', 'PreparingTrainingStack', 'Restarting'].map((status): [string, SageMakerJob, Partial<JobView>] => [
    `is ${status}`,
    job(['Starting', status]),
    { phase: 'waiting', waitingSeconds: 200, trainingSeconds: 0 },
  ]),
  ...['Downloading', 'DownloadingTrainingImage', 'Training', 'Uploading'].map(
    (status): [string, SageMakerJob, Partial<JobView>] => [
      `is ${status}`,
      job(['Starting', status]),
      { phase: 'running', waitingSeconds: 0, trainingSeconds: 100 },
    ],
  ),
  [
    'is interrupted, and waits since then',
    job(['Starting', 'Training', 'Interrupted', 'Starting']),
    { phase: 'waiting', interruptions: 1, waitingSeconds: 200, trainingSeconds: 100 },
  ],
  [
    'runs again after an interruption',
    job(['Starting', 'Training', 'Interrupted', 'Starting', 'Downloading', 'Training']),
    { phase: 'running', interruptions: 1, waitingSeconds: 0, trainingSeconds: 300 },
  ],
  ['is stopping', ended('Stopping', 'Stopping'), { phase: 'stopping', waitingSeconds: 0 }],
  ['is completed', ended('Completed', 'Completed'), { phase: 'completed' }],
  ['was stopped', ended('Stopped', 'Stopped'), { phase: 'stopped', reason: 'Stopped' }],
  ['waited too long', ended('Stopped', 'MaxWaitTimeExceeded'), { phase: 'out of wait' }],
  ['ran too long', ended('Stopped', 'MaxRuntimeExceeded'), { phase: 'out of runtime' }],
  [
    'failed for a reason',
    ended('Failed', 'Failed', { failureReason: 'AlgorithmError: exit code 1' }),
    { phase: 'failed', noCapacity: false, reason: 'AlgorithmError: exit code 1' },
  ],
  [
    'failed without capacity',
    ended('Failed', 'Failed', { failureReason: 'CapacityError: Unable to provision requested ML compute capacity.' }),
    { phase: 'failed', noCapacity: true },
  ],
  ['is on Spot', job(['Training']), { mode: 'spot' }],
  ['is on-demand', job(['Training'], { spot: false }), { mode: 'on-demand' }],
  [
    'has told what it has used',
    ended('Completed', 'Completed', { trainingSeconds: 90, billableSeconds: 27 }),
    { trainingSeconds: 90, billableSeconds: 27 },
  ],
  ['has not told what is paid', job(['Training']), { billableSeconds: undefined }],
])('A job that %s', (_, description, expected) => {
  expect(viewOfSageMaker(description, NOW)).toMatchObject(expected);
});

it.each([
  ['Insufficient capacity error from EC2 while launching instances, retrying!', true],
  ['InsufficientCapacity', true],
  ['Launching requested ML instances', false],
])('A launch that is said to be "%s" lacks capacity: %s', (message, noCapacity) => {
  const transitions = [{ status: 'Starting', start: NOW - 60, message }];
  expect(viewOfSageMaker(job([], { transitions }), NOW).noCapacity).toBe(noCapacity);
});

it('What was said of an earlier launch is over once it runs', () => {
  const transitions = [
    { status: 'Starting', start: NOW - 60, end: NOW - 30, message: 'Insufficient capacity error' },
    { status: 'Training', start: NOW - 30, message: 'insufficient capacity in the text of a trainer' },
  ];
  expect(viewOfSageMaker(job([], { transitions, secondaryStatus: 'Training' }), NOW).noCapacity).toBe(false);
});

it('Time does not run backwards with the clock', () => {
  const transitions = [{ status: 'Starting', start: NOW + 60 }];
  expect(viewOfSageMaker(job([], { transitions }), NOW)).toMatchObject({ waitingSeconds: 0, trainingSeconds: 0 });
});
