import { rmSync } from 'node:fs';
import { appOf, type Definer } from './app';
import type { Wanted } from './wanted';
import { type Difference, differences } from '../../test/differences';

/** Where the templates of two contenders differ, property by property, but for logical ids and the names made of them. */
export function templateDifferences(left: Definer, right: Definer, wanted: readonly Wanted[]): Difference[] {
  return differences(templates(left, wanted), templates(right, wanted));
}

interface Template {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown>; DependsOn?: string[] }>;
}

function templates(definer: Definer, wanted: readonly Wanted[]): unknown[] {
  const { stacks, directory } = appOf(definer, wanted).synth();
  const found = stacks.map(({ template }) => neutral(template as Template));
  rmSync(directory, { recursive: true });
  return found;
}

/** Resources under their type and place among their kind, instead of ids that come of constructs' paths. */
function neutral({ Resources }: Template): unknown {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const [id, { Type }] of Object.entries(Resources)) {
    const place = counts.get(Type) ?? 0;
    counts.set(Type, place + 1);
    names.set(id, `${Type}-${place}`);
  }
  const renamed = (value: unknown): unknown => {
    if (typeof value === 'string') return names.get(value) ?? value;
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner)]));
  };
  return Object.fromEntries(
    Object.entries(Resources).map(([id, { DependsOn, Properties, ...resource }]) => {
      const { PolicyName, ...properties } = Properties;
      return [
        names.get(id),
        renamed({
          ...resource,
          // Made of the construct's path; that there is one counts.
          Properties: { ...properties, ...(PolicyName !== undefined && { PolicyName: 'a name' }) },
          DependsOn: DependsOn?.map((other) => names.get(other)).sort(),
        }),
      ];
    }),
  );
}
