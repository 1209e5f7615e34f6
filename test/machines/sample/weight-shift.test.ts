import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MachineUnderTest, search } from '..';
import { BAD_GREEN, INVARIANTS, QUIET } from './endpoint-world';
import { WeightShiftStack } from './weight-shift-stack';

const template = Template.fromStack(new WeightShiftStack(new App(), 'Sample'));
const machine = MachineUnderTest.fromTemplate(template, 'Shift', {
  world: QUIET,
  handlers: { Weights: join(__dirname, 'weights.lambda') },
});

describe('the sample machine', () => {
  it('moves traffic and leaves it there while the alarm is quiet', async () => {
    const { status, world, seconds } = await machine.run();
    expect({ status, green: world.weights['green'], seconds }).toEqual({
      status: 'SUCCEEDED',
      green: 10,
      seconds: 600,
    });
  });

  it('goes back when the alarm went off', async () => {
    const { status, error, world } = await machine.in(BAD_GREEN).run();
    expect({ status, error, green: world.weights['green'] }).toEqual({ status: 'FAILED', error: 'WentBack', green: 0 });
  });

  it.each([
    ['quiet', QUIET],
    ['bad', BAD_GREEN],
  ])('keeps its promises with any two faults, while green is %s', async (_, world) => {
    const { violation, runs } = await search(machine.in(world), { faults: 2, invariants: INVARIANTS });
    expect(violation?.text).toBeUndefined();
    console.log(runs);
  });
});
