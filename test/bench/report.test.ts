import { holds, ratios, shown, spread, table } from '../../bench/report';

it('a spread is the median with its quartiles', () => {
  expect(spread([4, 1, 3, 2, 5])).toEqual({ median: 3, low: 2, high: 4 });
  expect(spread([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
  expect(() => spread([])).toThrow('no values, allowed is at least one');
});

it('ratios are taken turn by turn', () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
  expect(() => ratios([1], [1, 2])).toThrow('1 values over 2, allowed are as many');
});

it('a claim holds up to its limit', () => {
  const measured = { median: 1.3, low: 1.2, high: 1.5 };
  expect(holds({ claim: 'x', measured, atMost: 1.3 })).toBe(true);
  expect(holds({ claim: 'x', measured, atMost: 1.29 })).toBe(false);
  expect(shown(measured)).toBe('1.30 (1.20 to 1.50)');
});

it('a table has columns of even width', () => {
  expect(
    table([
      { what: 'load', ratio: '1.00' },
      { what: 'x', ratio: '2' },
    ]),
  ).toBe('| what | ratio |\n| ---- | ----- |\n| load | 1.00  |\n| x    | 2     |');
});
