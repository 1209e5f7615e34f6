import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MachineUnderTest, search } from '../test/machines';
import { BAD_GREEN, INVARIANTS } from '../test/machines/sample/endpoint-world';
import { WeightShiftStack } from '../test/machines/sample/weight-shift-stack';

/*
 * What a search for faults costs: runs of the sample machine with up to three faults, CPU time a run, and how much
 * virtual time passes in a second of it.
 *
 * CDK_VALIDATION=false node --import tsx bench/machine-search.ts
 */

async function main(): Promise<void> {
  const template = Template.fromStack(new WeightShiftStack(new App(), 'Sample'));
  const handlers = { Weights: join(__dirname, '..', 'test', 'machines', 'sample', 'weights.lambda') };
  const machine = MachineUnderTest.fromTemplate(template, 'Shift', { world: BAD_GREEN, handlers });
  await machine.run();
  for (const faults of [1, 2, 3]) {
    let virtual = 0;
    const count = {
      ...INVARIANTS,
      'virtual time is counted': ({ seconds }: { seconds: number }) => {
        virtual += seconds;
        return undefined;
      },
    };
    const before = process.cpuUsage();
    const { runs } = await search(machine, { faults, invariants: count });
    const { user, system } = process.cpuUsage(before);
    const total = runs.reduce((sum, level) => sum + level, 0);
    const seconds = (user + system) / 1e6;
    console.log(
      `${faults} fault(s): ${total} runs, ${((seconds / total) * 1000).toFixed(2)} ms of CPU a run, ` +
        `${Math.round(virtual / seconds)} virtual seconds in one of CPU`,
    );
  }
}

void main();
