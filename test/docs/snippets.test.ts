import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { documents, ROOT } from './documents';

/** Those of the library. `docs/testing.md` abridges the sample in `test/machines`. */
const snippets = documents()
  .filter(({ path }) => path !== 'docs/testing.md')
  .flatMap((document) =>
    document.code('ts').map((code): [string, string, string[]] => [document.path, code, examplesIn(document)]),
  );

it('finds snippets', () => {
  expect([...new Set(snippets.map(([path]) => path))].sort()).toEqual([
    'README.md',
    'docs/training-engines.md',
    'docs/training.md',
    'docs/tuning.md',
  ]);
});

it.each(snippets)('%s shows a piece of an example that it links to, as it stands there: %s', (_, code, examples) => {
  expect(examples.filter((path) => stands(code, readFileSync(join(ROOT, path), 'utf8')))).toHaveLength(1);
});

/** Files of `examples/` that a document links to. Each is compiled, and synthesised by the tests. */
function examplesIn({ path, links }: ReturnType<typeof documents>[number]): string[] {
  const files = links.map((target) => posix.join(posix.dirname(path), target));
  return [...new Set(files.filter((file) => /^examples\/.*\.ts$/.test(file)))];
}

/** Whether a text has the snippet, indented as a whole. */
function stands(snippet: string, text: string): boolean {
  return [0, 2, 4, 6].some((depth) => text.includes(`\n${snippet.replace(/^(?=.)/gm, ' '.repeat(depth))}`));
}
