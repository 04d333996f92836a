import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHolds } from '../../../embedded/faults/holds.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is held goes on after its time, what is not held at once', () => {
  const { hold } = createHolds();
  const went: string[] = [];
  hold(20, () => went.push('late'));
  hold(10, () => went.push('soon'));
  hold(0, () => went.push('now'));
  expect(went).toEqual(['now']);
  vi.advanceTimersByTime(10);
  expect(went).toEqual(['now', 'soon']);
  vi.advanceTimersByTime(10);
  expect(went).toEqual(['now', 'soon', 'late']);
});

test('what is released goes on once, with what it holds itself', () => {
  const { hold, release } = createHolds();
  const went: string[] = [];
  hold(1_000, () => {
    went.push('outer');
    hold(1_000, () => went.push('inner'));
  });
  release();
  expect(went).toEqual(['outer', 'inner']);
  vi.runAllTimers();
  expect(went).toEqual(['outer', 'inner']);
});
