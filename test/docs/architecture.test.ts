import { Document, rooms } from './documents';

const page = new Document('docs/architecture.md');

it('lists every room, and no other', () => {
  const named = firstCells('The rooms').flatMap((cell) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, room]) => room));
  expect(named.sort()).toEqual(rooms());
});

it('follows ten changes', () => {
  expect(firstCells('Ten likely changes')).toHaveLength(10);
});

/** The first column of a section's table, without its head. */
function firstCells(title: string): string[] {
  const { text = '' } = page.sections(2).find((section) => section.title === title) ?? {};
  return [...text.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell).slice(2);
}
