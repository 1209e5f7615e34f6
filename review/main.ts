import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Problem, reasonOf } from '../shell/problem';
import { endAllOnSignals, goOn } from '../shell/processes';
import { readArguments, USAGE } from './arguments';
import { hit } from './fail-on';
import { markdown } from './markdown';
import { review, type Review } from './review';
import { Sources } from './sources';
import { terminal } from './terminal';

/** There is no review: what was asked for is wrong, or cannot be had. */
const NO_REVIEW = 2;
const INTERRUPTED = 130;

async function main(): Promise<void> {
  const { base, app, out, failOn, help } = readArguments(process.argv.slice(2), process.env);
  if (help) {
    console.log(USAGE);
    return;
  }
  endAllOnSignals((signal) => {
    console.error(`\n${signal}: stopping`);
    process.exitCode = INTERRUPTED;
  });
  const found = await reviewOf(base, app);
  goOn();
  write(out, markdown(found));
  console.log(`${terminal(found)}\n\nThe whole review: ${relative(process.cwd(), resolve(out))}`);
  const failed = hit(found, failOn);
  for (const { word, means } of failed) console.error(`--fail-on ${word}: ${means}`);
  if (failed.length > 0) process.exitCode = 1;
}

async function reviewOf(base: string | undefined, app: string | undefined): Promise<Review> {
  const sources = new Sources((line) => console.error(line));
  try {
    const baseSource = base === undefined ? undefined : await sources.base(base);
    return await review(await sources.head(app), baseSource);
  } finally {
    sources.remove();
  }
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new Problem(`--out ${file} cannot be written: ${reasonOf(error)}`);
  }
}

main().catch((error: unknown) => {
  if (process.exitCode === INTERRUPTED) return;
  console.error(error instanceof Problem || !(error instanceof Error) ? reasonOf(error) : error.stack);
  process.exitCode = NO_REVIEW;
});
