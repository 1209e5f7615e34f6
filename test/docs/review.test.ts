import { CONDITIONS } from '../../review/fail-on';
import { Document } from './documents';

const page = new Document('docs/review.md');

it('has a line for every word of --fail-on, and no other', () => {
  const { text = '' } = page.sections(2).find(({ title }) => title === 'In CI') ?? {};
  const [, table = ''] = text.split('| `--fail-on` | holds when |');
  const lines = [...table.matchAll(/^\| `([\w-]+)` \| (.*?)(?:; needs no base)? \|$/gm)].map(([, word, means]) => ({
    word,
    means,
  }));
  expect(lines).toEqual(CONDITIONS.map(({ word, means }) => ({ word, means })));
});

it('shows no word in its workflow that --fail-on does not know', () => {
  const [, words = ''] = /--fail-on ([\w,-]+)/.exec(page.code('yaml').join('')) ?? [];
  const known = CONDITIONS.map(({ word }) => word);
  expect(words.split(',').filter((word) => !known.includes(word))).toEqual([]);
});
