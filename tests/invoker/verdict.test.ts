import { expect, test } from 'vitest';
import { verdictOn, type Evidence } from '../../invoker/verdict.js';

const LIMITS = { maxInFlight: 100, timeoutMs: 1_000, latenessBudgetMs: 10, responseBodyBytes: 0 };
const good: Evidence = {
  ledger: { planned: 10, ok: 9, failed: 1, dropped: 0, lost: 0, unreached: 0 },
  lateness: { p50: 0.1, p99: 10, max: 500 },
  sendLag: { p50: 0.1, p99: 10, max: 500 },
  sendWait: { p50: 0, p99: 1, max: 2 },
  generator: { cpu_share: 0.3, event_loop_p99_ms: 1, max_rss_bytes: 1 },
  interrupted: false,
  withoutSocket: 0,
  endpoint: 'local_openwhisk',
};
const spread = (p99: number) => ({ p50: 0, p99, max: p99 });

test('failures of the platform make no run invalid, nor does lateness exactly at its budget or a late maximum', () => {
  expect(verdictOn(good, LIMITS)).toEqual({ valid: true, reasons: [] });
  expect(verdictOn({ ...good, lateness: null, sendLag: null, generator: null }, LIMITS).valid).toBe(true);
});

test.each([
  [
    'lateness',
    { lateness: spread(10.01) },
    /^lateness p99 is 10.01 ms, above the budget of 10 ms: the generator was at 30 % CPU, so other work/,
  ],
  [
    'a generator at its limit',
    { lateness: spread(25), generator: { cpu_share: 0.97, event_loop_p99_ms: 9, max_rss_bytes: 1 } },
    /the generator was at 97 % CPU and could not fire faster\. Lower the rate/,
  ],
  [
    'waiting for connections',
    { sendLag: spread(400), sendWait: spread(390) },
    /^send lag p99 is 400 ms, .*waited for a connection/,
  ],
  [
    'lateness that dropped rows hide',
    { sendLag: spread(15), sendWait: spread(1) },
    /^send lag p99 is 15 ms, .*: the generator was at 30 % CPU, so other work .*\. Lower the rate, free the machine, or raise/,
  ],
  [
    'a machine without sockets',
    { withoutSocket: 511 },
    /^511 invocations never left, since this machine had no socket left .* \(ulimit -n\)/,
  ],
  [
    'an interruption at the very end',
    { interrupted: true },
    /^interrupted: the last of the planned invocations were in flight$/,
  ],
  [
    'send lag of processes',
    { sendLag: spread(400), sendWait: spread(390), endpoint: 'wsk' as const },
    /^send lag p99 is 400 ms, .*waited until a wsk process was started .*raise endpoint\.max_processes/,
  ],
  [
    'a drop',
    { ledger: { ...good.ledger, dropped: 1_234 } },
    /^1,234 invocations were dropped, since 100 were in flight/,
  ],
  ['a lost row', { ledger: { ...good.ledger, lost: 1 } }, /^1 invocations were in flight when the run ended/],
  [
    'a run cut short without an interruption',
    { ledger: { ...good.ledger, unreached: 4 } },
    /^the run was cut short: 4 of 10 planned/,
  ],
  ['an interruption', { interrupted: true, ledger: { ...good.ledger, unreached: 4 } }, /^interrupted: 4 of 10 planned/],
])('%s makes a run invalid, with one reason that says what to change', (_, given, reason) => {
  const verdict = verdictOn({ ...good, ...given }, LIMITS);
  expect(verdict.valid).toBe(false);
  expect(verdict.reasons).toHaveLength(1);
  expect(verdict.reasons[0]).toMatch(reason);
});

test('lateness implies send lag, so only lateness is named; all other causes stand side by side', () => {
  const all = {
    lateness: spread(50),
    sendLag: spread(60),
    interrupted: true,
    ledger: { ...good.ledger, dropped: 1, lost: 1 },
  };
  expect(verdictOn({ ...good, ...all }, LIMITS).reasons).toHaveLength(4);
});
