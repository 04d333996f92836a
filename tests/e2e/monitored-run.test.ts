import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { openTables, quoteText } from '../../records/tables.js';
import { emptyFolder, programEnded } from '../support/programs.js';

/** As a user of FaaSProfiler has it: its output lies in the working directory, and nothing tells when its tool began. */
const FOREIGN_SCRIPT = `rm -f *.out
sleep 0.3
printf '     0.200000000                 60      context-switches\\n     0.400000000                 30      context-switches\\n' >perf-mon.out
`;

test('what the sampler and a foreign script measure lies on the axis of the run, in the report and in the archive', async () => {
  const cwd = emptyFolder();
  const durationS = 2;
  const config = {
    test_name: 'monitored',
    test_duration_in_seconds: durationS,
    blocking_cli: true,
    endpoint: 'embedded',
    instances: {
      // 10 invocations, each of 100 ms of CPU time
      burners: { application: 'cpu', distribution: 'Constant', rate: 5, param_file: 'burn.json' },
    },
    perf_monitoring: { sampler: { interval_ms: 100 }, runtime_script: 'mine.sh', post_script: 'post.sh' },
    limits: { lateness_budget_ms: 60_000 },
  };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  writeFileSync(join(cwd, 'burn.json'), JSON.stringify({ ms: 100 }));
  writeFileSync(join(cwd, 'mine.sh'), FOREIGN_SCRIPT);
  writeFileSync(join(cwd, 'post.sh'), 'exit 9\n');
  // Of an earlier test: it must not be read as this one's.
  writeFileSync(join(cwd, 'perf-mon.out'), '     9.000000000                 99      stale-event\n');

  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json', '--embedded'], { cwd });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['-v', '-a', '--report'], { cwd });
  expect(analyzed.status, analyzed.stderr).toBe(0);

  const directory = join(cwd, 'runs', 'latest');
  const { monitoring, warnings } = JSON.parse(readFileSync(join(directory, 'analysis.json'), 'utf8')) as Analysis;
  const tableOf = (name: string) => monitoring.tables.find(({ table }) => table === name)!;
  expect(monitoring.tables.map(({ host }) => host)).toEqual(monitoring.tables.map(() => hostname()));
  expect(tableOf('sampler')).toMatchObject({ approximate: false, unknown_lines: 0 });
  // It began before plan zero and ended after the last row, which is planned at 1.8 s.
  expect(tableOf('sampler').from_ms).toBeLessThan(0);
  expect(tableOf('sampler').to_ms).toBeGreaterThan(1_700);
  expect(tableOf('perf')).toMatchObject({
    approximate: true,
    rows: 2,
    columns: expect.arrayContaining(['context-switches']),
  });
  expect(warnings).toContainEqual(expect.stringMatching(/^post_script .*post\.sh on .*: it ended with exit code 9/));
  expect(analyzed.stdout).toMatch(/^monitors$/m);

  const [archive] = readdirSync(join(cwd, 'data_archive'));
  const perf = join(cwd, 'data_archive', archive!, 'perf');
  expect(readdirSync(perf)).toEqual(
    expect.arrayContaining(['perf.parquet', 'sampler.parquet', 'sampler_workers.parquet']),
  );
  expect(existsSync(join(perf, 'pqos.parquet'))).toBe(false);
  const tables = await openTables();
  try {
    const [burnt] = await tables.query<{ cpu_s: number; hosts: number; functions: string }>(
      // A function that was not there at the sample before counts from its start: the interval is the host's.
      `SELECT sum(cpu_pct / 100 * seconds) AS cpu_s, count(DISTINCT host) AS hosts, string_agg(DISTINCT function) AS functions
       FROM read_parquet(${quoteText(join(perf, 'sampler_workers.parquet'))})
       JOIN (SELECT time_ms, (time_ms - lag(time_ms) OVER (ORDER BY time_ms)) / 1000 AS seconds
             FROM read_parquet(${quoteText(join(perf, 'sampler.parquet'))})) USING (time_ms)`,
    );
    expect(burnt).toMatchObject({ hosts: 1, functions: 'cpu' });
    // 10 × 100 ms, in ticks of 10 ms that may be cut at either end; and what starting the processes took.
    expect(burnt!.cpu_s).toBeGreaterThan(0.9);
    expect(burnt!.cpu_s).toBeLessThan(3);
  } finally {
    tables.close();
  }
});
