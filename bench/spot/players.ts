import {
  decide,
  type Decision,
  type Memory,
  type Policy,
  type Terms,
} from '../../constructs/training/spot-policy.decision';
import type { Player, Run, World } from './replay';

/** A policy to play: a fresh player for each run. */
export interface Contender {
  readonly name: string;
  /** It is told what nobody can know beforehand, and so no rival: a bound. */
  readonly told?: boolean;
  readonly player: (world: World, run: Run, beliefs: Beliefs) => Player;
}

export interface Beliefs {
  readonly prior: Terms['prior'];
  /** The means of the trace itself. */
  readonly truth: Terms['prior'];
}

/**
 * The policies of the library, by the shipped function. They see no Spot while on-demand, as in SageMaker.
 *
 * @param told knows the rates of the trace: its memory is that of one who saw many thousand losses
 */
function shipped(name: string, policy: Policy, told = false): Contender {
  return {
    name,
    told,
    player: ({ stepSeconds, price, restart, save, interval }, { work, deadline }, { prior, truth }) => {
      const terms: Terms = {
        policy,
        deadlineSeconds: deadline * stepSeconds,
        workSeconds: work * stepSeconds,
        spotPriceRatio: price,
        restartSeconds: restart * stepSeconds,
        checkpointSeconds: save * stepSeconds,
        checkpointIntervalSeconds: interval * stepSeconds,
        pollSeconds: stepSeconds,
        prior,
      };
      let memory: Memory | undefined;
      return ({ step, mode, seen, left }) => {
        const workLeftSeconds = left === undefined ? undefined : left * stepSeconds;
        const observation = { elapsedSeconds: step * stepSeconds, mode, spot: seen, workLeftSeconds };
        const decision: Decision = decide(terms, observation, memory);
        memory = told ? knowing(decision.memory, truth) : decision.memory;
        return decision.mode;
      };
    },
  };
}

function knowing(memory: Memory, { meanUpSeconds, meanDownSeconds }: Terms['prior']): Memory {
  const times = 1e6;
  const sums = {
    losses: times,
    upSeconds: times * meanUpSeconds,
    returns: times,
    downSeconds: times * meanDownSeconds,
  };
  return { ...memory, spot: { ...memory.spot, ...sums } };
}

/** What others do. They are shown Spot even from on-demand, where it would help them. */
function peer(name: string, player: () => Player): Contender {
  return { name, player };
}

/** The policies by name, where the table needs them. */
export const EXPECTED_COST = 'expected cost';
export const WAIT = 'wait for Spot';

export const CONTENDERS: readonly Contender[] = [
  peer('on-demand only', () => () => 'on-demand'),
  peer(WAIT, () => () => 'spot'),
  // A queue of Batch with two compute environments, or Karpenter: the next instance is the one that is there.
  peer('on-demand at first loss', () => {
    let lost = false;
    return ({ up }) => {
      lost ||= !up;
      return lost ? 'on-demand' : 'spot';
    };
  }),
  // SkyPilot relaunches at once wherever there is capacity; here, Spot or else on-demand, and back as soon as Spot is up,
  // which none of ours could see.
  peer(
    'eager failover, sees Spot',
    () =>
      ({ up }) =>
        up ? 'spot' : 'on-demand',
  ),
  shipped('static share', 'static'),
  shipped('safety net', 'safety-net'),
  shipped('uniform progress', 'uniform-progress'),
  shipped(EXPECTED_COST, 'expected-cost'),
  shipped('the same, told the rates', 'expected-cost', true),
];
