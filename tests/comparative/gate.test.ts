import { expect, test } from 'vitest';
import { ConfigError } from '../../common/errors.js';
import { parseGate } from '../../comparative/gate.js';

test.each([
  ['p99', /p99": expected a measure and a bound, e\.g\. "p99 \+5%"/],
  ['p99 5%', /the bound has no sign: \+ is the most that it may rise, - the most that it may fall/],
  ['p99 +5', /p99 is bounded in per cent \(%\): "p99 \+5%"/],
  ['p99 +5ms', /p99 is bounded in per cent \(%\): "p99 \+5%"/],
  ['p99 +5pp', /p99 is bounded in per cent/],
  ['p99 +5%%', /p99 is bounded in per cent/],
  ['p99 +-5%', /expected a measure and a bound/],
  ['p99 < 5%', /expected a measure and a bound/],
  ['p99 +5,5%', /p99 is bounded in per cent/],
  ['p98 +5%', /"p98" is no measure; there are p50, p90, p99, mean, cold_share, error_rate, throughput, cost/],
  ['latency +5%', /"latency" is no measure/],
  ['response_ms +5%', /"response_ms" is no measure/],
  ['latency_ms.error_rate +1pp', /error_rate is not of a time: write "error_rate" alone/],
  ['error_rate +5%', /error_rate is bounded in percentage points \(pp\): "error_rate \+0\.1pp"/],
  ['cold_share +100pp', /a share cannot change by 100 pp or more/],
  ['throughput -5', /throughput is bounded in per cent \(%\): "throughput -5%"/],
  ['throughput -100%', /nothing can fall by 100 %/],
  ['p99\n+5', /p99 is bounded in per cent/],
  ['+5%', /expected a measure and a bound/],
  ['', /it is empty; expected a measure and a bound/],
  ['  ', /it is empty/],
])('the gate "%s" is refused in one line that says what is right', (gate, reason) => {
  expect(() => parseGate(gate)).toThrow(reason);
  try {
    parseGate(gate);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toContain('\n');
  }
});

test('a gate is read with any spacing, either minus and either spelling of the measure', () => {
  expect(parseGate('response_ms.p99  + 5 %')).toMatchObject({ measure: 'p99', time: 'response_ms', bound: 1.05 });
  expect(parseGate('latency_ms.mean+5%')).toMatchObject({ measure: 'mean', time: 'latency_ms', fails: 'above' });
  expect(parseGate(' error_rate +0.1pp ')).toMatchObject({ measure: 'error_rate', time: null, bound: 0.001 });
  expect(parseGate('throughput −5%')).toEqual({ ...parseGate('throughput -5%'), text: 'throughput −5%' });
});

test('throughput fails below its bound, everything else above; a bound may demand an improvement', () => {
  expect(parseGate('throughput -5%')).toMatchObject({ bound: 0.95, fails: 'below' });
  expect(parseGate('throughput +10%')).toMatchObject({ bound: 1.1, fails: 'below' });
  expect(parseGate('cost +2%')).toMatchObject({ bound: 1.02, fails: 'above' });
  expect(parseGate('p50 -10%')).toMatchObject({ bound: 0.9, fails: 'above' });
});
