import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS, synthetic } from '../../../bench/spot/synthetic';
import { gangsOf, meansOf, parseTrace, readTraces, type Trace } from '../../../bench/spot/traces';

const counts = (trace: Trace) => trace.counts.map(({ seconds, nodes }) => [seconds, nodes]);

describe('a trace', () => {
  it('of events counts the nodes that are there', () => {
    const trace = parseTrace('a.csv', '0,add,n1\n60000,add,n2\n120000,remove,n1\n180000,remove,n9\n');
    expect(counts(trace)).toEqual([
      [0, 1],
      [60, 2],
      [120, 1],
      [180, 1],
    ]);
    expect(trace.endSeconds).toBe(180);
  });

  it('of counts keeps the last one of a moment', () => {
    expect(counts(parseTrace('a.csv', '0,1\n0,2\r\n1500,3'))).toEqual([
      [0, 2],
      [1.5, 3],
    ]);
  });

  it('of dates begins at its first line, over midnight too', () => {
    const trace = parseTrace('a.txt', '2021-12-11, 23:59:00, 55\n2021-12-12, 00:01:30, 54\n');
    expect(counts(trace)).toEqual([
      [0, 55],
      [150, 54],
    ]);
  });

  it('whose lines go back in time takes the later line for what was', () => {
    const trace = parseTrace(
      'a.txt',
      [
        '2021-12-10, 13:07:45, 80',
        '2021-12-10, 13:08:45, 80',
        '2021-12-10, 13:09:45, 80',
        '2021-12-10, 13:08:45, 70',
      ].join('\n'),
    );
    expect(counts(trace)).toEqual([
      [0, 80],
      [60, 70],
    ]);
  });

  it('in JSON has equal gaps, and a last one', () => {
    const trace = parseTrace('a.json', '{"metadata":{"gap_seconds":600,"zone":"x"},"data":[1,0,4],"prices":[1,2,3]}');
    expect(counts(trace)).toEqual([
      [0, 1],
      [600, 0],
      [1200, 4],
    ]);
    expect(trace.endSeconds).toBe(1800);
  });

  it.each([
    [
      'a.csv',
      '0,add,n1\n60,grow,n2',
      'a.csv:2 is "60,grow,n2", allowed are "ms,add,node", "ms,remove,node", "ms,count" and "date, time, count"',
    ],
    ['a.txt', '\n', 'a.txt has no line'],
    ['a.json', '[', 'a.json is no JSON'],
    [
      'a.json',
      '{"data":[1]}',
      'a.json is no trace: ✖ Invalid input: expected object, received undefined\n  → at metadata',
    ],
    [
      'a.json',
      '{"metadata":{"gap_seconds":60},"data":[]}',
      'a.json is no trace: ✖ Too small: expected array to have >=1 items\n  → at data',
    ],
  ])('fails on %s with %j', (name, text, message) => {
    expect(() => parseTrace(name, text)).toThrow(message);
  });
});

describe('the folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-traces-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read with the folders below it, by name, and a copy of a trace is left out', () => {
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, 'b.csv'), '0,1\n1000,2');
    writeFileSync(join(folder, 'below', 'a.json'), '{"metadata":{"gap_seconds":60},"data":[0,1]}');
    writeFileSync(join(folder, 'c.csv'), '0,add,x\n1000,add,y');
    writeFileSync(join(folder, 'README.md'), 'not a trace');
    const { traces, left } = readTraces(folder);
    expect(traces.map(({ name }) => name)).toEqual(['b.csv', 'below/a.json']);
    expect(left).toEqual(['c.csv, the same as b.csv']);
  });

  it('fails when it is missing, is none, or has no trace', () => {
    const none = join(folder, 'none');
    const message = (name: string) =>
      `--traces is "${name}", allowed is a folder of Spot traces: docs/benchmarks.md names the formats`;
    expect(() => readTraces(none)).toThrow(message(none));
    expect(() => readTraces('')).toThrow(message(''));
    expect(() => readTraces(folder)).toThrow(`--traces ${folder} has no file that ends in .csv, .txt or .json`);
  });
});

describe('a gang', () => {
  const trace = (nodes: number[]): Trace => ({
    name: 't',
    counts: nodes.map((count, i) => ({ seconds: 60 * i, nodes: count })),
    endSeconds: 60 * nodes.length,
  });
  const sizes = (nodes: number[]) => gangsOf(trace(nodes), 60).map(({ name }) => name);

  it('is one node of a trace of zeros and ones, and all nodes of a small one', () => {
    expect(gangsOf(trace([0, 1, 1]), 60)).toEqual([
      { name: 't', nodes: 1, up: Uint8Array.of(0, 1, 1), stepSeconds: 60 },
    ]);
    expect(gangsOf(trace([3, 4, 4]), 60)).toEqual([
      { name: 't x 4', nodes: 4, up: Uint8Array.of(0, 1, 1), stepSeconds: 60 },
    ]);
  });

  it('is 16 nodes and each power of two above, where Spot comes and goes for it', () => {
    expect(sizes([32, 20, 10])).toEqual(['t x 16', 't x 32']);
    expect(sizes([80, 70, 40])).toEqual(['t x 64']);
  });

  it('holds a count until the next one, in steps', () => {
    expect(
      gangsOf(
        {
          name: 't',
          counts: [
            { seconds: 0, nodes: 1 },
            { seconds: 90, nodes: 0 },
          ],
          endSeconds: 240,
        },
        60,
      ),
    ).toEqual([{ name: 't', nodes: 1, up: Uint8Array.of(1, 1, 0, 0), stepSeconds: 60 }]);
  });

  it('has means of its stays, going round', () => {
    const gang = { name: 't', nodes: 1, up: Uint8Array.of(1, 0, 0, 1, 0, 1), stepSeconds: 60 };
    expect(meansOf(gang)).toEqual({ meanUpSeconds: 90, meanDownSeconds: 90 });
    expect(meansOf({ ...gang, up: Uint8Array.of(1, 1) })).toEqual({ meanUpSeconds: 120, meanDownSeconds: 60 });
  });
});

it.each(KINDS)('synthetic $name is the same for the same seed, of the length asked for, and comes and goes', (kind) => {
  const data = synthetic(kind, 1, 30);
  expect(data).toEqual(synthetic(kind, 1, 30));
  expect(data).not.toEqual(synthetic(kind, 2, 30));
  expect(data).toHaveLength(30 * 144);
  expect(new Set(data)).toEqual(new Set([0, 1]));
});
