import { Problem } from '../../shell/problem';
import { readOptions } from '../../shell/options';

const read = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  readOptions(
    { name: 'npm run sail', usage: 'How to sail.' },
    { 'to-port': { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean' } },
    args,
    env,
  );

describe('readOptions', () => {
  it('reads what stands behind --', () => {
    expect(read(['--to-port', 'Kiel'])).toEqual({ 'to-port': 'Kiel', json: false });
  });

  it('leaves to npm what may be meant for it', () => {
    expect(read([], { npm_config_json: 'true', npm_config_help: 'true' })).toEqual({ json: false });
  });

  it('fails when npm has taken an option for itself', () => {
    expect(() => read([], { npm_config_to_port: 'Kiel' })).toThrow(
      new Problem('npm took --to-port for itself: write npm run sail -- --to-port'),
    );
  });

  it.each([
    ['unknown', ['--to-sea'], /Unknown option '--to-sea'[^]*\n\nHow to sail\.$/],
    ['without its value', ['--to-port'], /Option '--to-port <value>' argument missing\n\nHow to sail\.$/],
  ])('fails when an option is %s, and says how it is used', (_, args, message) => {
    expect(() => read(args)).toThrow(message);
  });
});
