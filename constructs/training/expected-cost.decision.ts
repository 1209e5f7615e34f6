import { probabilityUp, ratesOf } from './spot-rates.decision';
import type { Choice, Situation } from './spot-types.decision';
import { Values } from './spot-values.decision';

/**
 * What on-demand has to save to be worth leaving Spot, in seconds of on-demand for each second of waiting. The rates are
 * estimates, and on-demand nothing more is learned of them. And where they are too bleak, the run is a cheap one, so that
 * what was paid for nothing is the larger share of it.
 */
const LEAST_GAIN = 0.4;

/** The cheaper of going on and changing over, under a two-state chain with the rates seen so far. */
export function expectedCost(situation: Situation): Choice {
  const { terms, memory, mode, spot, slackSeconds: slack, workLeftSeconds: work, reserveSeconds } = situation;
  const rates = ratesOf(terms, memory);
  const values = Values.solve({ terms, rates, reserveSeconds }, slack, work);
  const { last } = memory.spot;
  const up = (seconds: number) =>
    last === undefined
      ? probabilityUp(rates, true, Infinity)
      : probabilityUp(rates, last.up, memory.elapsedSeconds - last.seenSeconds + seconds);
  const numbers = {
    meanUpSeconds: 1 / rates.loss,
    meanDownSeconds: 1 / rates.return,
    probabilityUp: spot === 'unknown' ? up(0) : spot === 'up' ? 1 : 0,
  };

  if (mode === 'on-demand') {
    const costs = {
      costOfSpot: values.ofTry(slack, work, up(terms.checkpointSeconds)),
      costOfOnDemand: values.ofStay(slack, work, (seconds) => up(seconds)),
    };
    // A try that fails has cost a start. It must promise as much against on-demand to the end, or estimates decide.
    const promises = work - costs.costOfSpot > terms.restartSeconds;
    return promises && costs.costOfSpot < costs.costOfOnDemand
      ? { mode: 'spot', reason: 'Spot is probably back, and worth a try', numbers: { ...numbers, ...costs } }
      : { mode, reason: 'a try of Spot would cost more than it promises', numbers: { ...numbers, ...costs } };
  }

  const { restartSeconds } = terms;
  const onDemand =
    restartSeconds + values.ofStay(slack - restartSeconds, work, (seconds) => up(restartSeconds + seconds));
  if (spot === 'up') {
    const costs = { costOfSpot: values.ofUp(slack, work), costOfOnDemand: onDemand };
    return { mode: 'spot', reason: 'Spot runs', numbers: { ...numbers, ...costs } };
  }
  const wait = terms.pollSeconds;
  // What came up at the next poll would be left again as soon as it trains. What is tried now may be starting already.
  const tried = mode === 'spot' && spot === 'unknown';
  if (!tried && slack - wait - restartSeconds < reserveSeconds + terms.checkpointSeconds) {
    return { mode: 'on-demand', reason: 'the deadline leaves no time for a start on Spot', numbers };
  }
  const back = spot === 'down' ? -Math.expm1(-rates.return * wait) : up(0);
  const costs = {
    costOfSpot: (1 - back) * values.ofDown(slack - wait, work) + back * values.ofReturn(slack - wait, work),
    costOfOnDemand: onDemand,
  };
  if (spot === 'unknown') return { mode: 'spot', reason: 'Spot is tried', numbers: { ...numbers, ...costs } };
  return costs.costOfSpot <= costs.costOfOnDemand + LEAST_GAIN * wait
    ? { mode: 'spot', reason: 'to wait for Spot costs less, or hardly more', numbers: { ...numbers, ...costs } }
    : {
        mode: 'on-demand',
        reason: 'to wait for Spot would cost more than it promises',
        numbers: { ...numbers, ...costs },
      };
}
