import type { Assembly, Stack } from '../review/assembly';
import { Problem } from '../shell/problem';

/** What constructs of Slipway say of themselves in the assembly's metadata: `constructs/private/assembly-facts.ts`. */
const QUOTAS = 'cdk-slipway:quotas';

/** Where quotas are counted. */
export interface Place {
  readonly region: string;
  /** Undefined where the app leaves it open. */
  readonly account?: string;
}

/** One quota, as much of it as the construct that needs most of it does. */
export interface Need {
  readonly place: Place;
  readonly service: string;
  readonly name: string;
  /** Undefined where only a deployment tells. */
  readonly needed?: number;
  /** `<environment>/<construct path>` of those that need it. */
  readonly by: readonly string[];
}

interface Fact {
  readonly service: string;
  readonly name: string;
  readonly needed?: number;
}

/**
 * Every quota that an app needs, by region and name.
 *
 * @param region of stacks that leave it open
 * @throws Problem for a stack whose region is not known
 */
export function needsOf({ environments }: Assembly, region: string | undefined): Need[] {
  const needs = new Map<string, Need>();
  for (const stack of environments.flatMap(({ stacks }) => stacks)) {
    for (const { name: path, type, data } of stack.metadata) {
      if (type !== QUOTAS) continue;
      for (const fact of data as Fact[]) {
        const need = needOf(stack, path, fact, region);
        const key = [need.place.account ?? '', need.place.region, need.service, need.name].join(' ');
        needs.set(key, merged(needs.get(key), need));
      }
    }
  }
  return [...needs].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, need]) => need);
}

function needOf(stack: Stack, path: string, { service, name, needed }: Fact, region: string | undefined): Need {
  const found = stack.region ?? region;
  if (found === undefined) {
    throw new Problem(`${stack.environment}: ${stack.name} has no region: say by --region where it is deployed`);
  }
  return {
    place: { region: found, account: stack.account },
    service,
    name,
    needed,
    by: [`${stack.environment}/${path}`],
  };
}

function merged(one: Need | undefined, other: Need): Need {
  if (!one) return other;
  const known = one.needed !== undefined && other.needed !== undefined;
  return {
    ...one,
    needed: known ? Math.max(one.needed, other.needed) : undefined,
    by: [...one.by, ...other.by],
  };
}
