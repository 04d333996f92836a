import fc from 'fast-check';
import { expect, test } from 'vitest';
import { derivedOf } from '../../../monitoring/parsers/perf-derived.js';

test('each figure comes of its own two events', () => {
  const counts = {
    'cpu-cycles': 4_000,
    instructions: 2_000,
    'L1-dcache-loads': 800,
    'L1-dcache-load-misses': 40,
    'L1-icache-load-misses': 30,
    'LLC-loads': 20,
    'LLC-load-misses': 10,
    'cache-references': 50,
    'cache-misses': 8,
    'dTLB-loads': 700,
    'dTLB-load-misses': 7,
    'iTLB-loads': 500,
    'iTLB-load-misses': 6,
    'branch-instructions': 400,
    'branch-misses': 4,
  };
  expect(derivedOf(counts)).toEqual({
    ipc: 0.5,
    l1d_mpki: 20,
    l1i_mpki: 15,
    llc_mpki: 5,
    cache_mpki: 4,
    dtlb_mpki: 3.5,
    itlb_mpki: 3,
    branch_mpki: 2,
    l1d_misses_per_1000_loads: 50,
    llc_misses_per_1000_loads: 500,
    cache_misses_per_1000_references: 160,
    dtlb_misses_per_1000_loads: 10,
    itlb_misses_per_1000_loads: 12,
    branch_misses_per_1000_branches: 10,
  });
});

test('events are compared with those of the same PMU and modifiers only', () => {
  const counts = {
    'cycles:u': 100,
    'instructions:u': 200,
    'instructions:k': 7,
    'cpu_core/cycles/': 10,
    'cpu_core/instructions/': 5,
    'cpu_atom/cycles/': 10,
    'cpu_core/branches/u': 1,
  };
  expect(derivedOf(counts)).toEqual({ 'ipc:u': 2, 'cpu_core/ipc/': 0.5 });
});

test('nothing is derived of what is not there, and null of what was not counted or is 0', () => {
  expect(derivedOf({ 'context-switches': 12, cycles: 100 })).toEqual({});
  expect(derivedOf({ cycles: null, instructions: 5 })).toEqual({ ipc: null });
  expect(derivedOf({ cycles: 0, instructions: 0 })).toEqual({ ipc: null });
  // Both spellings were asked for: the one that was counted.
  expect(derivedOf({ cycles: null, 'cpu-cycles': 10, instructions: 5 })).toEqual({ ipc: 0.5 });
});

test('no counts make a figure that is no number', () => {
  const count = fc.option(fc.oneof(fc.constant(0), fc.maxSafeNat()));
  const names = fc.constantFrom(
    'cycles',
    'instructions',
    'cache-misses',
    'cache-references',
    'branch-misses',
    'branches',
  );
  fc.assert(
    fc.property(fc.dictionary(names, count), (counts) => {
      for (const figure of Object.values(derivedOf(counts)))
        expect(figure === null || (Number.isFinite(figure) && figure >= 0)).toBe(true);
    }),
  );
});
