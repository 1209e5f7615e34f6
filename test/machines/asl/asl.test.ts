import { ASL_CASES } from './cases';
import { runCase } from './run-case';

it.each(ASL_CASES.map((asl) => [`${asl.source}: ${asl.name}`, asl] as const))('%s', async (_, asl) => {
  const { output, error, seconds } = await runCase(asl);
  expect({ output, error, seconds: asl.seconds === undefined ? undefined : seconds }).toEqual({
    output: asl.output,
    error: asl.error,
    seconds: asl.seconds,
  });
});

it('names no case twice', () => {
  const names = ASL_CASES.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
