import { join } from 'node:path';
import { readTrainArguments, USAGE } from '../../local/train-arguments';

const WORK = join(__dirname, '..', '..', '.slipway');
const read = (...args: string[]) => readTrainArguments(args, {});

describe('npm run train', () => {
  it('by default trains the environment local, on Spot that is always there', () => {
    expect(read()).toEqual({
      environment: 'local',
      trace: undefined,
      data: undefined,
      hyperparameters: {},
      workDir: WORK,
      help: false,
    });
  });

  it('takes hyperparameters as they are, one by one', () => {
    expect(read('--set', 'epochs=3', '--set', 'task=a:B=C').hyperparameters).toEqual({ epochs: '3', task: 'a:B=C' });
  });

  it.each([
    [['--trace', '/no/such'], '--trace is /no/such, and there is no such file'],
    [['--data', '/no/such'], '--data is /no/such, and there is no such file'],
    [['--set', 'epochs'], '--set is "epochs", allowed is NAME=VALUE'],
    [['--fast'], USAGE],
  ])('fails on %j', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it('tells of an option that npm took', () => {
    expect(() => readTrainArguments([], { npm_config_trace: 'true' })).toThrow(
      'npm took --trace for itself: write npm run train -- --trace',
    );
  });
});
