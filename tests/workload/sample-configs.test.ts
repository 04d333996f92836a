import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../common/package-root.js';
import { loadWorkload } from '../../workload/load.js';
import { planOf, summarizePlan } from '../../workload/plan.js';

const folder = join(packageRoot, 'configs');
const samples = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'schema.json');

describe('sample configs', () => {
  test('are the ten that the documentation names', () => {
    expect(samples.sort()).toEqual([
      'bursts.json',
      'demo-candidate.json',
      'demo.json',
      'faasprofiler-example.json',
      'failures.json',
      'generic-http.json',
      'lambda.json',
      'microbenchmarks.json',
      'trace-replay.json',
      'wsk.json',
    ]);
  });

  test.each(samples)('%s loads from anywhere, with nothing to warn of, and plans something', async (name) => {
    const workload = await loadWorkload(join(folder, name), { cwd: '/' });
    expect(workload.warnings).toEqual([]);
    expect(summarizePlan(planOf(workload), workload).planned).toBeGreaterThan(50);
  });

  test('the demo is the shape of the seed: Uniform, Poisson, a list and a window, over four functions', async () => {
    const { instances, durationS, seed } = await loadWorkload(join(folder, 'demo.json'));
    expect(new Set(instances.map(({ arrivals }) => arrivals.process))).toEqual(new Set(['Uniform', 'Poisson', 'list']));
    expect(instances.some(({ windowS }) => windowS !== null)).toBe(true);
    expect(new Set(instances.map(({ application }) => application))).toEqual(
      new Set(['hello', 'sleep', 'cpu', 'faas_measure']),
    );
    expect(durationS).toBeLessThanOrEqual(10);
    expect(seed).toBe(20_261_121);
  });

  test('the candidate differs from the demo in its name and in how long it sleeps, and plans the same', async () => {
    const [base, candidate] = await Promise.all(
      ['demo.json', 'demo-candidate.json'].map((name) => loadWorkload(join(folder, name))),
    );
    const hash = (workload: typeof base): string => summarizePlan(planOf(workload!), workload!).sha256;
    expect(hash(candidate)).toBe(hash(base));
    const params = (workload: typeof base) =>
      workload!.instances.map(({ payload }) =>
        payload.kind === 'params' ? (JSON.parse(payload.json) as object) : null,
      );
    const [before, after] = [params(base), params(candidate)];
    const naps = base!.instances.findIndex(({ application }) => application === 'sleep');
    expect([before[naps], after[naps]]).toEqual([{ ms: 50 }, { ms: 60 }]);
    expect(after.toSpliced(naps, 1)).toEqual(before.toSpliced(naps, 1));
  });

  test('the example is in FaaSProfiler’s own words: no key of ours', () => {
    const example = JSON.parse(readFileSync(join(folder, 'faasprofiler-example.json'), 'utf8')) as object;
    expect(Object.keys(example)).toEqual([
      'test_name',
      'test_duration_inseconds',
      'random_seed',
      'blocking_cli',
      'instances',
      'perf_monitoring',
    ]);
  });
});
