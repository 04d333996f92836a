import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createThrottle } from '../../../embedded/execution/limits.js';

const REAL = readFileSync('tests/fixtures/openwhisk/responses/40-429-rate.txt', 'utf8');
const MINUTE = 60_000;

test('the 61st call of a calendar minute is refused, in the real words, and refused calls count on', () => {
  const throttle = createThrottle({ invocationsPerMinute: 60, concurrentInvocations: null });
  const start = 1_000 * MINUTE + 59_000;
  for (let i = 0; i < 60; i += 1) expect(throttle.admit(start)).toBe(null);
  const refusals = [throttle.admit(start), throttle.admit(start + 999)];
  expect(refusals).toEqual(
    [61, 62].map((count) => `Too many requests in the last minute (count: ${count}, allowed: 60).`),
  );
  for (const refusal of refusals) expect(REAL).toContain(refusal);
});

test('the window is the calendar minute, not the last sixty seconds', () => {
  const throttle = createThrottle({ invocationsPerMinute: 1, concurrentInvocations: null });
  expect(throttle.admit(5 * MINUTE - 1)).toBe(null);
  expect(throttle.admit(5 * MINUTE)).toBe(null);
  expect(throttle.admit(5 * MINUTE + 1)).not.toBe(null);
});

test('at most so many executions are in flight; the end of one lets the next in', () => {
  const throttle = createThrottle({ invocationsPerMinute: null, concurrentInvocations: 30 });
  for (let i = 0; i < 30; i += 1) expect(throttle.admit(0)).toBe(null);
  const refusal = throttle.admit(0);
  expect(refusal).toBe('Too many concurrent requests in flight (count: 30, allowed: 30).');
  expect(REAL).toContain(refusal);
  throttle.ended();
  expect(throttle.admit(0)).toBe(null);
});

test('the components of a sequence are in flight, but no calls of the minute', () => {
  const throttle = createThrottle({ invocationsPerMinute: 2, concurrentInvocations: 2 });
  for (let i = 0; i < 3; i += 1) throttle.began();
  expect(throttle.admit(0)).toBe('Too many concurrent requests in flight (count: 3, allowed: 2).');
  for (let i = 0; i < 3; i += 1) throttle.ended();
  // the second of the minute: the refused one counted, the three did not
  expect(throttle.admit(0)).toBe(null);
  expect(throttle.admit(0)).toBe('Too many requests in the last minute (count: 3, allowed: 2).');
});

test('without limits everything is admitted', () => {
  const throttle = createThrottle({ invocationsPerMinute: null, concurrentInvocations: null });
  for (let i = 0; i < 10_000; i += 1) expect(throttle.admit(0)).toBe(null);
});
