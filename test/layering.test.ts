import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = join(__dirname, '..');

/** Which rooms, and which packages, the files of a room may import. */
const ROOMS: Record<string, { rooms: string[]; packages: RegExp }> = {
  bin: { rooms: ['lib', 'config'], packages: /^(aws-cdk-lib|cdk-nag|node:.*)$/ },
  lib: { rooms: ['constructs'], packages: /^(aws-cdk-lib|constructs|node:.*)$/ },
  constructs: { rooms: [], packages: /^(aws-cdk-lib|constructs|node:.*)$/ },
  config: { rooms: [], packages: /^zod$/ },
  shell: { rooms: [], packages: /^(esbuild|proper-lockfile|node:.*)$/ },
  review: {
    rooms: ['shell'],
    packages: /^(@aws-cdk\/(aws-service-spec|cloud-assembly-api|cloudformation-diff)|picocolors|node:.*)$/,
  },
  preflight: { rooms: ['shell', 'review'], packages: /^(@aws-sdk\/client-service-quotas|node:.*)$/ },
  local: { rooms: ['shell', 'review'], packages: /^(?!constructs$).*/ },
};

/** Lower areas know nothing of higher ones. Areas of one row may stand on each other, without circles. */
const AREAS = [['private'], ['observability'], ['data', 'serving', 'training'], ['quality']];

const imports = Object.keys(ROOMS).flatMap((room) => filesOf(join(ROOT, room)).flatMap(importsOf));

interface Import {
  /** Path of the importing file, and what it imports: a path below the root, or a package. */
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
}

it('every room imports only what stands below it', () => {
  const wrong = imports.filter(({ from, to, isPackage, typeOnly }) => {
    const room = first(from);
    const allowed = ROOMS[room];
    if (!allowed) return true;
    if (isPackage) return !(isHandler(from) ? /^(@aws-sdk\/.*|node:.*)$/ : allowed.packages).test(to);
    const target = first(to);
    // What is true of instance types is a table without imports, the same for a file and for a construct.
    if (room === 'config' && to === 'constructs/private/instance-types') return false;
    // The shape of an environment may be known to lib, its values only to bin.
    return target !== room && !allowed.rooms.includes(target) && !(room === 'lib' && target === 'config' && typeOnly);
  });
  expect(wrong).toEqual([]);
});

it('handlers stand on decisions, constants and the edges of services alone, so that they stay small', () => {
  const wrong = imports.filter(
    ({ from, to, isPackage }) =>
      (isHandler(from) || from.endsWith('.decision.ts')) &&
      (isPackage ? !isHandler(from) : !allowedInHandlers(from).test(to)),
  );
  expect(wrong).toEqual([]);
});

it('constructs know handlers by name, and of decisions the types', () => {
  const wrong = imports.filter(
    ({ from, to, typeOnly }) =>
      first(from) === 'constructs' &&
      !isHandler(from) &&
      !from.endsWith('.decision.ts') &&
      (/\.(lambda|edge)$/.test(to) || (to.endsWith('.decision') && !typeOnly)),
  );
  expect(wrong).toEqual([]);
});

it('every area of the library imports only areas below it', () => {
  const level = (area: string) => AREAS.findIndex((row) => row.includes(area));
  const wrong = imports.filter(({ from, to, isPackage }) => {
    const [area, target] = [areaOf(from), areaOf(to)];
    return !isPackage && area !== undefined && target !== undefined && area !== target && level(target) > level(area);
  });
  expect(wrong).toEqual([]);
});

it('decisions import nothing but decisions and constants', () => {
  const wrong = imports.filter(
    ({ from, to, isPackage, typeOnly }) =>
      from.endsWith('.decision.ts') && !typeOnly && (isPackage || !/(\.decision|\/constants)$/.test(to)),
  );
  expect(wrong).toEqual([]);
});

it('areas stand on each other without circles', () => {
  const arrows = imports.flatMap(({ from, to, isPackage }): [string, string][] => {
    const [area, target] = [areaOf(from), areaOf(to)];
    return isPackage || area === undefined || target === undefined || area === target ? [] : [[area, target]];
  });
  expect(inCircles(arrows)).toEqual([]);
});

it('files stand on each other without circles, but for generated tables, which take the type of their rows', () => {
  const arrows = imports
    .filter(({ from, isPackage }) => !isPackage && !from.endsWith('.generated.ts'))
    .map(({ from, to }): [string, string] => [moduleOf(from), moduleOf(to)]);
  expect(inCircles(arrows)).toEqual([]);
});

it('every area of the library has its place in the order', () => {
  const areas = readdirSync(join(ROOT, 'constructs'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(areas.map(({ name }) => name).sort()).toEqual(AREAS.flat().sort());
});

it('the entry point stays short', () => {
  expect(readFileSync(join(ROOT, 'bin', 'slipway.ts'), 'utf8').split('\n').length).toBeLessThan(40);
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const from = relative(ROOT, file).split(sep).join('/');
  return preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => {
    const isPackage = !fileName.startsWith('.');
    const statement = text.slice(text.lastIndexOf('import', pos), pos);
    return {
      from,
      to: isPackage ? packageOf(fileName) : posix.join(dirname(from), fileName),
      isPackage,
      typeOnly: /^import type\b/.test(statement),
    };
  });
}

/** Also the edges of handlers: what they ask of one service. */
function isHandler(file: string): boolean {
  return /\.(lambda|edge)\.ts$/.test(file);
}

/** Decisions ask no service. */
function allowedInHandlers(from: string): RegExp {
  return isHandler(from) ? /\/constants$|\.(decision|edge)$/ : /\/constants$|\.decision$/;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** As it is imported: a folder stands for its index. */
function moduleOf(path: string): string {
  return path.replace(/\.ts$/, '').replace(/\/index$/, '');
}

/** Those that are reached from themselves. */
function inCircles(arrows: readonly [from: string, to: string][]): string[] {
  const targets = new Map<string, Set<string>>();
  for (const [from, to] of arrows) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(targets.get(from) ?? [])].some(
      (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
    );
  return [...targets.keys()].filter((one) => reaches(one, one));
}

function first(path: string): string {
  return path.split('/')[0] ?? '';
}

/** The area of a file of the library; undefined for its index and for other rooms. */
function areaOf(path: string): string | undefined {
  const [room, area, ...rest] = path.split('/');
  if (room !== 'constructs' || area === undefined || area === 'index') return undefined;
  return rest.length > 0 || !area.includes('.') ? area : undefined;
}
