import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { emptyFolder, platformForTest, programEnded } from '../support/programs.js';

interface Truth {
  activation_id: string;
  outcome: string;
  cold: boolean;
  faults: { record?: string; crash_after_ms?: number; stalled_ms?: number; fails?: boolean } | null;
}

test('of a platform that fails on purpose the analysis says what the ground truth says, and no more', async () => {
  const cwd = emptyFolder();
  const faults = {
    seed: 5,
    stalls: [{ at_s: 1, for_s: 0.5 }],
    errors: [{ probability: 0.03 }],
    throttles: [{ probability: 0.03 }],
    crashes: [{ probability: 0.03 }],
    records: { lost: [{ probability: 0.05 }], duplicated: [{ probability: 0.05 }] },
    clock_skew_ms: 2_000,
  };
  writeFileSync(join(cwd, 'faults.json'), JSON.stringify(faults));
  const state = join(cwd, 'state');
  const env = await platformForTest(cwd, ['--faults', join(cwd, 'faults.json'), '--state', state]);
  const deployed = await programEnded('faaslab', ['deploy', 'hello', '--to', 'openwhisk'], { cwd, env });
  expect(deployed.status, deployed.stderr).toBe(0);
  const config = {
    test_name: 'faulty',
    test_duration_in_seconds: 3,
    random_seed: 3,
    blocking_cli: true,
    endpoint: 'local_openwhisk',
    instances: { i1: { application: 'hello', distribution: 'Poisson', rate: 60 } },
    limits: { lateness_budget_ms: 60_000 },
  };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd, env });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['--source', 'couchdb', '--wait', '1'], { cwd, env });
  expect(analyzed.status, analyzed.stderr).toBe(0);

  const truth = readFileSync(join(state, 'truth.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Truth);
  const analysis = JSON.parse(readFileSync(join(cwd, 'runs', 'latest', 'analysis.json'), 'utf8')) as Analysis;
  const count = (holds: (line: Truth) => boolean) => truth.filter(holds).length;
  const lost = count(({ faults: met }) => met?.record === 'lost');
  const duplicated = count(({ faults: met }) => met?.record === 'duplicated');
  const failing = count(({ faults: met }) => met?.fails === true);
  // What the platform refused has no activation: the rest of the plan.
  const throttled = analysis.ledger.planned - truth.length;
  // An instance that is killed as soon as it has its work never answers.
  const crashed = count(({ outcome }) => outcome === 'exited');
  expect(crashed).toBe(count(({ faults: met }) => met?.crash_after_ms === 0 && met.fails !== true));
  // 180 rows at 3 or 5 %: that all of one kind are absent has a chance below 0.5 %, and the seed decides once and for all.
  for (const number of [lost, duplicated, failing, throttled, crashed]) expect(number).toBeGreaterThan(0);

  expect(analysis.ledger).toMatchObject({
    ok: truth.length - failing - crashed,
    failed: failing + crashed + throttled,
    dropped: 0,
    lost: 0,
  });
  const kinds = Object.fromEntries(analysis.errors.map((kind) => [kind.error, kind.count]));
  expect(kinds).toEqual({ server_error: failing, throttled, function_error: crashed });
  expect(analysis.records).toMatchObject({ expected: truth.length, read: truth.length - lost, missing: lost });
  expect(analyzed.stderr).toContain(`${duplicated} records were left out whose activation had one already`);
  expect(analyzed.stderr).toContain("the platform's clock is 2.0 s ahead of this one");
  expect(analysis.cold_starts.count).toBe(
    count(({ cold, faults: met, outcome }) => cold && met?.record !== 'lost' && outcome !== 'platform_failed'),
  );
  // The client kept to its plan: whoever came while the front was stalled waited for the rest of the stall.
  const rows = readFileSync(join(cwd, 'runs', 'latest', 'invocations.csv'), 'utf8')
    .trim()
    .split('\n');
  const [header, ...lines] = rows.map((row) => row.split(','));
  const column = (name: string) => lines.map((cells) => cells[header!.indexOf(name)]!);
  const [planned, ended] = [column('planned_ms'), column('end_ms')];
  const responseMs = new Map(column('activation_id').map((id, i) => [id, Number(ended[i]) - Number(planned[i])]));
  const stalled = truth.filter(({ faults: met }) => (met?.stalled_ms ?? 0) > 0);
  expect(stalled.length).toBeGreaterThan(0);
  for (const { activation_id, faults: met } of stalled) {
    expect(responseMs.get(activation_id)).toBeGreaterThanOrEqual(met!.stalled_ms! - 1);
  }
});
