import type { Run, World } from './replay';

/**
 * The least that a run can cost, by one who knows the trace: dynamic programming backwards over every step and all work
 * left, with the same starts, saves and prices. Steps of on-demand; Infinity when the deadline cannot be met.
 */
export function optimum(world: World, run: Run): number {
  const { price, restart, save } = world;
  const { work, deadline } = run;
  const depth = Math.max(restart, save, 1) + 1;
  const table = () => Array.from({ length: depth }, () => new Float64Array(work + 1).fill(Infinity));
  const [idle, spot, onDemand] = [table(), table(), table()];
  const at = (rows: Float64Array[], step: number) => rows[step % depth] ?? new Float64Array();
  for (const rows of [idle, spot, onDemand]) at(rows, deadline)[0] = 0;

  // How many steps from here on Spot stays up.
  let stays = 0;
  for (let step = deadline - 1; step >= 0; step -= 1) {
    const up = run.up(step);
    stays = up ? stays + 1 : 0;
    const mayStart = step + restart <= deadline;
    const maySave = step + save <= deadline;
    const spotStarts = mayStart && stays >= restart;
    const spotSaves = maySave && stays >= save;
    const [idleHere, spotHere, onDemandHere] = [at(idle, step), at(spot, step), at(onDemand, step)];
    const [idleNext, spotNext, onDemandNext] = [at(idle, step + 1), at(spot, step + 1), at(onDemand, step + 1)];
    const [spotStarted, onDemandStarted] = [at(spot, step + restart), at(onDemand, step + restart)];
    const saved = at(idle, step + save);
    idleHere[0] = spotHere[0] = onDemandHere[0] = 0;
    for (let left = 1; left <= work; left += 1) {
      let best = idleNext[left] ?? Infinity;
      if (mayStart) best = Math.min(best, restart + (onDemandStarted[left] ?? Infinity));
      if (spotStarts) best = Math.min(best, price * restart + (spotStarted[left] ?? Infinity));
      idleHere[left] = best;
      const goOn = 1 + (onDemandNext[left - 1] ?? Infinity);
      onDemandHere[left] = maySave ? Math.min(goOn, save + (saved[left] ?? Infinity)) : goOn;
    }
    for (let left = 1; left <= work; left += 1) {
      if (up) {
        const goOn = price + (spotNext[left - 1] ?? Infinity);
        spotHere[left] = spotSaves ? Math.min(goOn, price * save + (saved[left] ?? Infinity)) : goOn;
      } else {
        // Interrupted: it saved in the steps before, which so did no work.
        spotHere[left] = idleHere[Math.min(work, left + save)] ?? Infinity;
      }
    }
  }
  return at(idle, 0)[work] ?? Infinity;
}
