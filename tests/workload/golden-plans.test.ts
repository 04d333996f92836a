import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import type { ArrivalSpec, PlanSource, TraceReplay } from '../../workload/model.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { linesOf, replayOf, sourceOf } from './samples.js';

const STEPS: [number, number][] = [
  [0, 1],
  [30, 6],
  [60, 0],
  [80, 4],
];

/**
 * Invariant 1: same config and seed → same plan, on any machine and version. These plans were recorded; if one of them
 * changes, runs of earlier versions cannot be repeated any more, which is never right in passing.
 * A new process is added with `UPDATE_GOLDEN=1 npx vitest run tests/workload/golden-plans.test.ts`.
 */
const PLANS: Record<string, PlanSource> = {
  Uniform: sourceOf(100, { instance1: { process: 'Uniform', ratePerS: 3 } }),
  Poisson: sourceOf(100, { instance1: { process: 'Poisson', ratePerS: 3 } }),
  'Gamma, bursty': sourceOf(100, { instance1: { process: 'Gamma', ratePerS: 3, cv: 2.5 } }),
  'Gamma, regular': sourceOf(100, { instance1: { process: 'Gamma', ratePerS: 3, cv: 0.4 } }),
  'Poisson of another seed': sourceOf(100, { instance1: { process: 'Poisson', ratePerS: 3 } }, 4_294_967_295),
  'Poisson of another name': sourceOf(100, { 名前: { process: 'Poisson', ratePerS: 3 } }),
  'Poisson in a window': sourceOf(100, {
    instance1: { arrivals: { process: 'Poisson', ratePerS: 3 }, windowS: [20, 60] },
  }),
  'a trace of counts': sourceOf(600, { instance1: traced({}) }),
  'a trace of counts, evenly, thinned, in half the time': sourceOf(600, {
    instance1: traced({ spread: 'even', rateScale: 0.7, timeScale: 0.5 }),
  }),
  'a trace of counts at 2.5 times its rate': sourceOf(600, { instance1: traced({ rateScale: 2.5 }) }),
  'a trace of events, thinned': sourceOf(600, {
    instance1: traced({
      arrivals: { kind: 'events', startsS: Float64Array.from({ length: 200 }, (_, i) => i * 1.37), durationsMs: null },
      rateScale: 0.6,
      timeScale: 0.75,
    }),
  }),
  'Poisson on a sinusoid': sourceOf(100, {
    instance1: { process: 'Poisson', ratePerS: { kind: 'sinusoid', meanPerS: 3, amplitudePerS: 3, periodS: 40 } },
  }),
  'Uniform on steps': sourceOf(100, { instance1: { process: 'Uniform', ratePerS: { kind: 'steps', points: STEPS } } }),
  'Constant on a ramp': sourceOf(100, {
    instance1: { process: 'Constant', ratePerS: { kind: 'ramp', points: STEPS } },
  }),
  'Gamma on a ramp': sourceOf(100, {
    instance1: { process: 'Gamma', cv: 2, ratePerS: { kind: 'ramp', points: STEPS } },
  }),
  MMPP: sourceOf(100, {
    instance1: {
      process: 'MMPP',
      states: [
        { ratePerS: 8, meanDurationS: 5 },
        { ratePerS: 0, meanDurationS: 10 },
        { ratePerS: 2, meanDurationS: 20 },
      ],
    },
  }),
  'the workload of the seed': sourceOf(15, {
    instance1: { process: 'Uniform', ratePerS: 4 },
    instance2: { process: 'Poisson', ratePerS: 4 },
    instance3: { process: 'list', interarrivalsS: [5.2, 1.1, 0.25, 3] },
    instance4: { arrivals: { process: 'Poisson', ratePerS: 4 }, windowS: [5, 10] },
  }),
};

function traced(given: Partial<TraceReplay>): ArrivalSpec {
  const arrivals = { kind: 'counts' as const, perMinute: Uint32Array.of(7, 0, 30, 1, 12, 40) };
  return { process: 'Trace', replay: replayOf({ arrivals, ...given }) };
}

interface Recorded {
  planned: number;
  sha256: string;
  first: string[];
}

const FILE = join(packageRoot, 'tests', 'golden', 'plans.json');
if (process.env['UPDATE_GOLDEN'] === '1') {
  const recorded = Object.fromEntries(Object.entries(PLANS).map(([name, source]) => [name, recordOf(source)]));
  writeFileSync(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
}
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Recorded>;

function recordOf(source: PlanSource): Recorded {
  const { planned, sha256 } = summarizePlan(planOf(source), source);
  return { planned, sha256, first: linesOf(planOf(source).rows(), source).slice(0, 12) };
}

describe('recorded plans', () => {
  test('exist for every case, are no two alike, and none is empty', () => {
    expect(Object.keys(golden)).toEqual(Object.keys(PLANS));
    expect(new Set(Object.values(golden).map(({ sha256 }) => sha256)).size).toBe(Object.keys(PLANS).length);
    for (const { planned, first, sha256 } of Object.values(golden)) {
      expect(planned).toBeGreaterThan(40);
      expect(first).toHaveLength(12);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test.each(Object.keys(PLANS))('%s: the plan is the recorded one', (name) => {
    expect(recordOf(PLANS[name]!)).toEqual(golden[name]);
  });
});

test('a plan whose arrivals are known by hand has the SHA-256 that sha256sum prints', () => {
  // printf '0,list,0\n1,tick,0\n2,tick,500000\n3,list,750000\n' | sha256sum
  const source = sourceOf(1, {
    tick: { process: 'Constant', ratePerS: 2 },
    list: { process: 'list', interarrivalsS: [0, 0.75] },
  });
  expect(summarizePlan(planOf(source), source).sha256).toBe(
    '4bffbf2292af58cd5fdf49361bb8a619602a2d49c610519123715e3834d242a1',
  );
});
