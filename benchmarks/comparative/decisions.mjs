import { comparisons, simulatedRun } from './cells.mjs';

/** Beyond these no more is simulated: what is named there would not be done either. */
const MOST = { run: 100, row: 100_000 };

/**
 * What a gate says of simulated sides, and whether it decides once it was given as much more as it asked for: further runs a
 * side beside the first ones, or one run a side anew with so many rows more.
 *
 * @param {{ rows: number, phi: number, runs: number, spread: number, shift: number, moreEvents?: number, measure: string, gate: string, right: string }} cell
 * @param {number} repetitions
 * @param {object} tools those of ./cells.mjs, and `parseGate`, `judge`
 * @returns counts: decided at once, asked for more (and how much, sorted), decided then, rightly then, asked for too much to try
 */
export function decisionsOf(cell, repetitions, tools) {
  const gate = tools.parseGate(cell.gate);
  const counts = { repetitions, atOnce: 0, asked: [], decided: 0, rightly: 0, tooMuch: 0 };
  for (let seed = 1; seed <= repetitions; seed += 1) {
    const random = tools.randomStream(seed, `decisions/${JSON.stringify(cell)}`);
    const simulated = (runs, rows) =>
      [0, 1].map((side) =>
        Array.from({ length: runs }, () =>
          simulatedRun({ ...cell, rows }, side * cell.shift, random, side * ((cell.moreEvents ?? 1) - 1) + 1),
        ),
      );
    const first = simulated(cell.runs, cell.rows);
    const { verdict, more } = verdictOn(first, cell, gate, seed, tools);
    if (verdict !== 'not enough data') counts.atOnce += 1;
    else if (more === null || more.more > MOST[more.unit]) counts.tooMuch += 1;
    else {
      const then =
        more.unit === 'row'
          ? simulated(1, cell.rows + more.more)
          : simulated(more.more, cell.rows).map((side, at) => [...first[at], ...side]);
      const { verdict: now } = verdictOn(then, cell, gate, seed, tools);
      counts.asked.push(more.more);
      if (now !== 'not enough data') counts.decided += 1;
      if (now === cell.right) counts.rightly += 1;
    }
  }
  counts.asked.sort((a, b) => a - b);
  return counts;
}

function verdictOn([baseline, candidate], { measure }, gate, seed, tools) {
  const { change, foresight } = comparisons(baseline, candidate, seed, tools)[measure];
  const runs = { baseline: baseline.length, candidate: candidate.length };
  const rowsIn = (side) => side.reduce((sum, { times }) => sum + times.length, 0);
  const by = measure === 'error_rate' ? 'difference' : 'ratio';
  const group = { scope: 'function', name: 'f', function: 'f', measure, time: 'response_ms' };
  const rows = { baseline: rowsIn(baseline), candidate: rowsIn(candidate) };
  const comparison = { ...group, by, change, foresight, runs, rows };
  return tools.judge([gate], { comparisons: [comparison], unpaired: [], invalid: [] })[0];
}
