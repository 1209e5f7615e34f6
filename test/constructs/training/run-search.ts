import { Duration } from 'aws-cdk-lib';
import { training } from '../../../constructs';
import { type Invariant, type MachineUnderTest, search, type SearchReport } from '../../machines';

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
export function searchOneFault<W>(
  machine: MachineUnderTest<W>,
  invariants: Readonly<Record<string, Invariant<W>>>,
): Promise<SearchReport<W>> {
  return search(machine, {
    faults: 1,
    kinds: ['throttle', 'timeout', 'stale', 'crash', 'duplicate'],
    invariants: {
      ...invariants,
      'it is done': ({ status, cause }) => (status === 'SUCCEEDED' ? undefined : `${status}: ${cause ?? ''}`),
      // A fault may take as long as all its retries.
      'it is in time': ({ seconds }) => (seconds <= DEADLINE + 120 ? undefined : `after ${seconds} s`),
    },
  });
}

/** The handler tells what it decides. */
export function quiet(): void {
  jest.spyOn(console, 'log').mockImplementation();
  jest.spyOn(console, 'warn').mockImplementation();
}
