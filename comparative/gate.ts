import { ConfigError } from '../common/errors.js';
import { comparedBy, MEASURES, type Comparison, type Measure } from './comparison.js';
import { changeText, groupName, intervalText, measureName, threeDigits } from './wording.js';

/** `p99 +5%`: the most that a measure may change for the worse (or `throughput -5%`). */
export interface Gate {
  text: string;
  measure: Measure;
  /** on the scale of the comparison: a ratio (1.05), or a difference of shares (0.001) */
  bound: number;
  /** which side of the bound fails */
  fails: 'above' | 'below';
}

export interface GateResult {
  gate: string;
  group: string;
  verdict: 'pass' | 'fail' | 'not enough data';
  text: string;
}

/** `p99` and `response_ms.p99` mean the same, as in a config's thresholds. */
const GATE = /^\s*(?:response_ms\.|latency_ms\.)?([a-z_0-9]+)\s+([+−-])\s*(\d+(?:\.\d+)?)\s*(%|pp)\s*$/;

/**
 * Reads a gate. Times, throughput and cost are bounded in per cent, shares in percentage points.
 * @throws ConfigError naming what is allowed
 */
export function parseGate(text: string): Gate {
  const [, name, sign, size, unit] = GATE.exec(text) ?? [];
  const measure = MEASURES.find((each) => each === name);
  if (measure === undefined || sign === undefined) {
    throw new ConfigError(
      `--gate "${text}": expected a measure and a bound, e.g. "p99 +5%", "error_rate +0.1pp", "throughput -5%" (${MEASURES.join(', ')})`,
    );
  }
  const by = comparedBy(measure);
  if ((by === 'ratio') !== (unit === '%')) {
    throw new ConfigError(
      `--gate "${text}": ${measure} is bounded in ${by === 'ratio' ? 'per cent (%)' : 'percentage points (pp)'}`,
    );
  }
  const signed = (sign === '+' ? 1 : -1) * Number(size);
  const bound = by === 'ratio' ? 1 + signed / 100 : signed / 100;
  if (bound <= 0 && by === 'ratio') throw new ConfigError(`--gate "${text}": nothing can fall by 100 % or more`);
  return { text: text.trim(), measure, bound, fails: measure === 'throughput' ? 'below' : 'above' };
}

/**
 * Judges each function and instance. A gate fails only where the whole 95 % interval lies beyond the bound, passes only
 * where the whole of it lies within, and otherwise there is not enough data.
 */
export function judge(gates: Gate[], comparisons: Comparison[]): GateResult[] {
  return gates.flatMap((gate) => {
    const concerned = comparisons.filter(({ measure }) => measure === gate.measure);
    if (concerned.length > 0) return concerned.map((comparison) => judgeOne(gate, comparison));
    const text = `${gate.text}: not enough data (no function of both sides has ${gate.measure})`;
    return [{ gate: gate.text, group: 'all', verdict: 'not enough data' as const, text }];
  });
}

function judgeOne(gate: Gate, comparison: Comparison): GateResult {
  const { low, high, value, note } = comparison.change;
  const group = groupName(comparison);
  const result = (verdict: GateResult['verdict'], why: string): GateResult => ({
    gate: gate.text,
    group,
    verdict,
    text: `${group}: ${gate.text}: ${verdict} (${why})`,
  });
  if (low === null || high === null || value === null) {
    return result('not enough data', note ?? `${measureName(comparison)} is not known on both sides`);
  }
  const figure = `${measureName(comparison)} ${changeText(comparison)} ${intervalText(comparison)}`;
  const beyond = gate.fails === 'above' ? low > gate.bound : high < gate.bound;
  const within = gate.fails === 'above' ? high <= gate.bound : low >= gate.bound;
  if (beyond) return result('fail', figure);
  if (within) return result('pass', figure);
  return result('not enough data', `${figure}; ${wouldDecide(gate, comparison)}`);
}

/** An interval that is to end at the bound must shrink from its reach to the distance of its value from the bound. */
function wouldDecide(gate: Gate, { by, change, runs, rows }: Comparison): string {
  const scale = by === 'ratio' ? Math.log : (value: number) => value;
  const distance = Math.abs(scale(change.value!) - scale(gate.bound));
  const reach = (scale(change.high!) - scale(change.low!)) / 2;
  const factor = (reach / distance) ** 2;
  if (!(factor < 1_000)) return 'it lies on the bound';
  const single = runs.baseline === 1 && runs.candidate === 1;
  const have = single ? Math.min(rows.baseline, rows.candidate) : Math.min(runs.baseline, runs.candidate);
  const more = Math.max(1, Math.ceil(have * factor) - have);
  const unit = single ? 'row' : 'run';
  return `about ${threeDigits(Number(more.toPrecision(2)))} more ${unit}${more === 1 ? '' : 's'} a side would decide`;
}
