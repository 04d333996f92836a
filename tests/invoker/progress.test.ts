import { expect, test } from 'vitest';
import { liveLine } from '../../invoker/progress.js';
import type { RunProgress } from '../../invoker/run.js';

function screen(isTTY: boolean, columns = 200) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

function progressAt(elapsedS: number, nextSeq: number, dropped = 0): RunProgress {
  const counts = { ok: nextSeq - 5, failed: 1, dropped, lost: 0 };
  return { elapsedS, durationS: 30, planned: 2_000, state: { counts, nextSeq, inFlight: 4, latenessP99Ms: 0.278 } };
}

test('on a terminal one line renews itself and goes at the end', () => {
  const terminal = screen(true);
  const line = liveLine(terminal, {});
  line.show(progressAt(0.5, 20));
  // 40 rows in the first second, 80 in the second: half the bar, then the whole.
  line.show(progressAt(1, 40));
  line.show(progressAt(2, 120));
  line.clear();
  expect(terminal.written[2]).toBe(
    '\r\x1b[2K2.0/30 s  planned 2000  fired 120  ok 115  failed 1  in flight 4  late p99 0.28 ms  ▅█',
  );
  expect(terminal.written.at(-1)).toBe('\r\x1b[2K');
  expect(terminal.written.join('')).not.toContain('\n');
});

test('drops are shown when there are any, and a narrow terminal gets what fits', () => {
  const usual = screen(true, 81);
  liveLine(usual, {}).show(progressAt(1, 40, 3));
  // 80 columns; with what was planned it would be 94.
  expect(usual.written[0]).toBe(
    '\r\x1b[2K1.0/30 s  fired 37  ok 35  failed 1  dropped 3  in flight 4  late p99 0.28 ms  █',
  );
  const narrow = screen(true, 40);
  liveLine(narrow, {}).show(progressAt(1, 40));
  expect(narrow.written[0]).toBe('\r\x1b[2K1.0/30 s  ok 35  failed 1  late p99 0.2');
  const wide = screen(true);
  liveLine(wide, {}).show(progressAt(1, 40, 3));
  expect(wide.written[0]).toContain('failed 1  dropped 3  in flight');
});

test.each([
  ['piped', false, {}],
  ['with NO_COLOR', true, { NO_COLOR: '1' }],
])('%s nothing is written at all', (_, isTTY, environment) => {
  const silent = screen(isTTY);
  const line = liveLine(silent, environment);
  line.show(progressAt(1, 40));
  line.clear();
  expect(silent.written).toEqual([]);
});
