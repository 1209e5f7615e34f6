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
  const found = async (broken: typeof machine) => {
    const { violation } = await search(broken, { faults: 2, invariants: INVARIANTS });
    if (!violation) throw new Error('nothing was found');
    return violation;
  };
  const failed = 'an execution that fails leaves all traffic on blue';

  it('that the Catch of ShiftTraffic is gone', async () => {
    const { invariant, run } = await found(bad.edited(({ States }) => delete States['ShiftTraffic']?.Catch));
    expect({ invariant, faults: run.faults, error: run.error }).toEqual({
      invariant: failed,
      faults: [
        { call: 1, kind: 'throttle' },
        { call: 2, kind: 'timeout' },
      ],
      error: 'States.Timeout',
    });
  });

  it('that the Catch of LookAtAlarm is gone, and says how', async () => {
    const { text } = await found(bad.edited(({ States }) => delete States['LookAtAlarm']?.Catch));
    const update = 'sagemaker:updateEndpointWeightsAndCapacities {"EndpointName":"tumours",';
    expect(text.replace(/(?<=tumours",).*$/m, '...')).toBe(`Violated: an execution that fails leaves all traffic on blue
  green has 10
After 1 fault(s), in run 12 of the search:
  timeout at #3 cloudwatch:describeAlarms
Again with: faults: [{"call":3,"kind":"timeout"}]

 0:00:00    #0 start {}
 0:00:00  > ShiftTraffic
 0:00:00    #1 invoke Weights {"greenPercent":10}
 0:00:00        #2 ${update}...
 0:00:00    #1 -> {"greenPercent":10}
 0:00:00  > Bake
 0:05:00  * the alarm goes off
 0:10:00  > LookAtAlarm
 0:10:00    #3 cloudwatch:describeAlarms {"AlarmNames":["tumours-errors"]} -> TimeoutError: no answer from cloudwatch:describeAlarms   <== timeout
 0:10:00  FAILED CloudWatch.SdkClientException: no answer from cloudwatch:describeAlarms`);
  });

  it('that the Retry of GoBack is gone', async () => {
    const { invariant, run } = await found(bad.edited(({ States }) => delete States['GoBack']?.Retry));
    expect({ invariant, faults: run.faults }).toEqual({ invariant: failed, faults: [{ call: 4, kind: 'throttle' }] });
  });

  it('that a handler trusts an old read', async () => {
    const handlers = { Weights: join(__dirname, 'looks-first.lambda') };
    const { invariant, run } = await found(
      MachineUnderTest.fromTemplate(template, 'Shift', { world: BAD_GREEN, handlers }),
    );
    expect({ invariant, faults: run.faults }).toEqual({ invariant: failed, faults: [{ call: 6, kind: 'stale' }] });
  });
});
