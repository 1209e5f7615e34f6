import type { Observation, Terms } from './spot-types.decision';

/** @throws Error on the first term that is out of range */
export function checkTerms(terms: Terms): void {
  check('deadlineSeconds', terms.deadlineSeconds, isAbove);
  check('workSeconds', terms.workSeconds, isAbove);
  check('spotPriceRatio', terms.spotPriceRatio, isAbove);
  check('restartSeconds', terms.restartSeconds, isFrom);
  check('checkpointSeconds', terms.checkpointSeconds, isFrom);
  check('checkpointIntervalSeconds', terms.checkpointIntervalSeconds, isFrom);
  check('pollSeconds', terms.pollSeconds, isAbove);
  check('prior.meanUpSeconds', terms.prior.meanUpSeconds, isAbove);
  check('prior.meanDownSeconds', terms.prior.meanDownSeconds, isAbove);
}

/** @throws Error on a number that is out of range */
export function checkObservation({ elapsedSeconds, workLeftSeconds }: Observation): void {
  if (!Number.isFinite(elapsedSeconds)) throw new Error(`elapsedSeconds is ${elapsedSeconds}, allowed are numbers`);
  if (workLeftSeconds !== undefined) check('workLeftSeconds', workLeftSeconds, isFrom);
}

interface Range {
  readonly allowed: string;
  readonly holds: (value: number) => boolean;
}
const isAbove: Range = { allowed: 'numbers above 0', holds: (value) => value > 0 };
const isFrom: Range = { allowed: 'numbers from 0 up', holds: (value) => value >= 0 };

function check(name: string, value: number, { allowed, holds }: Range): void {
  if (!Number.isFinite(value) || !holds(value)) throw new Error(`${name} is ${value}, allowed are ${allowed}`);
}
