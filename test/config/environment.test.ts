import fc from 'fast-check';
import type { Environment } from '../../config/environment';
import { checkEnvironment } from '../../config/environment-rules';
import { prod } from '../../config/prod';
import { environments, scaledEnvironments } from './environments.arbitrary';
import { JUST_ALLOWED, LIMITS } from './limits';
import { at, complaints, dotted, drop, paths, pathOf, put, type Path } from '../arbitrary/paths';

const check = (value: unknown, { name }: Environment) => complaints(() => checkEnvironment(name, value));
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const line = ({ name }: Environment, path: string, rest: string) => `config/${name}.ts: ${path} ${rest}`;

const OPTIONAL = ['account', 'endpoint.variant.scaling', 'training', 'training.offPeak'];
const NUMBERS = [NaN, Infinity, -Infinity];

/** Values that differ in type from what they replace. */
const ofAnotherType = (value: unknown): unknown[] => [
  ...[null, true, 'x', 7, 10n, Symbol('x'), () => 1, {}, []].filter((other) => typeof other !== typeof value),
  ...(typeof value === 'number' ? NUMBERS : []),
  ...(Array.isArray(value) ? [{}, null] : []),
  ...(isObject(value) ? [[], null] : []),
];

/** Few environments, since every place in each is tried. */
const everyPlace = (
  fits: (path: Path, environment: Environment) => boolean,
  attempt: (environment: Environment, path: Path) => void,
) => {
  fc.assert(
    fc.property(scaledEnvironments, (environment) => {
      const places = paths(environment).filter((path) => fits(path, environment));
      for (const path of places) attempt(environment, path);
    }),
    { numRuns: 3 },
  );
};

describe('An environment', () => {
  it('is accepted unchanged when it is valid', () => {
    fc.assert(
      fc.property(environments, (environment) => {
        expect(checkEnvironment(environment.name, environment)).toEqual(environment);
      }),
    );
  });

  it('cannot be changed once it is checked, at any level', () => {
    fc.assert(
      fc.property(scaledEnvironments, (environment) => {
        const checked = checkEnvironment(environment.name, environment);
        expect(paths(checked).filter((path) => !Object.isFrozen(at(checked, path)))).toEqual([]);
      }),
    );
  });

  it.each(JUST_ALLOWED)('is accepted when %s is just within its limits', (path, ...values) => {
    for (const value of values) expect(check(put(prod, pathOf(path), value), prod)).toEqual([]);
  });

  it.each(LIMITS)('fails when %s is outside its limits', (path, wrong, allowed) => {
    const examples = wrong.each.map((value): [Environment, unknown] => [prod, value]);
    fc.assert(
      fc.property(scaledEnvironments, wrong.any, (environment, value) => {
        const lines = check(put(environment, pathOf(path), value), environment);
        expect(lines).toEqual([expect.stringMatching(/ is .*, /s)]);
        expect(lines[0]).toContain(line(environment, path, 'is '));
        expect(lines[0]?.endsWith(`, ${allowed}`)).toBe(true);
      }),
      { examples },
    );
  });

  it('has limits for every field', () => {
    fc.assert(
      fc.property(scaledEnvironments, (environment) => {
        const limited = new Set(LIMITS.map(([path]) => path));
        const leaves = paths({ account: '123456789012', ...environment }).filter(
          (path) => typeof at(environment, path) !== 'object',
        );
        expect(
          leaves.map((path) => dotted(path).replace(/\[\d+\]$/, '[0]')).filter((path) => !limited.has(path)),
        ).toEqual([]);
      }),
    );
  });

  it('fails when it has an unknown field, at any level', () => {
    everyPlace(
      (path, environment) => isObject(at(environment, path)),
      (environment, path) => {
        const surprise = [...path, 'surprise'];
        const lines = check(put(environment, surprise, 1), environment);
        expect(lines).toEqual([
          expect.stringContaining(line(environment, dotted(surprise), 'is not a known field, known are ')),
        ]);
        for (const known of Object.keys(at(environment, path) as object)) expect(lines[0]).toContain(known);
      },
    );
  });

  it('fails when a field is missing, at any level', () => {
    everyPlace(
      (path) => typeof path.at(-1) === 'string' && !OPTIONAL.includes(dotted(path)),
      (environment, path) => {
        expect(check(drop(environment, path), environment)).toEqual([
          expect.stringContaining(line(environment, dotted(path), 'is missing, allowed are ')),
        ]);
      },
    );
  });

  it('fails when a value has another type, at any level', () => {
    everyPlace(
      (path) => path.length > 0,
      (environment, path) => {
        for (const value of ofAnotherType(at(environment, path))) {
          expect(check(put(environment, path, value), environment)).toEqual([
            expect.stringContaining(line(environment, dotted(path), 'is ')),
          ]);
        }
      },
    );
  });

  it('reports every problem in a line of its own', () => {
    const leaves = LIMITS.filter(([path]) => !path.endsWith(']'));
    const several = fc
      .subarray(leaves, { minLength: 2 })
      .chain((chosen) => fc.tuple(...chosen.map(([path, wrong]) => wrong.any.map((value) => ({ path, value })))));
    fc.assert(
      fc.property(scaledEnvironments, several, (environment, wrong) => {
        const broken = wrong.reduce<unknown>(
          (value, { path, value: bad }) => put(value, pathOf(path), bad),
          environment,
        );
        const reported = check(broken, environment).map((text) => text.split(' ')[1]);
        expect(new Set(reported)).toEqual(new Set(wrong.map(({ path }) => path)));
        expect(reported).toHaveLength(wrong.length);
      }),
    );
  });

  it.each([
    ['nothing', undefined, 'missing'],
    ['null', null, 'null'],
    ['a list', [], '[]'],
    ['a number', 7, '7'],
  ])('fails when it is %s', (_, value, shown) => {
    expect(complaints(() => checkEnvironment('prod', value))).toEqual([
      `config/prod.ts is ${shown}, allowed are the fields name, account, region, availabilityZones, team, network, data, notifications, endpoint, alarms, rollout, training`,
    ]);
  });
});
