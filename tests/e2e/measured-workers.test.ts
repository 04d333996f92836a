import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { callFunction } from '../functions/call-function.js';
import { httpServer } from '../support/http-servers.js';
import { emptyFolder, programEnded } from '../support/programs.js';

test('behind a plain endpoint the workers that faas_measure tells are counted, though its answers are cut', async () => {
  // Three workers, each a folder of its own, answer four times: what the function itself says, readings of the clock first.
  const payload = { cmds: { cpuu: { n: 2_000 }, stat: { argv: 1 } } };
  const workers = await Promise.all(
    [1, 2, 3].map(() =>
      callFunction('faas_measure/faas_measure.js', 'node', 'main', [payload, payload, payload, payload], {
        ...process.env,
        TMPDIR: emptyFolder(),
      }),
    ),
  );
  const answers = workers.flat().map(({ answer }) => JSON.stringify(answer));
  const url = await httpServer((_, response) => void response.end(answers.shift()));

  const cwd = emptyFolder();
  const config = {
    test_name: 'measured',
    test_duration_in_seconds: 1.2,
    endpoint: 'generic',
    instances: { probes: { application: 'probe', url, distribution: 'Constant', rate: 10 } },
    limits: { response_body_bytes: 64, lateness_budget_ms: 60_000 },
  };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(config));
  const run = await programEnded('WorkloadInvoker', ['-c', 'config.json'], { cwd });
  expect(run.status, run.stderr).toBe(0);
  const analyzed = await programEnded('WorkloadAnalyzer', ['-v'], { cwd });
  expect(analyzed.status, analyzed.stderr).toBe(0);
  expect(analyzed.stdout).toMatch(/^cold starts: 3 of 12, 25\.0 %/m);

  const path = join(cwd, 'runs', 'latest', 'analysis.json');
  const { cold_starts, series, functions } = JSON.parse(readFileSync(path, 'utf8')) as Analysis;
  expect(cold_starts.measured).toEqual({ answers: 12, workers_filled: 12, cold_filled: 12, disagreeing: 0 });
  expect(cold_starts).toMatchObject({ count: 3, known: 12, untimed: 0, timed_by_client: 12 });
  expect(functions[0]!.cold_share).toMatchObject({ value: 0.25, n: 12 });
  expect(series).toMatchObject({ executions: 12, workers_told: 12, clock_offset_ms: null });
  // They answered one after the other, so hardly more than one is between its first and its last answer.
  expect(Math.max(...series.live_workers!)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...series.live_workers!)).toBeLessThanOrEqual(3);
});
