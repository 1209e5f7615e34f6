import { alarmsArguments, ALARMS_USAGE } from './alarms-arguments';
import { Problem, reasonOf } from '../shell/problem';
import { runPythonModule } from '../shell/python-module';

/*
 * `npm run alarms`: reads its arguments, and runs `local.alarms`.
 */

async function main(): Promise<void> {
  const args = alarmsArguments(process.argv.slice(2), process.env);
  if (args === undefined) console.log(ALARMS_USAGE);
  else await runPythonModule(['local.alarms', ...args]);
}

main().catch((error: unknown) => {
  console.error(error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : String(error.stack));
  process.exitCode = 1;
});
