import { Document, rooms } from './documents';

const readme = new Document('README.md');

it('shows ten lines of an example', () => {
  const [snippet = '', ...others] = readme.code('ts');
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
