import { createRequire } from 'node:module';
import { cpuMillis } from './cpu';

/* `node measure-load.js <before> <modules>` prints the CPU milliseconds of loading modules, after those loaded before. */

const load = createRequire(__filename);
const [before, modules] = process.argv.slice(2).map((names) => names.split(',').filter((name) => name !== ''));
for (const name of before ?? []) load(name);
const start = cpuMillis();
for (const name of modules ?? []) load(name);
console.log(JSON.stringify({ load: cpuMillis() - start }));
