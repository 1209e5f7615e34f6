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
  /** Ours decide by the function that ships, and see no Spot while on-demand. */
  readonly ours: boolean;
  readonly player: (world: World, run: Run, prior: Terms['prior']) => Player;
}

/** The policies of the library, by the shipped function. */
function shipped(name: string, policy: Policy): Contender {
  return {
    name,
    ours: true,
    player: ({ stepSeconds, price, restart, save, interval }, { work, deadline }, prior) => {
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
        memory = decision.memory;
        return decision.mode;
      };
    },
  };
}

/** What others do. They are shown Spot even from on-demand, where it would help them. */
function peer(name: string, player: () => Player): Contender {
  return { name, ours: false, player };
}

export const EXPECTED_COST = 'expected cost';

export const CONTENDERS: readonly Contender[] = [
  peer('on-demand only', () => () => 'on-demand'),
  peer('wait for Spot', () => () => 'spot'),
  // A queue of Batch with two compute environments, or Karpenter: the next instance is the one that is there.
  peer('on-demand at first loss', () => {
    let lost = false;
    return ({ up }) => {
      lost ||= !up;
      return lost ? 'on-demand' : 'spot';
    };
  }),
  // SkyPilot relaunches at once wherever there is capacity; here, Spot or else on-demand, and back as soon as Spot is up.
  peer(
    'eager failover',
    () =>
      ({ up }) =>
        up ? 'spot' : 'on-demand',
  ),
  shipped('static share', 'static'),
  shipped('safety net', 'safety-net'),
  shipped('uniform progress', 'uniform-progress'),
  shipped(EXPECTED_COST, 'expected-cost'),
];
