import { install } from '@sinonjs/fake-timers';
import { EPOCH, VirtualClock } from './asl/clock';
import { Refused } from './asl/errors';

const TIMERS = ['setTimeout', 'setInterval'] as const;
let taken = false;

/**
 * Runs a body on a clock of its own. Meanwhile `Date` tells virtual time, and timers are refused: virtual time does not
 * pass inside a handler.
 */
export async function onVirtualTime<T>(
  onAdvance: (now: number) => void,
  body: (clock: VirtualClock) => Promise<T>,
): Promise<T> {
  if (taken) throw new Refused('two runs at once in one process share Date: wait for the first');
  taken = true;
  const date = install({ now: EPOCH, toFake: ['Date'] });
  const real = TIMERS.map((name) => [name, globalThis[name]] as const);
  for (const name of TIMERS) Reflect.set(globalThis, name, refusal(name));
  try {
    const clock = new VirtualClock((now) => {
      date.setSystemTime(now);
      onAdvance(now);
    });
    const [result] = await clock.all([() => body(clock)]);
    return result as T;
  } finally {
    for (const [name, timer] of real) Reflect.set(globalThis, name, timer);
    date.uninstall();
    taken = false;
  }
}

function refusal(name: string): () => never {
  return () => {
    throw new Refused(`${name} in a handler: virtual time does not pass there; let a Wait state of the machine wait`);
  };
}
