import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordsError } from '../../common/errors.js';
import { openHeartbeat, readHeartbeat } from '../../records/heartbeat.js';
import { INVOCATION_HEADER, invocationLine, type InvocationRow } from '../../records/invocations.js';
import { scanJournal } from '../../records/journal-scan.js';
import { readManifest, writeManifest, type Manifest } from '../../records/manifest.js';
import { processStart } from '../../common/process-start.js';
import { recoverRun } from '../../records/recover.js';
import { openTables } from '../../records/tables.js';
import { loadWorkload } from '../../workload/load.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { emptyFolder } from '../support/programs.js';
import { workloadOf } from '../support/workloads.js';

/** The pid of a process that has ended. */
const goneProcess = spawnSync('true').pid;

const workload = workloadOf(
  [
    { name: 'a', application: 'f', arrivals: { process: 'Poisson', ratePerS: 60 } },
    { name: 'b,"\n2', application: 'g', arrivals: { process: 'Constant', ratePerS: 40 } },
  ],
  { durationS: 2 },
);
const summary = summarizePlan(planOf(workload), workload);
const plan = [...planOf(workload).rows()];

function recordOf(seq: number): InvocationRow {
  const { instance, plannedUs } = plan[seq]!;
  const at = plannedUs / 1_000;
  return {
    seq,
    instance: workload.instances[instance]!.name,
    function: workload.instances[instance]!.application,
    planned_ms: at,
    fired_ms: at + 0.1,
    sent_ms: at + 0.2,
    first_byte_ms: at + 5,
    end_ms: at + 5.5,
    outcome: 'ok',
    error: null,
    status: 200,
    activation_id: 'a'.repeat(32),
    request_bytes: 2,
    response_bytes: 3,
  };
}

/** What a killed invoker leaves. */
async function killedRun(given: { records: number[]; cut?: string; beat?: number; manifest?: Partial<Manifest> }) {
  const directory = emptyFolder();
  const manifest: Manifest = {
    format: 'faaslab-run/1',
    run_id: '20261121T081500Z_test',
    test_name: 'test',
    status: 'running',
    pid: goneProcess,
    faaslab_version: '0.1.0',
    node_version: process.version,
    host: { hostname: hostname(), os: 'Linux', cpus: 2, memory_bytes: 1 },
    config: workload.source.resolved,
    config_path: 'c.json',
    config_sha256: '0',
    files: {},
    seed: 1,
    plan_sha256: summary.sha256,
    instances: workload.instances.map(({ name, application }) => ({ name, function: application })),
    endpoint: { kind: 'generic', url: 'http://127.0.0.1' },
    start_epoch_ms: 1_795_250_000_000,
    end_epoch_ms: null,
    ledger: { planned: summary.planned, ok: 0, failed: 0, dropped: 0, lost: 0, unreached: summary.planned },
    lateness_ms: null,
    send_lag_ms: null,
    generator: null,
    activations: null,
    monitors: [],
    warnings: [],
    verdict: null,
    ...given.manifest,
  };
  await writeManifest(directory, manifest);
  const lines = given.records.map((seq) => invocationLine(recordOf(seq)));
  writeFileSync(join(directory, 'invocations.csv'), INVOCATION_HEADER + lines.join('') + (given.cut ?? ''));
  if (given.beat !== undefined) {
    const heartbeat = await openHeartbeat(directory);
    await heartbeat.beat({ next_seq: given.beat, time_ms: -1_000 });
    await heartbeat.close();
  }
  return directory;
}

async function outcomesOf(directory: string): Promise<{ seq: number; outcome: string; instance: string }[]> {
  const tables = await openTables();
  try {
    await tables.view('invocations', join(directory, 'invocations.parquet'));
    return await tables.query('SELECT seq, outcome, instance FROM invocations');
  } finally {
    tables.close();
  }
}

test('rows that were reached without a record are lost, the rest is unreached, and the ledger is the plan', async () => {
  const directory = await killedRun({ records: [2, 0, 5, 1], beat: 9 });
  const manifest = await recoverRun(directory);
  // 0 to 8 were reached by the heartbeat's word; 0, 1, 2, 5 have records.
  expect(manifest.ledger).toEqual({
    planned: summary.planned,
    ok: 4,
    failed: 0,
    dropped: 0,
    lost: 5,
    unreached: summary.planned - 9,
  });
  expect(manifest.status).toBe('interrupted');
  expect(manifest.verdict!.valid).toBe(false);
  expect(manifest.verdict!.reasons[0]).toMatch(/^the invoker was killed: /);
  const rows = await outcomesOf(directory);
  expect(rows.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(rows.filter(({ outcome }) => outcome === 'lost').map(({ seq }) => seq)).toEqual([3, 4, 6, 7, 8]);
  expect(rows.map(({ instance }) => instance)).toEqual(
    plan.slice(0, 9).map(({ instance }) => workload.instances[instance]!.name),
  );
  expect(await readManifest(directory)).toEqual(manifest);
  expect(existsSync(join(directory, 'heartbeat'))).toBe(false);
});

test('without a heartbeat the journal alone tells how far it came', async () => {
  const { ledger } = await recoverRun(await killedRun({ records: [0, 3] }));
  expect(ledger).toMatchObject({ ok: 2, lost: 2, unreached: summary.planned - 4 });
});

test('rows whose time came until the next beat may have been fired: they are lost, not unreached', async () => {
  const directory = await killedRun({ records: [] });
  const heartbeat = await openHeartbeat(directory);
  await heartbeat.beat({ next_seq: 0, time_ms: 500 });
  await heartbeat.close();
  const { ledger } = await recoverRun(directory);
  // A beat comes every 250 ms.
  expect(ledger.lost).toBe(plan.filter(({ plannedUs }) => plannedUs <= 750_000).length);
});

test('a last line that was cut off is left out and counted', async () => {
  const cut = invocationLine(recordOf(4)).slice(0, -3);
  const directory = await killedRun({ records: [0, 1, 2, 3], cut, beat: 5 });
  const manifest = await recoverRun(directory);
  expect(manifest.ledger).toMatchObject({ ok: 4, lost: 1 });
  expect(manifest.warnings.join()).toMatch(/last line of the journal was cut off.*1 record was left out/);
});

test('wherever the journal is cut, the ledger equals the plan and each seq occurs once', async () => {
  const whole = [0, 1, 2, 3, 4, 5].map((seq) => invocationLine(recordOf(seq))).join('');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
      const directory = await killedRun({ records: [], cut: whole.slice(0, length), beat: 8 });
      const { ledger } = await recoverRun(directory);
      expect(ledger.ok + ledger.lost).toBe(8);
      expect(ledger.ok + ledger.lost + ledger.unreached).toBe(summary.planned);
      expect((await outcomesOf(directory)).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }),
    { numRuns: 10 },
  );
});

test('a run that was killed before its header was whole has lost or never reached every row', async () => {
  const directory = await killedRun({ records: [], beat: 3 });
  writeFileSync(join(directory, 'invocations.csv'), INVOCATION_HEADER.slice(0, 20));
  const { ledger } = await recoverRun(directory);
  expect(ledger).toMatchObject({ ok: 0, lost: 3, unreached: summary.planned - 3 });
  expect((await outcomesOf(directory)).map(({ seq }) => seq)).toEqual([0, 1, 2]);
});

test('a recovery that was itself cut off can be done again', async () => {
  const directory = await killedRun({ records: [0, 1], beat: 4 });
  const before = await readManifest(directory);
  const first = await recoverRun(directory);
  await writeManifest(directory, before);
  const second = await recoverRun(directory);
  expect(second.ledger).toEqual(first.ledger);
});

test('a run that is complete, or whose process lives, is left as it is', async () => {
  for (const manifest of [{ status: 'complete' as const }, { pid: process.pid }]) {
    const directory = await killedRun({ records: [0], manifest });
    const before = readFileSync(join(directory, 'manifest.json'), 'utf8');
    await recoverRun(directory);
    expect(readFileSync(join(directory, 'manifest.json'), 'utf8')).toBe(before);
    expect(existsSync(join(directory, 'invocations.parquet'))).toBe(false);
  }
});

test('a pid that another process took over is known by a minute without a heartbeat', async () => {
  const directory = await killedRun({ records: [0], beat: 1, manifest: { pid: process.pid } });
  const longAgo = new Date(Date.now() - 61_000);
  utimesSync(join(directory, 'heartbeat'), longAgo, longAgo);
  expect((await recoverRun(directory)).status).toBe('interrupted');
});

test('a living process is trusted, however long it was silent, if it is the one that began the run', async () => {
  const ticks = (await processStart(process.pid))!;
  expect(ticks).toBeGreaterThan(0);
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const [pid_start_ticks, status] of [
    [ticks, 'running'],
    [ticks - 1, 'interrupted'],
  ] as const) {
    const directory = await killedRun({ records: [0], beat: 1, manifest: { pid: process.pid, pid_start_ticks } });
    utimesSync(join(directory, 'heartbeat'), longAgo, longAgo);
    expect((await recoverRun(directory)).status).toBe(status);
  }
});

test('a process that has ended has no start', async () => {
  expect(await processStart(goneProcess)).toBeNull();
});

test('a run without a journal, and one that this version plans differently, are refused', async () => {
  const other = await killedRun({ records: [0], manifest: { plan_sha256: 'f'.repeat(64) } });
  await expect(recoverRun(other)).rejects.toThrow(/this version plans the run differently/);
  const unplanned = await killedRun({ records: [0], manifest: { config: {} } });
  await expect(recoverRun(unplanned)).rejects.toBeInstanceOf(RecordsError);
});

test('the plan of a trace is made again from its file, and without it one line says what to restore', async () => {
  const folder = emptyFolder();
  const trace = { format: 'csv', file: 'trace.csv', rate_scale: 0.5 };
  const starts = Array.from({ length: 100 }, (_, i) => `f,${i / 100}\n`);
  writeFileSync(join(folder, 'trace.csv'), `function,start_s\n${starts.join('')}`);
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      test_name: 'traced',
      test_duration_in_seconds: 1,
      random_seed: 1,
      blocking_cli: true,
      instances: { web: { application: 'sleep', distribution: 'Trace', trace } },
    }),
  );
  const traced = await loadWorkload(join(folder, 'config.json'));
  const { planned, sha256 } = summarizePlan(planOf(traced), traced);
  const killed = (): Promise<string> =>
    killedRun({
      records: [],
      beat: 7,
      manifest: {
        config: traced.source.resolved,
        files: traced.source.files,
        plan_sha256: sha256,
        instances: traced.instances.map(({ name, application }) => ({ name, function: application })),
        ledger: { planned, ok: 0, failed: 0, dropped: 0, lost: 0, unreached: planned },
      },
    });
  const directory = await killed();
  expect((await recoverRun(directory)).ledger).toMatchObject({ planned, ok: 0, lost: 7, unreached: planned - 7 });
  expect((await outcomesOf(directory)).map(({ instance }) => instance)).toEqual(
    Array.from({ length: 7 }, () => 'web/f'),
  );
  rmSync(join(folder, 'trace.csv'));
  const refused = recoverRun(await killed());
  await expect(refused).rejects.toBeInstanceOf(RecordsError);
  await expect(refused).rejects.toThrow(
    /its plan cannot be made again: its trace .*trace\.csv is gone; restore the file whose SHA-256 is /,
  );
});

test('a journal is scanned by lines, and a newline inside a quoted name ends none', async () => {
  const path = join(emptyFolder(), 'invocations.csv');
  const ofB = plan.find(({ instance }) => instance === 1)!.seq;
  const line = invocationLine(recordOf(ofB));
  expect(line.split('\n').length).toBeGreaterThan(2);
  writeFileSync(path, INVOCATION_HEADER + line);
  appendFileSync(path, '17,x');
  const scan = await scanJournal(path, Infinity);
  expect(scan).toMatchObject({ nextSeq: ofB + 1, cutBytes: 4, lastMs: Number(recordOf(ofB).end_ms!.toFixed(3)) });
  expect([scan.isRecorded(ofB), scan.isRecorded(17), scan.isRecorded(1e9)]).toEqual([true, false, false]);
});

test('a heartbeat is rewritten in place and a shorter one leaves nothing of a longer one', async () => {
  const directory = emptyFolder();
  expect(await readHeartbeat(directory)).toBeNull();
  const heartbeat = await openHeartbeat(directory);
  await heartbeat.beat({ next_seq: 123_456_789_012, time_ms: 123_456_789.123456 });
  await heartbeat.beat({ next_seq: 1, time_ms: 2 });
  await heartbeat.close();
  expect(await readHeartbeat(directory)).toEqual({ next_seq: 1, time_ms: 2 });
});

test('a line that somebody wrote into the journal of a killed run is named, and a repeated one counts once', async () => {
  const garbage = await killedRun({ records: [0, 1, 2] });
  appendFileSync(join(garbage, 'invocations.csv'), 'what is this?\n');
  // the header is line 1, so three records are lines 2 to 4
  const message = `${join(garbage, 'invocations.csv')}: line 5 is no record of this run; remove it (its invocation then counts as lost) and analyse again`;
  await expect(recoverRun(garbage)).rejects.toEqual(new RecordsError(message));
  const beyond = await killedRun({ records: [0] });
  appendFileSync(join(beyond, 'invocations.csv'), invocationLine({ ...recordOf(1), seq: 10 ** 15 }));
  await expect(recoverRun(beyond)).rejects.toThrow('line 3 is no record of this run');

  const odd = await killedRun({ records: [0] });
  appendFileSync(join(odd, 'invocations.csv'), invocationLine(recordOf(1)).replace(',200,', ',ok!,'));
  await expect(recoverRun(odd)).rejects.toThrow('invocations.csv: line 3 is no record; remove it and analyse again');

  const repeated = await killedRun({ records: [0, 1, 2, 1, 1] });
  const { ledger, warnings } = await recoverRun(repeated);
  // three invocations have a record, however often
  expect([ledger.ok, ledger.unreached]).toEqual([3, plan.length - 3 - ledger.lost]);
  expect(warnings).toContain('2 lines of the journal repeat an invocation; the first of each counts');
  expect(ledger.planned).toBe(ledger.ok + ledger.lost + ledger.unreached);
});
