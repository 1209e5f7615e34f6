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
    expect(runs).toHaveLength(3);
  });
});

describe('the search sees', () => {
  const bad = machine.in(BAD_GREEN);
  const found = async (broken: typeof machine, faults = 2) =>
    (await search(broken, { faults, invariants: INVARIANTS })).violation;

  it('that the Catch of ShiftTraffic is gone', async () => {
    const violation = await found(bad.edited(({ States }) => delete States['ShiftTraffic']?.Catch));
    expect(violation?.text).toBe('');
  });

  it('that the Catch of LookAtAlarm is gone', async () => {
    const violation = await found(bad.edited(({ States }) => delete States['LookAtAlarm']?.Catch));
    expect(violation?.text).toBe('');
  });

  it('that the Retry of GoBack is gone', async () => {
    const violation = await found(bad.edited(({ States }) => delete States['GoBack']?.Retry));
    expect(violation?.text).toBe('');
  });

  it('that a handler trusts an old read', async () => {
    const handlers = { Weights: join(__dirname, 'looks-first.lambda') };
    const violation = await found(MachineUnderTest.fromTemplate(template, 'Shift', { world: BAD_GREEN, handlers }));
    expect(violation?.text).toBe('');
  });
});
