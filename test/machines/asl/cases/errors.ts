import type { JsonObject } from '../json';
import { cases, TASK } from './case';

const T = { Type: 'Pass' };
const retried = (...retriers: JsonObject[]): JsonObject => ({ ...TASK, Retry: retriers });
const caught = (...names: string[]): JsonObject => ({
  ...TASK,
  Catch: [{ ErrorEquals: names, ResultPath: null, Next: 'T' }],
});
const OK = { ok: true };

/** Retry, Catch and timeouts. */
export const ERROR_CASES = [
  ...cases('#errors', [
    { name: 'an error that nothing names ends the execution', states: { S: TASK }, answers: { S: ['E'] }, error: 'E' },
    {
      name: 'Retry waits 1, 2, 4 seconds by default',
      states: { S: retried({ ErrorEquals: ['E'] }) },
      answers: { S: ['E', 'E', 'E', OK] },
      output: OK,
      seconds: 7,
    },
    {
      name: 'Retry gives up after 3 by default',
      states: { S: retried({ ErrorEquals: ['E'] }) },
      answers: { S: ['E'] },
      error: 'E',
      seconds: 7,
    },
    {
      name: 'MaxAttempts of zero never tries again',
      states: { S: retried({ ErrorEquals: ['E'], MaxAttempts: 0 }) },
      answers: { S: ['E', OK] },
      error: 'E',
      seconds: 0,
    },
    {
      name: 'IntervalSeconds and BackoffRate',
      states: { S: retried({ ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 2 }) },
      answers: { S: ['E', 'E', OK] },
      output: OK,
      seconds: 7.5,
    },
    {
      name: 'MaxDelaySeconds',
      states: {
        S: retried({ ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 10, MaxAttempts: 3, MaxDelaySeconds: 5 }),
      },
      answers: { S: ['E', 'E', 'E', OK] },
      output: OK,
      seconds: 13,
    },
    {
      name: 'the first retrier that names the error decides',
      states: {
        S: retried({ ErrorEquals: ['E'], MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'], IntervalSeconds: 50 }),
      },
      answers: { S: ['E', 'E', OK] },
      error: 'E',
      seconds: 1,
    },
    {
      name: 'each retrier counts for itself',
      states: {
        S: retried(
          { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, MaxAttempts: 2 },
          { ErrorEquals: ['C'], IntervalSeconds: 5 },
        ),
      },
      answers: { S: ['A', 'B', 'C', 'B'] },
      error: 'B',
      seconds: 8,
    },
    {
      name: 'Retry comes before Catch',
      states: {
        S: {
          ...retried({ ErrorEquals: ['E'], MaxAttempts: 1 }),
          ...{ Catch: [{ ErrorEquals: ['E'], Next: 'T', ResultPath: '$.e' }] },
        },
        T: { ...T, OutputPath: '$.e.Error' },
      },
      input: {},
      answers: { S: ['E'] },
      output: 'E',
      seconds: 1,
    },
    {
      name: 'Catch without ResultPath replaces the input',
      states: { S: { ...TASK, Catch: [{ ErrorEquals: ['E'], Next: 'T' }] }, T: { ...T, OutputPath: '$.Error' } },
      input: { x: 1 },
      answers: { S: ['E'] },
      output: 'E',
    },
    {
      name: 'Catch with ResultPath keeps the input',
      states: {
        S: { ...TASK, Catch: [{ ErrorEquals: ['E'], Next: 'T', ResultPath: '$.x.e' }] },
        T: { ...T, OutputPath: '$.x.e.Error' },
      },
      input: { x: {} },
      answers: { S: ['E'] },
      output: 'E',
    },
    { name: 'Catch with ResultPath null', states: { S: caught('E'), T }, input: 1, answers: { S: ['E'] }, output: 1 },
    {
      name: 'Catch with ResultPath $',
      states: {
        S: { ...TASK, Catch: [{ ErrorEquals: ['E'], Next: 'T', ResultPath: '$' }] },
        T: { ...T, OutputPath: '$.Error' },
      },
      input: { x: 1 },
      answers: { S: ['E'] },
      output: 'E',
    },
    { name: 'a catcher that names another error', states: { S: caught('F'), T }, answers: { S: ['E'] }, error: 'E' },
    {
      name: 'the first catcher that names the error',
      states: {
        S: {
          ...TASK,
          Catch: [
            { ErrorEquals: ['F'], Next: 'T', ResultPath: null },
            { ErrorEquals: ['States.ALL'], Next: 'U', ResultPath: null },
          ],
        },
        T,
        U: { ...T, Result: 'u' },
      },
      answers: { S: ['E'] },
      output: 'u',
    },
  ]),
  ...cases('dg/concepts-error-handling', [
    {
      name: 'States.ALL catches an error',
      states: { S: caught('States.ALL'), T },
      input: 1,
      answers: { S: ['E'] },
      output: 1,
    },
    {
      name: 'States.ALL catches States.Timeout',
      states: { S: { ...caught('States.ALL'), TimeoutSeconds: 30 }, T },
      input: 1,
      answers: { S: [{ takes: 60 }] },
      output: 1,
    },
    {
      name: 'States.TaskFailed catches an error',
      states: { S: caught('States.TaskFailed'), T },
      input: 1,
      answers: { S: ['E'] },
      output: 1,
    },
    {
      name: 'States.TaskFailed does not catch States.Timeout',
      states: { S: { ...caught('States.TaskFailed'), TimeoutSeconds: 30 }, T },
      input: 1,
      answers: { S: [{ takes: 60 }] },
      error: 'States.Timeout',
    },
    {
      name: 'States.ALL does not catch States.DataLimitExceeded',
      states: { S: caught('States.ALL'), T },
      input: 1,
      answers: { S: [{ text: 'x'.repeat(300_000) }] },
      error: 'States.DataLimitExceeded',
    },
    {
      name: 'JitterStrategy NONE waits the whole delay',
      states: { S: retried({ ErrorEquals: ['E'], IntervalSeconds: 4, JitterStrategy: 'NONE' }) },
      answers: { S: ['E', OK] },
      output: OK,
      seconds: 4,
    },
  ]),
  ...cases('#state-machine-fields', [
    {
      name: 'TimeoutSeconds of the machine ends it',
      top: { TimeoutSeconds: 100 },
      states: { S: { Type: 'Wait', Seconds: 500 } },
      error: 'States.Timeout',
      seconds: 100,
    },
    {
      name: 'TimeoutSeconds of the machine reaches into branches',
      top: { TimeoutSeconds: 100 },
      states: {
        S: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 500, End: true } } }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }],
        },
        T,
      },
      error: 'States.Timeout',
      seconds: 100,
    },
  ]),
  ...cases('#task-state', [
    {
      name: 'without TimeoutSeconds a task may take a day',
      source: 'dg/state-task',
      states: { S: TASK },
      answers: { S: [{ takes: 86_400 }] },
      output: { takes: 86_400 },
      seconds: 86_400,
    },
    {
      name: 'TimeoutSeconds ends a task',
      states: { S: { ...TASK, TimeoutSeconds: 30 } },
      answers: { S: [{ takes: 60 }] },
      error: 'States.Timeout',
      seconds: 30,
    },
    {
      name: 'TimeoutSecondsPath ends a task',
      states: { S: { ...TASK, TimeoutSecondsPath: '$.t' } },
      input: { t: 30 },
      answers: { S: [{ takes: 60 }] },
      error: 'States.Timeout',
      seconds: 30,
    },
    {
      name: 'each attempt has the whole timeout',
      states: {
        S: { ...retried({ ErrorEquals: ['States.Timeout'], IntervalSeconds: 10, MaxAttempts: 1 }), TimeoutSeconds: 30 },
      },
      answers: { S: [{ takes: 60 }, { takes: 20 }] },
      output: { takes: 20 },
      seconds: 60,
    },
  ]),
];
