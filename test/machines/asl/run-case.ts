import type { AslCase } from './cases';
import { VirtualClock } from './clock';
import { TimedOut } from './course';
import { carried } from './definition';
import { StateError } from './errors';
import { Interpreter } from './interpreter';
import type { Json } from './json';

/** How a case ended: what the table states. */
export interface Ending {
  readonly output?: Json;
  readonly error?: string;
  readonly seconds: number;
}

/** Runs a case by our interpreter. An answer `{takes: 60}` comes after that many seconds. */
export async function runCase({ definition, name, input = {}, answers = {} }: AslCase): Promise<Ending> {
  const clock = new VirtualClock();
  const attempts = new Map<string, number>();
  const interpreter = new Interpreter(carried(definition, name), {
    clock,
    execution: { Id: 'arn:aws:states:eu-west-1:111122223333:execution:machine:run', Name: 'run', RoleArn: 'role' },
    maxStates: 1000,
    entered: () => undefined,
    noted: () => undefined,
    task: async ({ state, pause }) => {
      const given = answers[state] ?? [];
      const attempt = attempts.get(state) ?? 0;
      attempts.set(state, attempt + 1);
      const answer = given[Math.min(attempt, given.length - 1)] ?? null;
      if (typeof answer === 'string') throw new StateError(answer, 'as the case says');
      if (typeof answer?.['takes'] === 'number') await pause(answer['takes']);
      return answer;
    },
  });
  try {
    const [output] = await clock.all([() => interpreter.run(input)]);
    return { output: output ?? null, seconds: clock.seconds };
  } catch (error) {
    if (error instanceof TimedOut) return { error: 'States.Timeout', seconds: clock.seconds };
    if (error instanceof StateError) return { error: error.error, seconds: clock.seconds };
    throw error;
  }
}
