import { type Assembly, readAssembly } from '../review/assembly';
import { Sources } from '../review/sources';
import { Problem, reasonOf } from '../shell/problem';
import { endAllOnSignals, goOn } from '../shell/processes';
import { type Arguments, readArguments, USAGE } from './arguments';
import { needsOf, type Need } from './needs';
import { report, type Row, verdict } from './report';
import { type Quotas, quotasOf } from './service-quotas';

/** Nothing can be said: what was asked for is wrong, or AWS does not answer. */
const NO_ANSWER = 2;
const INTERRUPTED = 130;

async function main(): Promise<void> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const args = readArguments(process.argv.slice(2), process.env);
  if (args.help) {
    console.log(USAGE);
    return;
  }
  endAllOnSignals((signal) => {
    console.error(`\n${signal}: stopping`);
    process.exitCode = INTERRUPTED;
  });
  const needs = await needsIn(args);
  goOn();
  const rows = await answered(needs);
  console.log(report(rows));
  const lacking = rows.filter((row) => verdict(row) !== 'yes');
  if (lacking.length === 0) return;
  console.error(`\n${lacking.length} of ${rows.length} quotas lack or cannot be told: docs/quotas.md says what to do`);
  process.exitCode = 1;
}

async function needsIn({ app, environments, region }: Arguments): Promise<Need[]> {
  const sources = new Sources((line) => console.error(line));
  try {
    const { directory } = await sources.head(app);
    return needsOf(only(readAssembly(directory), environments), region);
  } finally {
    sources.remove();
  }
}

function only(assembly: Assembly, names: readonly string[]): Assembly {
  const known = assembly.environments.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Problem(`--environment has "${unknown}", known are ${known.join(', ')}`);
  if (names.length === 0) return assembly;
  return { ...assembly, environments: assembly.environments.filter(({ name }) => names.includes(name)) };
}

/** Each service is asked once in each place. */
async function answered(needs: readonly Need[]): Promise<Row[]> {
  const asked = new Map<string, Quotas>();
  const rows: Row[] = [];
  for (const need of needs) {
    const { place, service, name } = need;
    const key = `${place.account ?? ''} ${place.region} ${service}`;
    const quotas = asked.get(key) ?? (await quotasOf(place, service));
    asked.set(key, quotas);
    rows.push({ ...need, have: quotas.get(name) });
  }
  return rows;
}

main().catch((error: unknown) => {
  if (process.exitCode === INTERRUPTED) return;
  console.error(error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : error.stack);
  process.exitCode = NO_ANSWER;
});
