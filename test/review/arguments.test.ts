import { CONDITIONS } from '../../review/fail-on';
import { readArguments, USAGE } from '../../review/arguments';

const read = (...args: string[]) => readArguments(args, {});

describe('npm run review', () => {
  it('by default reviews this app, compares it with nothing, and fails on nothing', () => {
    expect(read()).toEqual({ out: expect.stringMatching(/\.slipway\/review\.md$/) as string, failOn: [], help: false });
  });

  it('takes a base, an app, a file and words to fail on, together or apart', () => {
    const { base, app, out, failOn } = read(
      ...['--base', 'main', '--app', 'cdk.out', '--out', 'review.md'],
      ...['--fail-on', 'replace-stateful, broadened', '--fail-on', 'findings'],
    );
    expect([base, app, out, failOn.map(({ word }) => word)]).toEqual([
      'main',
      'cdk.out',
      'review.md',
      ['replace-stateful', 'broadened', 'findings'],
    ]);
  });

  it('tells every word in its help', () => {
    for (const { word, means } of CONDITIONS) expect(USAGE).toContain(`${word.padEnd(16)} ${means}\n`);
  });

  it.each<[string, string[], string | RegExp]>([
    [
      'a word that it does not know',
      ['--base', 'main', '--fail-on', 'replaced-stateful'],
      '--fail-on has "replaced-stateful", known are replace-stateful, destroy-stateful, weaken-stateful, broadened, ' +
        'replaced, destroyed, acknowledged, findings',
    ],
    ['no word', ['--fail-on', ''], /^--fail-on has "", known are /],
    [
      'words that compare, without a base',
      ['--fail-on', 'findings,broadened'],
      '--fail-on broadened needs something to compare with: give --base as well',
    ],
    ['an option that it does not know', ['--against', 'main'], /Unknown option '--against'[^]*npm run review/],
    ['a base without a value', ['--base'], /Option '--base <value>' argument missing[^]*npm run review/],
    ['more than options', ['main'], /Unexpected argument 'main'[^]*npm run review/],
  ])('refuses %s', (_, args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it('needs no base to fail on findings', () => {
    expect(read('--fail-on', 'findings').failOn).toHaveLength(1);
  });

  it('says so when npm takes an option for itself', () => {
    expect(() => readArguments([], { npm_config_fail_on: 'broadened' })).toThrow(
      'npm took --fail-on for itself: write npm run review -- --fail-on',
    );
  });
});
