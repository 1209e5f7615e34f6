import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { appOf, type Definer } from './app';
import { cpuMillis } from './cpu';
import { wanted } from './wanted';

/*
 * `node --expose-gc measure-synth.js <contender> <endpoints> <seed> <warm-ups> <apps>` prints CPU milliseconds: `load`
 * of the contender, when aws-cdk-lib is loaded, and `synth` of one app, from `new App` to its assembly: the mean over
 * the apps, made after the warm-ups. Apps are made while a module loads, as a user's are: the CDK records call stacks,
 * and their depth costs.
 */

const [contender = '', ...rest] = process.argv.slice(2);
const [endpoints = 0, seed = 0, warmups = 0, apps = 0] = rest.map(Number);

const start = cpuMillis();
const { definer } = createRequire(__filename)(`./${contender}.js`) as { definer: Definer };
const load = cpuMillis() - start;

const folders: string[] = [];
const synth = (count: number) => folders.push(appOf(definer, wanted(count, seed)).synth().directory);
for (let i = 0; i < warmups; i++) synth(10);
globalThis.gc?.();
const before = cpuMillis();
for (let i = 0; i < apps; i++) synth(endpoints);
console.log(JSON.stringify({ load, synth: (cpuMillis() - before) / apps }));
for (const folder of folders) rmSync(folder, { recursive: true });
