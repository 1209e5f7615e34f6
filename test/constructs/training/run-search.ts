import { Duration } from 'aws-cdk-lib';
import { training } from '../../../constructs';
import { type Invariant, type MachineUnderTest, search, type SearchReport } from '../../machines';

import { endOf, trained, type TrainingWorld } from './training-world';

/* What the machine tests of every engine share. */

export const minutes = (count: number) => count * 60;

export const untilDeadline = (deadline: number) =>
  training.SpotPolicy.untilDeadline({ deadline: Duration.minutes(deadline) });

/** Spot comes and goes, and stays away in the end. */
export const LEAVES: readonly (readonly [from: number, to: number])[] = [
  [0, minutes(4)],
  [minutes(7), minutes(9)],
];

/** Of the run whose machine is searched: with the rule that costs no time, since the search is for the machine's faults. */
const DEADLINE = minutes(25);
export const SEARCHED = {
  policy: training.SpotPolicy.untilDeadline({
    deadline: Duration.seconds(DEADLINE),
    rule: training.DeadlineRule.SAFETY_NET,
  }),
  work: minutes(8),
};

export const ONE_JOB = 'two jobs are never at work on one prefix';

/** Places one fault of each kind at each step. */
export function searchOneFault<W extends TrainingWorld>(
  machine: MachineUnderTest<W>,
  invariants: Readonly<Record<string, Invariant<W>>>,
): Promise<SearchReport<W>> {
  return search(machine, {
    faults: 1,
    kinds: ['throttle', 'timeout', 'stale', 'crash', 'duplicate'],
    invariants,
  });
}

/** Of the run that is searched. The machine sees the end of a job at a poll; the model is there before. */
export const DONE_IN_TIME: Readonly<Record<string, Invariant<TrainingWorld>>> = {
  'it is done': ({ status, cause }) => (status === 'SUCCEEDED' ? undefined : `${status}: ${cause ?? ''}`),

  'it is in time': ({ world }) => {
    const ends = Object.values(world.jobs).map((job) => endOf(world, job));
    const done = Math.min(...ends.filter(({ status }) => status === 'Completed').map(({ at }) => at));
    // A fault at the last moment may cost the poll at which it comes.
    return done <= DEADLINE + 60 ? undefined : `after ${done} s`;
  },
};

/** What the jobs of a run may cost, at $6 an hour on demand and 30 % of that on Spot. */
export function costsAtMost(usd: number): Readonly<Record<string, Invariant<TrainingWorld>>> {
  return {
    'it costs no more than it may': ({ world }) => {
      const costs = new Map<string, number>();
      for (const job of Object.values(world.jobs)) {
        const seconds = trained(world, job, endOf(world, job).at);
        const before = costs.get(job.checkpoints) ?? 0;
        costs.set(job.checkpoints, before + (seconds / 3600) * (job.spot ? 1.8 : 6));
      }
      const most = Math.max(0, ...costs.values());
      return most <= usd + 1e-9 ? undefined : `$${most.toFixed(2)}`;
    },
  };
}

/** The handler tells what it decides. */
export function quiet(): void {
  jest.spyOn(console, 'log').mockImplementation();
  jest.spyOn(console, 'warn').mockImplementation();
}
