import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, ROOT, rooms } from './documents';

const readme = new Document('README.md');

it('shows a piece of the example as it stands there', () => {
  const example = readFileSync(join(ROOT, 'examples', 'model-endpoint', 'app.ts'), 'utf8');
  const [snippet = '', ...others] = readme.code('ts');
  const indented = snippet.trimEnd().replace(/^(?=.)/gm, '    ');
  expect(example).toContain(`\n${indented}\n`);
  expect(snippet.trimEnd().split('\n')).toHaveLength(10);
  expect(others).toEqual([]);
});

it('has the two commands on its first screen', () => {
  const firstScreen = readme.text.split('\n## ')[0] ?? '';
  expect(firstScreen).toContain('\nnpm ci && npm start\n');
  expect(firstScreen).toContain('\nnpm ci && npm test\n');
});

it('lists the rooms that there are, and no others', () => {
  const { text = '' } = readme.sections(2).find(({ title }) => title === 'Layout') ?? {};
  expect([...text.matchAll(/^(\w+)\/ /gm)].map(([, room]) => room).sort()).toEqual(rooms());
});
