import { createRequire } from 'node:module';
import { cpuMillis } from './cpu';

/*
 * `node measure-load.js <before> <modules>` prints the CPU milliseconds of loading modules, after those loaded before:
 * `load` until they are there, `use` until everything they export was asked for, which loads what they load lazily.
 */

const load = createRequire(__filename);
const [before, modules] = process.argv.slice(2).map((names) => names.split(',').filter((name) => name !== ''));
for (const name of before ?? []) load(name);
const start = cpuMillis();
const loaded = (modules ?? []).map((name) => load(name) as object);
const loadMillis = cpuMillis() - start;
for (const module of loaded) Object.values(module);
console.log(JSON.stringify({ load: loadMillis, use: cpuMillis() - start }));
