import { plainText } from '../common/plain-text.js';
import { groupKey, isOfTime, type Comparison } from './comparison.js';
import type { Gate } from './gate.js';
import { dataForInterval, dataToDecide, moreText, type MoreData } from './more-data.js';
import type { Unpaired } from './pairs.js';
import { changeText, groupName, intervalText, measureName } from './wording.js';

export interface GateResult {
  gate: string;
  group: string;
  verdict: 'pass' | 'fail' | 'not enough data';
  /** more of what would probably decide; null where it is decided, or nothing would */
  more: MoreData | null;
  text: string;
}

export interface Judged {
  comparisons: Comparison[];
  /** what only one side has */
  unpaired: Unpaired[];
  /** runs that no gate may pass on */
  invalid: { run_id: string }[];
}

/**
 * Judges each function and instance. A gate fails only where the whole 95 % interval lies beyond the bound, passes only
 * where the whole of it lies within, and otherwise there is not enough data. Nothing passes by being absent: what only one
 * side has, or what has no such measure, is told for each gate; and nothing passes on a run that is not valid. Gates that
 * fail come first.
 */
export function judge(gates: Gate[], { comparisons, unpaired, invalid }: Judged): GateResult[] {
  const groups = new Map<string, Map<string, Comparison>>();
  for (const each of comparisons) {
    const of = groups.get(groupKey(each)) ?? new Map<string, Comparison>();
    groups.set(groupKey(each), of.set(each.measure, each));
  }
  const judged = gates.flatMap((gate) => {
    const results = [...groups.values()].flatMap((of) => {
      const [group] = of.values();
      // Only functions are priced.
      if (gate.measure === 'cost' && group!.scope === 'instance') return [];
      const found = of.get(gate.measure);
      return found === undefined ? [untold(gate, groupName(group!), whyAbsent(gate))] : [judgeOne(gate, found)];
    });
    for (const each of unpaired) results.push(untold(gate, groupName(each), `only the ${each.side} has it`));
    if (results.length === 0) results.push(untold(gate, 'all', 'no function was invoked on either side'));
    return results.map((result) => vouchedFor(result, invalid));
  });
  return judged.sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

/** What fails is looked for first; sorting is stable, so equals stay in the order of the gates. */
const ORDER = { fail: 0, 'not enough data': 1, pass: 2 } as const;

/**
 * Gates and sentences may say of one figure what seems to contradict: a gate judges an interval of 95 % by itself, as its user chose
 * it beforehand; a sentence is one of all comparisons shown. Null where there are not both.
 */
export function gatesNote({ gates, comparisons }: { gates: GateResult[]; comparisons: Comparison[] }): string | null {
  const corrected = comparisons.filter(({ p }) => p !== null).length;
  if (gates.length === 0 || corrected < 2) return null;
  return (
    'Each gate judges its 95 % interval by itself; findings are corrected (Holm) for all ' +
    `${corrected.toLocaleString('en-US')} comparisons that have a p value, so a gate can fail where a sentence cannot tell.`
  );
}

function untold(gate: Gate, group: string, why: string, more: MoreData | null = null): GateResult {
  return told(gate, group, 'not enough data', why, more);
}

function told(
  gate: Gate,
  group: string,
  verdict: GateResult['verdict'],
  why: string,
  more: MoreData | null = null,
): GateResult {
  return { gate: gate.text, group, verdict, more, text: `${group}: ${gate.text}: ${verdict} (${why})` };
}

function whyAbsent({ measure }: Gate): string {
  if (isOfTime(measure)) return 'no times are known on both sides';
  return measure === 'cost' ? 'nothing was priced on both sides' : `${measure} is not known on both sides`;
}

function judgeOne(gate: Gate, comparison: Comparison): GateResult {
  const group = groupName(comparison);
  const { low, high, value, note } = comparison.change;
  if (gate.time !== null && gate.time !== comparison.time) {
    const other =
      comparison.time === 'latency_ms' ? 'the client waited for no result' : 'the client waited for results';
    return untold(gate, group, `it is compared by ${comparison.time}, since ${other}`);
  }
  if (low === null || high === null || value === null) {
    const more = dataForInterval(comparison);
    const why = note ?? `${measureName(comparison)} is not known on both sides`;
    return untold(gate, group, more === null ? why : `${why}; ${moreText(more, comparison)} give an interval`, more);
  }
  const figure = `${measureName(comparison)} ${changeText(comparison)} ${intervalText(comparison)}`;
  const beyond = gate.fails === 'above' ? low > gate.bound : high < gate.bound;
  const within = gate.fails === 'above' ? high <= gate.bound : low >= gate.bound;
  if (beyond) return told(gate, group, 'fail', figure);
  if (within) return told(gate, group, 'pass', figure);
  const more = moreForBound(comparison, gate.bound);
  const missing =
    more === null ? 'it lies on the bound: no amount would decide' : `${moreText(more, comparison)} would decide`;
  return untold(gate, group, `${figure}; ${missing}`, more);
}

/** The interval must end before the bound, on whichever side of it the value lies. */
function moreForBound({ by, change, foresight }: Comparison, bound: number): MoreData | null {
  const scale = by === 'ratio' ? Math.log : (value: number) => value;
  const above = scale(change.value!) - scale(bound);
  if (foresight === null || above === 0) return null;
  return dataToDecide(foresight, ({ down, up }) => (above > 0 ? down <= above : up <= -above));
}

function vouchedFor(result: GateResult, invalid: Judged['invalid']): GateResult {
  if (invalid.length === 0 || result.verdict !== 'pass') return result;
  const verdict = 'not enough data';
  const runs = invalid.length === 1 ? `run ${plainText(invalid[0]!.run_id)} is` : `${invalid.length} runs are`;
  const text = result.text.replace(/: pass \((.*)\)$/s, `: ${verdict} ($1, but ${runs} not valid)`);
  return { ...result, verdict, text };
}
