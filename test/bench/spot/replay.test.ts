import fc from 'fast-check';
import { optimum } from '../../../bench/spot/optimum';
import { CONTENDERS } from '../../../bench/spot/players';
import { type Player, replay, type Run, type View, type World } from '../../../bench/spot/replay';

const WORLD: World = { stepSeconds: 60, price: 0.25, restart: 2, save: 1, interval: 5 };

/** `1` where Spot is up; it goes round. */
const run = (up: string, work: number, deadline: number): Run => ({
  up: (step) => up[step % up.length] === '1',
  work,
  deadline,
});
const always =
  (mode: 'spot' | 'on-demand'): Player =>
  () =>
    mode;

describe('a replay', () => {
  it('pays for starts', () => {
    expect(replay(WORLD, run('1', 10, 20), always('on-demand'))).toEqual({
      cost: 12,
      steps: 12,
      met: true,
      interruptions: 0,
      changes: 0,
    });
    expect(replay(WORLD, run('1', 10, 20), always('spot'))).toMatchObject({ cost: 3, steps: 12 });
  });

  it('pays nothing while it waits, and misses a deadline by a step', () => {
    expect(replay(WORLD, run('0001111111', 5, 10), always('spot'))).toMatchObject({ cost: 1.75, steps: 10, met: true });
    expect(replay(WORLD, run('0001111111', 5, 9), always('spot'))).toMatchObject({ steps: 10, met: false });
  });

  it('loses the work of a save at an interruption, and starts again', () => {
    // Up for 2 of start and 4 of work, of which one was the save; then 2 of start and 3 of work.
    expect(replay(WORLD, run('1111110011111111', 6, 20), always('spot'))).toMatchObject({
      cost: 11 * 0.25,
      steps: 13,
      interruptions: 1,
    });
  });

  it('saves in order before it changes over', () => {
    const player: Player = ({ step }) => (step < 5 ? 'spot' : 'on-demand');
    // 2 of start, 3 of work, 1 of save at the price of Spot; 2 of start and 4 of work on-demand.
    expect(replay(WORLD, run('1', 7, 20), player)).toMatchObject({ cost: 6 * 0.25 + 6, steps: 12, changes: 1 });
  });

  it('gives up what never ends', () => {
    expect(replay(WORLD, run('0', 5, 10), always('spot'))).toMatchObject({ cost: 0, steps: Infinity, met: false });
  });

  it('shows no Spot from on-demand, and progress as of the newest checkpoint', () => {
    const views: View[] = [];
    replay(WORLD, run('1', 20, 40), (view) => {
      views.push(view);
      return view.step < 10 ? 'spot' : 'on-demand';
    });
    expect(views[0]).toMatchObject({ mode: undefined, seen: 'unknown', left: undefined });
    expect(views[6]).toMatchObject({ mode: 'spot', seen: 'up', left: undefined });
    expect(views[7]).toMatchObject({ mode: 'spot', seen: 'up', left: 15 });
    expect(views[11]).toMatchObject({ step: 11, mode: 'on-demand', seen: 'unknown', up: true, left: 12 });
  });
});

describe('the offline optimum', () => {
  it.each([
    ['runs on Spot that stays', run('1', 10, 12), 3],
    ['waits for Spot where the deadline allows', run('0000011111111111', 8, 16), 2.5],
    ['goes on-demand where it does not', run('0000011111111111', 8, 12), 10],
    ['passes by Spot that is up too shortly to start', run('110', 8, 12), 10],
    ['changes over once where Spot goes for good', run('1111110000000000000000000', 8, 14), 6 * 0.25 + 7],
    ['cannot meet what nobody can', run('1', 10, 11), Infinity],
  ])('%s', (_, played, cost) => {
    expect(optimum(WORLD, played)).toBeCloseTo(cost, 9);
  });

  it('costs no more than any policy that meets the deadline, and ours meet each that can be met', () => {
    const runs = fc.record({
      stays: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 12 }),
      work: fc.integer({ min: 10, max: 120 }),
      slack: fc.integer({ min: 0, max: 120 }),
    });
    fc.assert(
      fc.property(runs, ({ stays, work, slack }) => {
        const up = stays.map((stay, i) => (i % 2 === 0 ? '1' : '0').repeat(stay)).join('');
        const played = run(up, work, work + WORLD.restart + slack);
        const least = optimum(WORLD, played);
        const believed = { meanUpSeconds: 7200, meanDownSeconds: 3600 };
        for (const { name, player } of CONTENDERS) {
          const { met, cost } = replay(WORLD, played, player(WORLD, played, { prior: believed, truth: believed }));
          if (met) expect(cost).toBeGreaterThanOrEqual(least - 1e-9);
          else expect(['wait for Spot', 'eager failover, sees Spot', 'on-demand at first loss']).toContain(name);
        }
      }),
      { numRuns: 25 },
    );
  });
});
