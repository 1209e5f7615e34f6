import { type Acknowledgement, acknowledgementsOf } from './acknowledgements';
import { type AlarmRow, alarmsOf } from './alarms';
import { type Assembly, type Environment, readAssembly } from './assembly';
import { type Finding, findingsOf, type Locate } from './findings';
import { Names } from './names';

/** Everything known of one assembly. */
export interface Known extends Assembly {
  readonly names: Names;
  readonly findings: Finding[];
  readonly validated: boolean;
  readonly acknowledgements: Acknowledgement[];
  readonly alarms: AlarmRow[];
}

/**
 * Reads one assembly with all that the review tells of it.
 *
 * @throws Problem for what cannot be read
 */
export async function known(directory: string): Promise<Known> {
  const assembly = readAssembly(directory);
  const stacks = assembly.environments.flatMap((environment) => environment.stacks);
  const names = new Names(stacks);
  const locate = locator(assembly.environments);
  const { open, acknowledged, validated } = await findingsOf(assembly, locate);
  return {
    ...assembly,
    names,
    findings: open,
    validated,
    acknowledgements: acknowledgementsOf(stacks, acknowledged, locate),
    alarms: stacks.flatMap((stack) => alarmsOf(stack, names)),
  };
}

/** The innermost stage that a construct stands in, or the app. */
function locator(environments: Environment[]): Locate {
  const innermostFirst = [...environments].sort((one, other) => other.prefix.length - one.prefix.length);
  return (path) => {
    const home = innermostFirst.find(({ prefix }) => `${path}/`.startsWith(prefix));
    return { environment: home?.name ?? 'app', name: path.slice(home?.prefix.length ?? 0) };
  };
}
