import { told } from '../../bin/told';

const failing = (error: unknown) => () => {
  throw error;
};

describe('told', () => {
  let printed: jest.SpyInstance;
  beforeEach(() => void (printed = jest.spyOn(console, 'error').mockImplementation()));
  afterEach(() => {
    process.exitCode = undefined;
    jest.restoreAllMocks();
  });

  it('prints a refusal without a stack, and ends with 1', () => {
    told(failing(new Error('config/prod.ts: region is "here"')));
    expect([printed.mock.calls, process.exitCode]).toEqual([[['config/prod.ts: region is "here"']], 1]);
  });

  it('keeps the stack of a fault of ours', () => {
    expect(() => told(failing(new TypeError('undefined is not a function')))).toThrow(TypeError);
    expect([printed.mock.calls, process.exitCode]).toEqual([[], undefined]);
  });

  it('says nothing when all is well', () => {
    told(() => undefined);
    expect([printed.mock.calls, process.exitCode]).toEqual([[], undefined]);
  });
});
