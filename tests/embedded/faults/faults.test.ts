import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFaults } from '../../../embedded/faults/faults.js';
import { NO_FAULTS, type ActivationFaults, type FaultPlan } from '../../../embedded/faults/plan.js';

const NOTHING: FaultPlan = {
  seed: 42,
  latency: [],
  errors: [],
  throttles: [],
  crashes: [],
  stalls: [],
  records: { lost: [], delayed: [], duplicated: [] },
  clockSkewMs: 0,
};
const all = (probability: number) => ({ function: null, probability });

function drawn(plan: Partial<FaultPlan>, names: string[]) {
  const faults = createFaults({ ...NOTHING, ...plan });
  return names.map((name) => faults.draw(name));
}

const MIXED: Partial<FaultPlan> = {
  latency: [
    { ...all(0.5), phase: 'queue', delay: { distribution: 'exponential', mean: 10 } },
    { function: 'hello', probability: 1, phase: 'queue', delay: { distribution: 'constant', ms: 100 } },
  ],
  errors: [all(0.2)],
  throttles: [all(0.2)],
  crashes: [{ ...all(0.3), after: { distribution: 'uniform', low: 0, high: 50 } }],
  records: {
    lost: [all(0.3)],
    delayed: [{ ...all(0.3), delay: { distribution: 'constant', ms: 7 } }],
    duplicated: [all(0.3)],
  },
};

test('without rules nothing happens to anything', () => {
  expect(drawn({}, ['hello', 'other'])).toEqual([NO_FAULTS, NO_FAULTS]);
});

test('the same seed and order give the same faults: a golden vector', () => {
  const names = ['hello', 'other', 'hello', 'hello', 'other', 'other', 'hello', 'other'];
  const first = drawn(MIXED, names);
  expect(drawn(MIXED, names)).toEqual(first);
  expect(drawn({ ...MIXED, seed: 43 }, names)).not.toEqual(first);
  expect(first.map(line)).toMatchInlineSnapshot(`
    [
      "q100.000 lost",
      "throttled",
      "q100.000",
      "q100.000 +7",
      "throttled",
      "q0.000 crash35.122 +7",
      "q107.511 crash15.555 duplicated",
      "throttled",
    ]
  `);
});

/** `q12.3 fails crash4.5 lost +7`, or `throttled` */
function line(met: ActivationFaults | 'throttled'): string {
  if (met === 'throttled') return met;
  const parts = [
    `q${met.added.queue.toFixed(3)}`,
    met.fails ? 'fails' : '',
    met.crashAfterMs === null ? '' : `crash${met.crashAfterMs.toFixed(3)}`,
    met.record === 'kept' ? '' : met.record,
    met.recordDelayMs === 0 ? '' : `+${met.recordDelayMs}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

test('a fault meets as many as its probability says, and only the function that it names', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 'hello' : 'other'));
  const met = drawn({ errors: [{ function: 'hello', probability: 0.3 }] }, names) as ActivationFaults[];
  const failed = met.map(({ fails }, i) => (fails ? names[i] : null)).filter((name) => name !== null);
  expect(new Set(failed)).toEqual(new Set(['hello']));
  // 5,000 draws at 0.3: 1,500 ± 4 standard deviations of √(5000·0.3·0.7) = 32.4
  expect(Math.abs(failed.length - 1_500)).toBeLessThan(130);
});

test('latencies of one phase add up, and of several crashes the earliest counts', () => {
  const [met] = drawn(
    {
      latency: [
        { ...all(1), phase: 'run', delay: { distribution: 'constant', ms: 3 } },
        { ...all(1), phase: 'run', delay: { distribution: 'constant', ms: 4 } },
        { ...all(1), phase: 'spawn', delay: { distribution: 'constant', ms: 5 } },
      ],
      crashes: [
        { ...all(1), after: { distribution: 'constant', ms: 20 } },
        { ...all(1), after: { distribution: 'constant', ms: 10 } },
      ],
    },
    ['hello'],
  ) as ActivationFaults[];
  expect(met!.added).toEqual({ front: 0, queue: 0, spawn: 5, init: 0, run: 7, respond: 0 });
  expect(met!.crashAfterMs).toBe(10);
});

test('a further rule moves no draw of the others', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('hello', 'other'), { maxLength: 40 }),
      fc.integer({ min: 0 }),
      (names, seed) => {
        const plain = drawn({ seed, errors: [all(0.4)] }, names) as ActivationFaults[];
        const more = drawn(
          {
            seed,
            errors: [all(0.4), { function: 'other', probability: 0 }],
            records: MIXED.records!,
            crashes: MIXED.crashes!,
          },
          names,
        ) as ActivationFaults[];
        expect(more.map(({ fails }) => fails)).toEqual(plain.map(({ fails }) => fails));
      },
    ),
  );
});

test('the front is stalled from the first invocation on, to the end of each stall', () => {
  const faults = createFaults({
    ...NOTHING,
    stalls: [
      { atMs: 0, forMs: 10 },
      { atMs: 100, forMs: 50 },
      { atMs: 120, forMs: 60 },
    ],
  });
  const start = 5_000;
  expect(faults.stalledForMs(start)).toBe(10);
  expect(faults.stalledForMs(start + 9)).toBe(1);
  expect(faults.stalledForMs(start + 10)).toBe(0);
  expect(faults.stalledForMs(start + 99)).toBe(0);
  expect(faults.stalledForMs(start + 100)).toBe(50);
  // Where two overlap, to the end of the later.
  expect(faults.stalledForMs(start + 130)).toBe(50);
  expect(faults.stalledForMs(start + 180)).toBe(0);
});
