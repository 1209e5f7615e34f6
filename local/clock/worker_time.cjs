'use strict';
/**
 * Gives a Lambda function of the local cloud the simulated time of day: `Date.now()`, `new Date()` and `Date()`.
 * Timers, `performance.now()` and `process.hrtime()` stay real, since work takes real time.
 *
 * A look at the time reads a small file, so that a change of pace counts at once.
 */
const { readFileSync } = require('node:fs');

/** `file` has the pace as JSON: at `real` (seconds since 1970) it is `simulated`, `factor` times as fast from then on. */
module.exports = function follow(file) {
  const RealDate = Date;
  let latest = 0;

  function now() {
    const { real, simulated, factor } = JSON.parse(readFileSync(file, 'utf8'));
    latest = Math.max(latest, Math.floor(simulated * 1000 + (RealDate.now() - real * 1000) * factor));
    return latest;
  }

  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  RealDate.prototype.constructor = globalThis.Date;
};
