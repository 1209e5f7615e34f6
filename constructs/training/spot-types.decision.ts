export type Mode = 'spot' | 'on-demand';
export type Policy = 'expected-cost' | 'uniform-progress' | 'safety-net' | 'static';

/** What holds for a whole run. */
export interface Terms {
  readonly policy: Policy;

  /** From the start of the run. */
  readonly deadlineSeconds: number;

  /** The whole work in seconds of training, as long as no progress says better: the longest that the owner allows. */
  readonly workSeconds: number;

  /** Spot price over on-demand price, above 0. From 1 on, Spot saves nothing. */
  readonly spotPriceRatio: number;

  /** From a start, or the return of capacity, until training goes on. */
  readonly restartSeconds: number;

  /** From a stop in order until the job has saved and ended. */
  readonly checkpointSeconds: number;

  /** Between two checkpoints: so old may progress be. */
  readonly checkpointIntervalSeconds: number;

  /** From one decision to the next at most, together with the age of what it is shown. */
  readonly pollSeconds: number;

  /** What is believed of Spot before the run has seen it. */
  readonly prior: Prior;
}

/** How long Spot capacity stays in the mean, and stays away. */
export interface Prior {
  readonly meanUpSeconds: number;
  readonly meanDownSeconds: number;
}

/** What is seen at a decision. */
export interface Observation {
  /** Since the start of the run, by the clock of whoever looks. */
  readonly elapsedSeconds: number;

  /** What the newest job runs on; undefined before the first one. */
  readonly mode: Mode | undefined;

  /** `up` while a Spot job has its instances, `down` while it waits for them; on-demand, Spot is not seen. */
  readonly spot: 'up' | 'down' | 'unknown';

  /** Work that the newest complete checkpoint lacks, in seconds of training; undefined without a progress file. */
  readonly workLeftSeconds: number | undefined;

  /**
   * How often Spot jobs of the run were interrupted so far. It shows what came and went between two decisions.
   *
   * @default - interruptions are those that decisions saw
   */
  readonly interruptions?: number;
}

/** What one decision hands to the next: plain JSON, under 1 KB. */
export interface Memory {
  /** Of the newest observation, and how many came since that were no newer. */
  readonly elapsedSeconds: number;
  readonly stale: number;
  /** What was decided last, and since when it holds. */
  readonly mode: Mode;
  readonly modeSinceSeconds: number;
  /** On-demand to the end. */
  readonly committed: boolean;
  /** Of the newest progress, and when it was first seen. */
  readonly workLeftSeconds?: number;
  readonly progressSeconds?: number;
  /** Where the line of uniform progress begins: at the first progress, before that at the terms. */
  readonly line: { readonly elapsedSeconds: number; readonly workLeftSeconds: number };
  /** Progress was due and did not come. */
  readonly blind: boolean;
  readonly spot: SpotHistory;
}

/** Spot capacity as the run saw it; times when nobody looked are in none of the sums. */
export interface SpotHistory {
  /** What was seen last, when, and since when it had been so. */
  readonly last?: { readonly up: boolean; readonly sinceSeconds: number; readonly seenSeconds: number };
  readonly upSeconds: number;
  readonly losses: number;
  readonly downSeconds: number;
  readonly returns: number;
  /** As told with the newest observation. */
  readonly interruptions: number;
}

export interface Decision {
  /** What the run shall be on until the next decision. */
  readonly mode: Mode;
  readonly memory: Memory;

  /** What it was decided by, for the record: seconds; costs in seconds of on-demand; probabilities. */
  readonly numbers: Readonly<Record<string, number>>;

  /** One sentence. */
  readonly reason: string;
}

/** What a policy decides on: observation and memory put together. */
export interface Situation {
  readonly terms: Terms;
  readonly memory: Memory;
  /** What was observed is no newer than what is known. */
  readonly stale: boolean;
  readonly mode: Mode | undefined;
  readonly spot: Observation['spot'];
  readonly timeLeftSeconds: number;
  /** What the newest checkpoint lacks, less what was trained since. */
  readonly workLeftSeconds: number;

  /** Time left over the work left. Starts and stops have to be paid from it. */
  readonly slackSeconds: number;

  /** Slack that must be there to spend another poll on Spot: the poll, a stop and a start on-demand. */
  readonly reserveSeconds: number;
}

/** What a policy wants. */
export interface Choice {
  readonly mode: Mode;
  readonly reason: string;
  readonly numbers?: Readonly<Record<string, number>>;
  /** On-demand to the end. */
  readonly commit?: boolean;
}
