import fc from 'fast-check';
import { type Hostility, hostileRun, TICK } from './hostile-run';
import {
  decide,
  type Decision,
  type Memory,
  type Observation,
  type Policy,
  type Terms,
} from '../../../constructs/training/spot-policy.decision';
import { STATIC_SHARE } from '../../../constructs/training/spot-rules.decision';

const HOUR = 3600;
const POLICIES: Policy[] = ['expected-cost', 'uniform-progress', 'safety-net', 'static'];

const TERMS: Terms = {
  policy: 'expected-cost',
  deadlineSeconds: 15 * HOUR,
  workSeconds: 10 * HOUR,
  spotPriceRatio: 0.3,
  restartSeconds: 300,
  checkpointSeconds: 60,
  checkpointIntervalSeconds: 600,
  pollSeconds: 60,
  prior: { meanUpSeconds: 2 * HOUR, meanDownSeconds: HOUR },
};

const SEEN: Observation = { elapsedSeconds: 0, mode: 'spot', spot: 'up', workLeftSeconds: TERMS.workSeconds };

/** Decides over what is seen, one after the other. */
const decideAll = (terms: Terms, seen: readonly Observation[]): Decision => {
  let last: Decision | undefined;
  for (const observation of seen) last = decide(terms, observation, last?.memory);
  if (last === undefined) throw new Error('nothing was seen');
  return last;
};

describe('a deadline that can be met is met', () => {
  const ticks = (seconds: number) => Math.floor(seconds / TICK);
  const runs = fc
    .record({
      workSeconds: fc.integer({ min: 1, max: ticks(HOUR) }),
      slackSeconds: fc.integer({ min: 0, max: ticks(HOUR) }),
      restartSeconds: fc.integer({ min: 0, max: ticks(900) }),
      checkpointSeconds: fc.integer({ min: 0, max: ticks(120) }),
      checkpointIntervalSeconds: fc.integer({ min: 1, max: ticks(1800) }),
      pollSeconds: fc.integer({ min: 3, max: ticks(300) }),
      meanUpSeconds: fc.integer({ min: 1, max: ticks(24 * HOUR) }),
      meanDownSeconds: fc.integer({ min: 1, max: ticks(24 * HOUR) }),
    })
    .map((drawn): Terms => {
      const { slackSeconds, meanUpSeconds, meanDownSeconds, ...seconds } = Object.fromEntries(
        Object.entries(drawn).map(([name, value]) => [name, value * TICK]),
      ) as typeof drawn;
      const deadlineSeconds = seconds.workSeconds + seconds.restartSeconds + slackSeconds;
      return {
        ...seconds,
        policy: 'expected-cost',
        spotPriceRatio: 0.3,
        deadlineSeconds,
        prior: { meanUpSeconds, meanDownSeconds },
      };
    })
    .chain((terms) => fc.tuple(fc.constant(terms), hostilities(terms)));

  const hostilities = (terms: Terms): fc.Arbitrary<Hostility> => {
    const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 12 });
    // One decision of three is shown what is: what is always late cannot be told from what is not.
    const mostlyOld = (other: fc.Arbitrary<number>) =>
      list(other).map((drawn) => drawn.flatMap((one) => [0, one, one]));
    return fc.record({
      spot: list(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: ticks(4 * HOUR) }))),
      gaps: list(fc.integer({ min: 1, max: ticks(terms.pollSeconds) })),
      clockBehind: mostlyOld(fc.constantFrom(0, ticks(3 * HOUR))),
      delivered: mostlyOld(fc.integer({ min: 0, max: 20 })),
      readable: list(fc.boolean()),
      promptness: list(fc.constantFrom(0, 0.5, 1)),
    });
  };

  it.each(POLICIES)('by %s, under any capacity, clocks that go backwards, old reads and missing progress', (policy) => {
    fc.assert(
      fc.property(runs, ([terms, hostility]) => {
        const { finishedSeconds } = hostileRun({ ...terms, policy }, hostility);
        expect(finishedSeconds).toBeLessThanOrEqual(terms.deadlineSeconds);
      }),
      { numRuns: 100 },
    );
  });

  it('and what cannot be met goes on-demand at once', () => {
    const late = { ...TERMS, deadlineSeconds: TERMS.workSeconds };
    expect(decide(late, { ...SEEN, mode: undefined, spot: 'unknown' })).toMatchObject({
      mode: 'on-demand',
      reason: 'the deadline allows no more Spot',
    });
  });
});

describe('decide', () => {
  it('tries Spot first', () => {
    const first: Observation = { elapsedSeconds: 0, mode: undefined, spot: 'unknown', workLeftSeconds: undefined };
    expect(decide(TERMS, first).mode).toBe('spot');
  });

  it('leaves Spot when the slack is what a poll, a lost save, a stop and a start take', () => {
    const reserve = TERMS.pollSeconds + 2 * TERMS.checkpointSeconds + TERMS.restartSeconds;
    const at = (slack: number): Observation => ({
      ...SEEN,
      elapsedSeconds: TERMS.deadlineSeconds - HOUR - slack,
      workLeftSeconds: HOUR,
    });
    expect(decide(TERMS, at(reserve)).mode).toBe('spot');
    expect(decide(TERMS, at(reserve - 1)).mode).toBe('on-demand');
  });

  it('tells what it was decided by', () => {
    const { numbers } = decideAll(TERMS, [SEEN, { ...SEEN, elapsedSeconds: 60, spot: 'down' }]);
    expect(numbers).toMatchObject({
      elapsedSeconds: 60,
      timeLeftSeconds: 15 * HOUR - 60,
      workLeftSeconds: 10 * HOUR,
      slackSeconds: 5 * HOUR - 60,
      reserveSeconds: 420,
      probabilityUp: 0,
      meanDownSeconds: HOUR,
    });
    expect(numbers['costOfSpot']).toBeGreaterThan(0.3 * 10 * HOUR);
    expect(numbers['costOfOnDemand']).toBeLessThan(10 * HOUR + 300);
  });

  it('gives the same decision for the same observation', () => {
    const seen: Observation = { ...SEEN, elapsedSeconds: 600, spot: 'down' };
    const { memory } = decide(TERMS, SEEN);
    expect(decide(TERMS, seen, memory)).toEqual(decide(TERMS, seen, memory));
  });

  it('carries a memory that JSON keeps, under 1 KB', () => {
    const { memory } = decideAll(TERMS, [SEEN, { ...SEEN, elapsedSeconds: 60, spot: 'down' }]);
    const text = JSON.stringify(memory);
    expect(text.length).toBeLessThan(1024);
    expect(JSON.parse(text)).toEqual(memory);
  });

  it('believes no observation that is no newer than the last one', () => {
    const now: Observation = { ...SEEN, elapsedSeconds: 1200, workLeftSeconds: 9 * HOUR };
    const { memory } = decideAll(TERMS, [SEEN, now]);
    const again = decide(TERMS, { ...SEEN, elapsedSeconds: 600, spot: 'down' }, memory);
    expect(again).toMatchObject({ mode: 'spot', reason: 'nothing new was observed' });
    expect(again.memory).toEqual({ ...memory, stale: 1 });
    expect(again.numbers['timeLeftSeconds']).toBe(15 * HOUR - 1200 - 60);
    expect(decide(TERMS, now, memory).memory.stale).toBe(1);
  });

  it('counts what was trained since the newest checkpoint, until that is overdue', () => {
    const at = (elapsedSeconds: number, workLeftSeconds: number): Observation => ({
      ...SEEN,
      elapsedSeconds,
      workLeftSeconds,
    });
    // Training goes on 300 seconds after the start; the first checkpoint is seen after 900.
    const until = (seconds: number) =>
      Array.from({ length: Math.floor(seconds / 60) + 1 }, (_, i) => at(60 * i, i < 15 ? 10 * HOUR : 9.9 * HOUR));
    const left = (seen: Observation[]) => decideAll(TERMS, seen).numbers['workLeftSeconds'];
    expect(left(until(240))).toBe(10 * HOUR);
    expect(left(until(840))).toBe(10 * HOUR - 540);
    expect(left(until(900))).toBe(9.9 * HOUR);
    expect(left(until(1200))).toBe(9.9 * HOUR - 300);
    expect(left(until(900 + 600 + 60 + 120))).toBe(9.9 * HOUR - 780);
    expect(left(until(900 + 600 + 60 + 180))).toBe(9.9 * HOUR);
    expect(left([...until(1200), { ...at(1260, 9.9 * HOUR), spot: 'down' }])).toBe(9.9 * HOUR);
  });

  it('counts an interruption that came and went between two decisions', () => {
    const seen = { ...SEEN, elapsedSeconds: 60, interruptions: 1 };
    const { memory } = decideAll(TERMS, [SEEN, seen]);
    expect(memory.spot).toMatchObject({ losses: 1, returns: 1, last: { up: true, sinceSeconds: 60 } });
  });

  it.each([
    ['up', 1],
    ['down', 0],
  ] as const)(
    'counts an interruption whose relaunch took so long that nobody saw what became of it, %s',
    (spot, returns) => {
      const launching = { ...SEEN, spot: 'unknown', interruptions: 1 } as const;
      const { memory } = decideAll(TERMS, [
        SEEN,
        ...[1, 2, 3, 4, 5].map((minutes) => ({ ...launching, elapsedSeconds: 60 * minutes })),
        { ...SEEN, spot, elapsedSeconds: 360, interruptions: 1 },
      ]);
      expect(memory.spot).toMatchObject({
        upSeconds: 0,
        losses: 1,
        downSeconds: 0,
        returns,
        last: { up: spot === 'up', sinceSeconds: 360 },
      });
    },
  );

  it('learns rates from what it saw, and nothing while it was on-demand', () => {
    const at = (minutes: number, seen: Partial<Observation>): Observation => ({
      ...SEEN,
      elapsedSeconds: 60 * minutes,
      ...seen,
    });
    const memory = decideAll(TERMS, [
      SEEN,
      at(1, {}),
      at(2, { spot: 'down' }),
      at(3, { spot: 'down' }),
      at(4, { mode: 'on-demand', spot: 'unknown' }),
      at(90, { mode: 'on-demand', spot: 'unknown' }),
      at(91, { spot: 'up' }),
    ]).memory;
    expect(memory.spot).toMatchObject({ upSeconds: 120, losses: 1, downSeconds: 60, returns: 0 });
  });
});

describe('without progress', () => {
  const blind = (elapsedSeconds: number): Observation => ({
    elapsedSeconds,
    mode: 'spot',
    spot: 'up',
    workLeftSeconds: undefined,
  });
  const after = (elapsedSeconds: number) =>
    decideAll({ ...TERMS, deadlineSeconds: 40 * HOUR }, [
      ...Array.from({ length: 60 }, (_, i) => blind(i * 60)),
      blind(elapsedSeconds),
    ]);

  it('the first checkpoint is waited for', () => {
    expect(decideAll(TERMS, [blind(0), blind(900)]).memory.blind).toBe(false);
  });

  it('the static rule holds, and all the work counts as left', () => {
    expect(after(STATIC_SHARE * 40 * HOUR - 60)).toMatchObject({
      mode: 'spot',
      numbers: { workLeftSeconds: 10 * HOUR },
    });
    expect(after(STATIC_SHARE * 40 * HOUR)).toMatchObject({ mode: 'on-demand', memory: { committed: true } });
  });

  it('until it comes', () => {
    const { memory } = after(2 * HOUR);
    expect(memory.blind).toBe(true);
    expect(decide(TERMS, { ...blind(2 * HOUR + 60), workLeftSeconds: 9 * HOUR }, memory).memory.blind).toBe(false);
  });
});

describe('uniform progress', () => {
  const terms: Terms = { ...TERMS, policy: 'uniform-progress' };
  const at = (mode: Observation['mode'], spot: Observation['spot'], workLeftHours: number): Observation => ({
    elapsedSeconds: 3 * HOUR,
    mode,
    spot,
    workLeftSeconds: workLeftHours * HOUR,
  });
  // The line leaves 8 of 10 hours after 3 of 15.
  it.each([
    ['stays on Spot behind the line', at('spot', 'up', 9), 'spot'],
    ['waits for Spot on the line', at('spot', 'down', 8), 'spot'],
    ['leaves Spot that is away behind the line', at('spot', 'down', 8.01), 'on-demand'],
    ['stays on-demand on the line', at('on-demand', 'unknown', 8), 'on-demand'],
    ['returns two restarts ahead of it', at('on-demand', 'unknown', 7.88), 'spot'],
  ])('%s', (_, observation, mode) => {
    expect(decideAll(terms, [{ ...SEEN, mode: observation.mode }, observation]).mode).toBe(mode);
  });

  it('takes its line from the first progress, when that is other than the terms', () => {
    const { memory } = decide(terms, { ...SEEN, elapsedSeconds: 5 * HOUR, workLeftSeconds: 4 * HOUR });
    expect(memory.line).toEqual({ elapsedSeconds: 5 * HOUR, workLeftSeconds: 4 * HOUR });
  });
});

describe('the safety net', () => {
  const terms: Terms = { ...TERMS, policy: 'safety-net' };

  it('waits for Spot as long as the deadline allows, then stays on-demand to the end', () => {
    const waiting = { ...SEEN, spot: 'down' as const };
    const waited = decideAll(terms, [waiting, { ...waiting, elapsedSeconds: 5 * HOUR - 420 }]);
    expect(waited.mode).toBe('spot');
    const left = decide(terms, { ...waiting, elapsedSeconds: 5 * HOUR - 419 }, waited.memory);
    expect(left.mode).toBe('on-demand');
    const ahead: Observation = { elapsedSeconds: 6 * HOUR, mode: 'on-demand', spot: 'unknown', workLeftSeconds: HOUR };
    expect(decide(terms, ahead, left.memory)).toMatchObject({ mode: 'on-demand', reason: 'on-demand to the end' });
  });
});

describe('expected cost', () => {
  const lost = (elapsedSeconds: number, memory?: Memory) =>
    decide(TERMS, { ...SEEN, elapsedSeconds, spot: 'down' }, memory);

  it('waits while slack is plenty', () => {
    expect(decide({ ...TERMS, deadlineSeconds: 100 * HOUR }, { ...SEEN, spot: 'down' }).mode).toBe('spot');
  });

  it('goes on-demand when slack is scarce, and tries Spot again after a while', () => {
    const terms = { ...TERMS, deadlineSeconds: 11 * HOUR, prior: { meanUpSeconds: 4 * HOUR, meanDownSeconds: HOUR } };
    let { mode, memory } = decide(terms, { ...SEEN, spot: 'down' });
    expect(mode).toBe('on-demand');
    let minutes = 0;
    while (mode === 'on-demand' && minutes < 600) {
      minutes += 1;
      const workLeftSeconds = 10 * HOUR - Math.max(minutes - 6, 0) * 60;
      ({ mode, memory } = decide(
        terms,
        { elapsedSeconds: minutes * 60, mode: 'on-demand', spot: 'unknown', workLeftSeconds },
        memory,
      ));
    }
    expect(minutes).toBeGreaterThan(20);
    expect(minutes).toBeLessThan(300);
  });

  it('waits where on-demand would save little, and not where it saves more', () => {
    const prior = { meanUpSeconds: 4 * HOUR, meanDownSeconds: 2 * HOUR };
    const after = (deadlineHours: number) => {
      const terms = { ...TERMS, deadlineSeconds: deadlineHours * HOUR, prior };
      const { mode, numbers } = decide(terms, { ...SEEN, spot: 'down' });
      return { mode, saves: (numbers['costOfSpot'] ?? NaN) - (numbers['costOfOnDemand'] ?? NaN) };
    };
    const little = after(11.1);
    expect(little.mode).toBe('spot');
    expect(little.saves).toBeGreaterThan(0.1 * TERMS.pollSeconds);
    const more = after(10.9);
    expect(more.mode).toBe('on-demand');
    expect(more.saves).toBeGreaterThan(0.4 * TERMS.pollSeconds);
  });

  it('tries Spot only where that promises the price of a start against on-demand to the end', () => {
    const { memory } = lost(0);
    const onDemand = (workLeftSeconds: number) =>
      decide(TERMS, { elapsedSeconds: 5 * HOUR, mode: 'on-demand', spot: 'unknown', workLeftSeconds }, memory);
    const short = onDemand(600);
    expect(short.mode).toBe('on-demand');
    expect(short.numbers['costOfSpot']).toBeLessThan(short.numbers['costOfOnDemand'] ?? NaN);
    expect(onDemand(900).mode).toBe('spot');
  });

  it('waits for no Spot that would be left again as soon as it trains', () => {
    const [reserve, reserveInTraining] = [420, 480];
    const { pollSeconds, restartSeconds, deadlineSeconds } = TERMS;
    const least = pollSeconds + restartSeconds + reserveInTraining;
    const at = (slack: number) => lost(deadlineSeconds - TERMS.workSeconds - slack);
    expect(at(least)).toMatchObject({ mode: 'spot', numbers: { reserveSeconds: reserve } });
    expect(at(least - 1)).toMatchObject({
      mode: 'on-demand',
      reason: 'the deadline leaves no time for a start on Spot',
    });
    // A job that is starting has used part of that time already.
    const elapsedSeconds = deadlineSeconds - TERMS.workSeconds - (least - 1);
    expect(decide(TERMS, { ...SEEN, elapsedSeconds, spot: 'unknown' }).mode).toBe('spot');
    expect(decide(TERMS, { ...SEEN, elapsedSeconds, mode: undefined, spot: 'unknown' }).mode).toBe('on-demand');
  });

  it('expects less the more slack there is', () => {
    const cost = (deadlineHours: number) =>
      decide({ ...TERMS, deadlineSeconds: deadlineHours * HOUR }, SEEN).numbers['costOfSpot'] ?? NaN;
    const costs = [10.5, 11, 12, 15, 20, 40].map(cost);
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    expect(costs.at(-1)).toBeGreaterThan(3 * HOUR);
    expect(costs[0]).toBeLessThan(10.5 * HOUR);
  });

  it('remembers nothing of a decision but its memory', () => {
    expect(lost(60, lost(0).memory)).toEqual(lost(60, lost(0).memory));
  });
});

it.each<[Partial<Terms>, string]>([
  [{ deadlineSeconds: 0 }, 'deadlineSeconds is 0, allowed are numbers above 0'],
  [{ workSeconds: NaN }, 'workSeconds is NaN, allowed are numbers above 0'],
  [{ spotPriceRatio: -1 }, 'spotPriceRatio is -1, allowed are numbers above 0'],
  [{ restartSeconds: -1 }, 'restartSeconds is -1, allowed are numbers from 0 up'],
  [{ checkpointSeconds: -1 }, 'checkpointSeconds is -1, allowed are numbers from 0 up'],
  [{ checkpointIntervalSeconds: Infinity }, 'checkpointIntervalSeconds is Infinity, allowed are numbers from 0 up'],
  [{ pollSeconds: 0 }, 'pollSeconds is 0, allowed are numbers above 0'],
  [{ prior: { meanUpSeconds: 0, meanDownSeconds: 1 } }, 'prior.meanUpSeconds is 0, allowed are numbers above 0'],
  [{ prior: { meanUpSeconds: 1, meanDownSeconds: 0 } }, 'prior.meanDownSeconds is 0, allowed are numbers above 0'],
])('fails on a term out of range: %j', (terms, message) => {
  expect(() => decide({ ...TERMS, ...terms }, SEEN)).toThrow(message);
});

it('fails on an observation that is no number', () => {
  expect(() => decide(TERMS, { ...SEEN, elapsedSeconds: NaN })).toThrow('elapsedSeconds is NaN, allowed are numbers');
  expect(() => decide(TERMS, { ...SEEN, workLeftSeconds: -1 })).toThrow(
    'workLeftSeconds is -1, allowed are numbers from 0 up',
  );
});
