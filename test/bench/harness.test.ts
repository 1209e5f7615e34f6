import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argumentsOf, measure } from '../../bench/harness';

describe('arguments of a bench', () => {
  it('have defaults', () => {
    expect(argumentsOf({ endpoints: '1,10' }, [])).toEqual({
      runs: 5,
      warmups: 1,
      seed: 1,
      json: undefined,
      own: { endpoints: '1,10' },
    });
  });

  it('are read from the command line', () => {
    const given = ['--runs', '3', '--warmups', '0', '--seed', '7', '--json', 'out.json', '--endpoints', '5'];
    expect(argumentsOf({ endpoints: '1,10' }, given)).toEqual({
      runs: 3,
      warmups: 0,
      seed: 7,
      json: 'out.json',
      own: { endpoints: '5' },
    });
  });

  it.each([
    ['--runs', '0', '--runs is "0", allowed are whole numbers from 1 up'],
    ['--seed', 'x', '--seed is "x", allowed are whole numbers from 0 up'],
    ['--warmups', '1.5', '--warmups is "1.5", allowed are whole numbers from 0 up'],
  ])('fails when %s is %s', (name, value, message) => {
    expect(() => argumentsOf({}, [name, value])).toThrow(message);
  });

  it('fails on an argument that no bench has', () => {
    expect(() => argumentsOf({}, ['--fast'])).toThrow('--fast');
  });
});

describe('measure', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const args = { runs: 3, warmups: 1, seed: 1, own: {} };

  it('runs all in turns, each once a turn, and leaves the warm-ups out', () => {
    const contender = (name: string) => ({
      name,
      args: ['-e', `fs.appendFileSync('order', '${name}'); console.log('noise'); console.log('{"cpu": 1, "load": 2}')`],
      cwd: folder,
    });
    const results = measure([contender('a'), contender('b')], args, () => 0);
    expect(results).toEqual({
      a: { cpu: [1, 1, 1], load: [2, 2, 2] },
      b: { cpu: [1, 1, 1], load: [2, 2, 2] },
    });
    expect(readFileSync(join(folder, 'order'), 'utf8')).toBe('abababab');
  });

  it('fails when a contender does not end with numbers', () => {
    const broken = { name: 'broken', args: ['-e', 'console.log("done")'], cwd: folder };
    expect(() => measure([broken], args, () => 0)).toThrow('broken ends with "done", allowed is a line of JSON');
  });
});
