import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './problem';

/*
 * `node --import tsx shell/lazy-areas.ts`, after jsii: the index of the built library loads an area when it is first
 * asked for. Who serves models does not load what trains them. aws-cdk-lib does the same with its services.
 */

const ROOT = join(__dirname, '..');
const AREA = /^export \* as (\w+) from '\.\/\1';$/;

/**
 * The index as JavaScript. It assigns each name before a loop turns it into a getter: that is how Node, which only reads
 * the text, finds what an ES module may import by name.
 */
function lazyIndex(source: string): string {
  const areas = source
    .split('\n')
    .filter((line) => line !== '')
    .map(areaOf);
  return `'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
${areas.map((area) => `exports.${area} = void 0;`).join('\n')}
for (const area of ${JSON.stringify(areas)}) {
  Object.defineProperty(exports, area, { enumerable: true, configurable: true, get: () => require(\`./\${area}\`) });
}
`;
}

function areaOf(line: string): string {
  const name = AREA.exec(line)?.[1];
  if (name !== undefined) return name;
  throw new Error(
    `constructs/index.ts: ${JSON.stringify(line)} exports no area; write export * as name from './name';`,
  );
}

try {
  const source = readFileSync(join(ROOT, 'constructs', 'index.ts'), 'utf8');
  writeFileSync(join(ROOT, 'build', 'constructs', 'index.js'), lazyIndex(source));
} catch (error) {
  console.error(reasonOf(error));
  process.exitCode = 1;
}
