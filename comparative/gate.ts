import { ConfigError } from '../common/errors.js';
import { comparedBy, isOfTime, MEASURES, type Measure, type TimeColumn } from './comparison.js';

/** `p99 +5%`: the most that a measure may change for the worse (or `throughput -5%`). */
export interface Gate {
  text: string;
  measure: Measure;
  /** the time that was named; null = the one that the comparison is about */
  time: TimeColumn | null;
  /** on the scale of the comparison: a ratio (1.05), or a difference of shares (0.001) */
  bound: number;
  /** which side of the bound fails */
  fails: 'above' | 'below';
}

const EXAMPLES = '"p99 +5%", "error_rate +0.1pp", "throughput -5%"';

/**
 * Reads a gate. Times, throughput and cost are bounded in per cent, shares in percentage points. `p99` and `response_ms.p99`
 * mean the same, as in a config's thresholds, where the client waited for results.
 * @throws ConfigError naming what is wrong, and what is right
 */
export function parseGate(text: string): Gate {
  const wrong = (why: string) => new ConfigError(`--gate ${JSON.stringify(text)}: ${why}`);
  if (text.trim() === '') throw wrong(`it is empty; expected a measure and a bound, e.g. ${EXAMPLES}`);
  const { name, bound = '' } = /^\s*(?<name>[a-z_0-9.]+)(?:\s+|(?=[+−-]))(?<bound>.*?)\s*$/s.exec(text)?.groups ?? {};
  if (name === undefined) throw wrong(`expected a measure and a bound, e.g. ${EXAMPLES}`);
  const { time, measure } = measureIn(name, wrong);
  const by = comparedBy(measure);
  const unit = by === 'ratio' ? '%' : 'pp';
  const right = `${name} ${measure === 'throughput' ? '-' : '+'}${by === 'ratio' ? '5%' : '0.1pp'}`;
  const [, sign, size, given] = /^([+−-]?)\s*(\d+(?:\.\d+)?)\s*(\S*)$/.exec(bound) ?? [];
  if (size === undefined) throw wrong(`expected a measure and a bound, e.g. "${right}"`);
  if (sign === '') throw wrong(`the bound has no sign: + is the most that it may rise, - the most that it may fall`);
  if (given !== unit) {
    throw wrong(`${measure} is bounded in ${by === 'ratio' ? 'per cent (%)' : 'percentage points (pp)'}: "${right}"`);
  }
  const signed = (sign === '+' ? 1 : -1) * Number(size);
  if (by === 'ratio' && signed <= -100) throw wrong('nothing can fall by 100 % or more');
  if (by === 'difference' && Math.abs(signed) >= 100) throw wrong('a share cannot change by 100 pp or more');
  return {
    text: text.trim(),
    measure,
    time,
    bound: by === 'ratio' ? 1 + signed / 100 : signed / 100,
    fails: measure === 'throughput' ? 'below' : 'above',
  };
}

function measureIn(name: string, wrong: (why: string) => ConfigError): { measure: Measure; time: TimeColumn | null } {
  const [, time = null, plain] = /^(?:(response_ms|latency_ms)\.)?(.*)$/s.exec(name) as unknown as [
    string,
    TimeColumn | undefined,
    string,
  ];
  const measure = MEASURES.find((each) => each === plain);
  if (measure === undefined) throw wrong(`${JSON.stringify(name)} is no measure; there are ${MEASURES.join(', ')}`);
  if (time !== null && !isOfTime(measure)) throw wrong(`${measure} is not of a time: write "${measure}" alone`);
  return { measure, time };
}
