import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { emptyFolder, platformForTest, runProgram, startProgram } from '../support/programs.js';

/** Resolves when the journal of the running test holds at least `lines` lines; the run itself paces this, not a clock. */
async function journalHas(folder: string, lines: number): Promise<void> {
  for (;;) {
    try {
      const journal = readFileSync(join(folder, 'runs', 'latest', 'invocations.csv'), 'utf8');
      if (journal.split('\n').length > lines) return;
    } catch {
      // the run has not begun
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a run killed in the middle is still read, reported as interrupted, and its ledger equals the plan', async () => {
  const folder = emptyFolder();
  const env = await platformForTest(folder);
  expect(runProgram('faaslab', ['deploy', 'sleep', '--to', 'openwhisk'], { cwd: folder, env }).status).toBe(0);
  writeFileSync(join(folder, 'params.json'), '{"ms": 300}');
  const config = {
    test_name: 'killed',
    test_duration_in_seconds: 60,
    random_seed: 3,
    blocking_cli: true,
    instances: { s: { application: 'sleep', distribution: 'Uniform', rate: 10, param_file: 'params.json' } },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));

  const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json'], { cwd: folder, env });
  const gone = once(invoker, 'exit');
  await journalHas(folder, 11);
  invoker.kill('SIGKILL');
  await gone;

  const analyzed = runProgram('WorkloadAnalyzer', ['--json', '--report', '--wait', '2'], { cwd: folder, env });
  expect(analyzed.status).toBe(3);
  const { ledger, verdict, manifest } = JSON.parse(analyzed.stdout) as Analysis;
  expect(manifest.status).toBe('interrupted');
  expect(verdict.valid).toBe(false);
  expect(verdict.reasons.join(' ')).toMatch(/interrupted/);
  // Uniform at 10/s for 60 s: 600 rows, whatever the phase.
  expect(ledger.planned).toBe(600);
  expect(ledger.ok + ledger.failed + ledger.dropped + ledger.lost + ledger.unreached).toBe(600);
  expect(ledger.ok).toBeGreaterThanOrEqual(10);
  expect(ledger.unreached).toBeGreaterThan(400);
  expect(readFileSync(join(folder, 'runs', 'latest', 'report.html'), 'utf8')).toMatch(/interrupted/);
});

test('a run killed with its embedded platform says that its activations are gone, and is analysed by what was recorded', async () => {
  const folder = emptyFolder();
  const temporary = emptyFolder();
  const config = {
    test_name: 'killed',
    test_duration_in_seconds: 60,
    random_seed: 3,
    blocking_cli: true,
    instances: { h: { application: 'hello', distribution: 'Uniform', rate: 10 } },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const env = { TMPDIR: temporary };
  const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json', '--embedded'], { cwd: folder, env });
  const gone = once(invoker, 'exit');
  await journalHas(folder, 11);
  // The platform's state: functions, keys and activations.
  const states = () => readdirSync(temporary).filter((name) => existsSync(join(temporary, name, 'state')));
  expect(states()).toHaveLength(1);
  invoker.kill('SIGKILL');
  await gone;
  await expect.poll(states, { timeout: 20_000 }).toEqual([]);

  const asked = runProgram('WorkloadAnalyzer', [], { cwd: folder, env });
  expect(asked.status).toBe(1);
  expect(asked.stderr).toMatch(
    /WorkloadAnalyzer: the platform of this run was started for it by --embedded and ended with it.*--source records/,
  );
  const analyzed = runProgram('WorkloadAnalyzer', ['--json', '--source', 'records'], { cwd: folder, env });
  expect(analyzed.status).toBe(3);
  const { ledger, records } = JSON.parse(analyzed.stdout) as Analysis;
  expect(ledger.ok).toBeGreaterThanOrEqual(10);
  expect(records.missing).toBe(records.expected);
});

test('Ctrl-C ends a run cleanly: what was done is recorded, the rest is counted as unreached', async () => {
  const folder = emptyFolder();
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      test_name: 'stopped',
      test_duration_in_seconds: 60,
      random_seed: 3,
      blocking_cli: true,
      endpoint: 'embedded',
      instances: { h: { application: 'hello', distribution: 'Uniform', rate: 10 } },
    }),
  );
  const invoker = startProgram('WorkloadInvoker', ['-c', 'config.json', '--embedded'], { cwd: folder });
  const gone = once(invoker, 'exit');
  await journalHas(folder, 11);
  invoker.kill('SIGINT');
  expect(await gone).toEqual([130, null]);
  const manifest = JSON.parse(
    readFileSync(join(folder, 'runs', 'latest', 'manifest.json'), 'utf8'),
  ) as Analysis['manifest'];
  expect(manifest.status).toBe('interrupted');
  expect(manifest.ledger.lost).toBe(0);
  expect(manifest.ledger.ok + manifest.ledger.unreached).toBe(600);
});
