import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { devDependencies } from '../../package.json';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'dependencies.md'), 'utf8');

it.each([
  ['npm', Object.keys(devDependencies)],
  ['Python, local/requirements.in', requirements('requirements.in')],
  ['Python, local/requirements-dev.in', requirements('requirements-dev.in')],
])('docs/dependencies.md says why each package is there: %s', (section, packages) => {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const rows = [...(text.split('\n## ')[0] ?? '').matchAll(/^\| (?!package \||---)(\S+) \| .+ \|$/gm)].map(
    ([, name]) => name,
  );
  expect(rows.sort()).toEqual(packages.sort());
});

function requirements(file: string): string[] {
  return readFileSync(join(ROOT, 'local', file), 'utf8')
    .split('\n')
    .flatMap((line) => /^[a-z][\w-]*/.exec(line)?.[0] ?? []);
}
