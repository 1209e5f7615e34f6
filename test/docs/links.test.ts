import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { scripts } from '../../package.json';
import { documents, ROOT } from './documents';

const all = documents();

it('finds the documents', () => {
  expect(all.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'docs/runbook.md', 'docs/decisions/README.md', 'images/scorer/README.md']),
  );
});

it.each(all.map((document) => [document.path, document] as const))(
  '%s has no link that leads nowhere',
  (_, document) => {
    expect(document.links.flatMap((target) => document.brokenBy(target) ?? [])).toEqual([]);
  },
);

it.each(all.map((document) => [document.path, document] as const))(
  '%s names no file that is not there',
  (path, { prose }) => {
    const named = [
      ...prose.matchAll(
        /`((?:bench|bin|config|constructs|docs|examples|generate|images|lib|local|review|shell|test)\/[\w./-]+)`/g,
      ),
    ]
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(join(ROOT, file)));
    // A package speaks of its own folders.
    expect(path.startsWith('images/') ? [] : named).toEqual([]);
  },
);

it.each(all.map((document) => [document.path, document] as const))(
  '%s names no npm script that is not there',
  (_, { text }) => {
    const known = ['ci', 'install', 'pack', 'start', 'test', ...Object.keys(scripts).map((name) => `run ${name}`)];
    const named = [...text.matchAll(/\bnpm (run [\w:-]+|[a-z]+)/g)].map(([, command = '']) => command);
    expect(named.filter((command) => !known.includes(command))).toEqual([]);
  },
);

it('lists every decision, in order', () => {
  const list = all.find(({ path }) => path === 'docs/decisions/README.md');
  const pages = all.flatMap(({ path }) => /^docs\/decisions\/(\d.*)$/.exec(path)?.[1] ?? []);
  expect(list?.links).toEqual(pages.sort());
});

it('gives every decision a context, a decision and consequences', () => {
  for (const document of all.filter(({ path }) => /^docs\/decisions\/\d/.test(path))) {
    expect([document.path, ...document.sections(2).map(({ title }) => title)]).toEqual([
      document.path,
      'Context',
      'Decision',
      'Consequences',
    ]);
  }
});
