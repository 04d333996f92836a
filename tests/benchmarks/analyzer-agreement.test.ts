import { expect, test } from 'vitest';
import { disagreements, disagreementsWithFrame } from '../../benchmarks/analyzer/agreement.mjs';

const moments = (mean: number) => ({ n: 10, mean, std: 2, p50: 4, p99: 9 });
const metrics = (mean: number) => ({ init_ms: moments(mean), execution_ms: moments(mean), latency_ms: moments(mean) });
const lines = (mean: number) => ({ all: metrics(mean), warm: metrics(mean), cold: metrics(mean) });
const period = { seconds: 10, rate_per_s: 1 };

test('an analysis agrees with itself; a figure that is off by 2 in 1e9, or missing, is named', () => {
  const analysis = () => ({
    records: { read: 10 },
    period,
    summary: lines(5),
    overall: { parts: { wait_ms: 3 as number | null } },
    functions: [{ name: 'hello', duration_ms: moments(5) }],
    instances: [],
    stat: [],
  });
  expect(disagreements(analysis(), analysis())).toEqual([]);
  const off = analysis();
  off.functions[0]!.duration_ms.mean *= 1 + 2e-9;
  off.overall.parts.wait_ms = null;
  expect(disagreements(analysis(), off)).toEqual([
    expect.stringMatching(/^\.functions\.0\.duration_ms\.mean: 5 against 5\.0+1\d*$/),
    '.overall.parts.wait_ms: 3 against null',
  ]);
});

test('of a frame, latencies and warm activations are those of records with a wait, cold ones those of all', () => {
  const frame = { all: { period, summary: lines(7) }, timed: { period, summary: lines(5) } };
  const ours = lines(5);
  ours.cold.init_ms = moments(7);
  ours.cold.execution_ms = moments(7);
  // Of all activations, init and execution of those without a wait are read in two ways: they are not compared.
  ours.all.init_ms = moments(1);
  expect(disagreementsWithFrame({ period, summary: ours }, frame)).toEqual([]);
  expect(disagreementsWithFrame({ period, summary: lines(5) }, frame)).toHaveLength(2);
});
