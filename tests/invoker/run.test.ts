import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { readManifest } from '../../records/manifest.js';
import type { InstanceSpec } from '../../workload/model.js';
import { planOf, summarizePlan } from '../../workload/plan.js';
import { closedPort, httpServer, recordingServer } from '../support/http-servers.js';
import { emptyFolder } from '../support/programs.js';
import { postTo, UNMONITORED, workloadOf } from '../support/workloads.js';
import { invocationsOf, quantile, readText, runIn } from './running.js';

const constant = (ratePerS: number): Pick<InstanceSpec, 'arrivals'> => ({
  arrivals: { process: 'Constant', ratePerS },
});

test('a run leaves one record for each planned row, in plan order, and a manifest that adds up', async () => {
  const { url, arrivals } = await recordingServer((response) => void response.end('{"ok":true}'));
  const workload = workloadOf([
    postTo(`${url}/a`, { name: 'steady', application: 'a', ...constant(100) }),
    postTo(`${url}/b`, { name: 'random', application: 'b', arrivals: { process: 'Poisson', ratePerS: 80 } }),
  ]);
  const summary = summarizePlan(planOf(workload), workload);
  const { directory, manifest, exitCode } = await runIn(workload);
  expect(exitCode).toBe(0);
  expect(manifest.verdict).toEqual({ valid: true, reasons: [] });
  expect(manifest).toMatchObject({ status: 'complete', plan_sha256: summary.sha256, seed: 1, test_name: 'test' });
  expect(manifest.ledger).toEqual({
    planned: summary.planned,
    ok: summary.planned,
    failed: 0,
    dropped: 0,
    lost: 0,
    unreached: 0,
  });
  expect(await readManifest(directory)).toEqual(manifest);

  const rows = await invocationsOf(directory);
  const plan = [...planOf(workload).rows()];
  expect(rows.map(({ seq, instance, planned_ms }) => [seq, instance, planned_ms])).toEqual(
    plan.map(({ seq, instance, plannedUs }) => [seq, workload.instances[instance]!.name, plannedUs / 1_000]),
  );
  for (const row of rows) {
    const times = [row.planned_ms, row.fired_ms!, row.sent_ms!, row.first_byte_ms!, row.end_ms!];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(row).toMatchObject({ outcome: 'ok', error: null, status: 200, request_bytes: 2, response_bytes: 11 });
    expect(row.function).toBe(row.instance === 'steady' ? 'a' : 'b');
  }
  expect(arrivals).toHaveLength(summary.planned);
});

test('requests arrive at the server when the plan says', async () => {
  const { url, arrivals } = await recordingServer();
  const workload = workloadOf([postTo(url, { arrivals: { process: 'Poisson', ratePerS: 300 } })], { durationS: 2 });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await runIn(workload);
  delay.disable();
  const planned = [...planOf(workload).rows()].map(({ plannedUs }) => plannedUs / 1_000);
  const arrived = arrivals.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  expect(arrived).toHaveLength(planned.length);
  // Server and test share a process and the machine is shared too: the median of the distance to the plan is what a
  // chained or closed loop would get wrong, by far more than this process was itself held up meanwhile.
  const shift = quantile(
    arrived.map((at, i) => at - planned[i]!),
    0.5,
  );
  const errors = arrived.map((at, i) => Math.abs(at - planned[i]! - shift));
  expect(quantile(errors, 0.5)).toBeLessThan(5 + (2 * delay.percentile(99)) / 1e6);
});

test('start_epoch_ms is plan zero: the first arrival comes so long after it as the plan says', async () => {
  let firstEpochMs = 0;
  const url = await httpServer((_, response) => {
    firstEpochMs ||= Date.now();
    response.end();
  });
  const list = { arrivals: { process: 'list' as const, interarrivalsS: [0.4] } };
  const { manifest, directory } = await runIn(workloadOf([postTo(url, list)]));
  const [row] = await invocationsOf(directory);
  // The server saw it between its first byte's leaving and its answer's end; Date.now() counts whole milliseconds on both sides.
  const arrivedMs = firstEpochMs - manifest.start_epoch_ms!;
  expect(row!.planned_ms).toBe(400);
  expect(arrivedMs).toBeGreaterThanOrEqual(row!.sent_ms! - 2);
  expect(arrivedMs).toBeLessThanOrEqual(row!.end_ms! + 2);
});

test('while the server stalls, arrivals stay on time and the response times tell the wait (no coordinated omission)', async () => {
  // 1,000 rows in 2 s; the server answers nothing from 0.5 s to 1.5 s after the first request, then all at once.
  let stallUntil: Promise<void> | null = null;
  let first = 0;
  const { url, arrivals } = await recordingServer((response) => {
    first ||= performance.now();
    if (performance.now() - first < 500 || performance.now() - first > 1_500) return void response.end();
    stallUntil ??= new Promise((over) => setTimeout(over, 1_500 - (performance.now() - first)));
    void stallUntil.then(() => response.end());
  });
  const workload = workloadOf([postTo(url, constant(500))], { durationS: 2 });
  const { directory, manifest } = await runIn(workload);
  expect(manifest.ledger).toMatchObject({ planned: 1_000, ok: 1_000, dropped: 0 });
  // Half of the rows fall into the stall; their waits are spread evenly over 0 to 1,000 ms, so that a quarter of all
  // waits longer than 500 ms. A client that held arrivals back would have sent, and shown, one or a few.
  const response = (await invocationsOf(directory)).map(({ end_ms, planned_ms }) => end_ms! - planned_ms);
  const slow = response.filter((ms) => ms > 500).length;
  expect(slow).toBeGreaterThan(200);
  // And those that were planned in the stall arrived in the stall: about 500 of them, of a closed loop one or a few.
  const inStall = arrivals.filter(({ atMs }) => atMs - arrivals[0]!.atMs > 500 && atMs - arrivals[0]!.atMs < 1_500);
  expect(inStall.length).toBeGreaterThan(250);
});

test('above max_in_flight a row is dropped at its time, and the run is not valid', async () => {
  const url = await httpServer((_, response) => void setTimeout(() => response.end(), 600));
  const workload = workloadOf([postTo(url, constant(100))]);
  const limits = { ...workload.limits, maxInFlight: 5 };
  const { directory, manifest, exitCode } = await runIn({ ...workload, limits });
  const rows = await invocationsOf(directory);
  const { ok, dropped, planned } = manifest.ledger;
  expect(planned).toBe(100);
  expect(ok + dropped).toBe(100);
  // Answers take 600 ms, so five slots take at most 5 rows in each 600 ms in which rows were fired: 2 × 5 in one second.
  const firingMs = rows.at(-1)!.fired_ms!;
  expect(ok).toBeGreaterThanOrEqual(5);
  expect(ok).toBeLessThanOrEqual(5 * (1 + Math.floor(firingMs / 590)));
  expect(rows[5]).toMatchObject({
    outcome: 'dropped',
    error: 'in_flight_limit',
    sent_ms: null,
    end_ms: null,
    status: null,
  });
  expect(rows[5]!.fired_ms).not.toBeNull();
  expect(exitCode).toBe(3);
  expect(manifest.verdict!.reasons.join()).toMatch(/dropped, since 5 were in flight.*max_in_flight/);
});

test('an unreachable endpoint leaves nothing behind', async () => {
  const out = emptyFolder();
  const running = runIn(workloadOf([postTo(await closedPort())]), { out });
  await expect(running).rejects.toThrow(/cannot be reached: nothing listens there/);
  expect(readdirSync(out)).toEqual([]);
});

test('a server that dies in the middle: the rows after that are refused or reset, one record each', async () => {
  let requests = 0;
  const url = await httpServer((request, response) => {
    requests += 1;
    response.end();
    if (requests === 50) (request.socket as unknown as { server: { close(): void } }).server.close();
    if (requests >= 50) request.socket.resetAndDestroy();
  });
  const { manifest, directory } = await runIn(workloadOf([postTo(url, constant(100))]));
  const { ok, failed, planned } = manifest.ledger;
  expect(planned).toBe(100);
  expect(ok + failed).toBe(100);
  const errors = new Set((await invocationsOf(directory)).map(({ error }) => error).filter((error) => error !== null));
  expect([...errors].every((error) => ['refused', 'reset'].includes(error))).toBe(true);
  expect(failed).toBeGreaterThan(30);
});

test('answers of a generic endpoint are kept for the owner only, as far as the limit says', async () => {
  const url = await httpServer((_, response) => void response.end('0123456789'));
  const workload = workloadOf([postTo(url, constant(100))], { durationS: 0.2 });
  const { directory } = await runIn({ ...workload, limits: { ...workload.limits, responseBodyBytes: 4 } });
  const lines = readText(directory, 'responses.ndjson').trim().split('\n');
  expect(lines).toHaveLength(20);
  const answers = lines.map((line) => JSON.parse(line) as { seq: number });
  expect(answers[0]).toMatchObject({ activation_id: null, body: '0123', truncated: true });
  expect(new Set(answers.map(({ seq }) => seq)).size).toBe(20);
  expect(statSync(join(directory, 'responses.ndjson')).mode & 0o777).toBe(0o600);
});

test("of an answer of faas_measure that is cut its worker's ids are kept all the same", async () => {
  const ids = { exist_id: 'bf059391-34f7-42b7-9f1b-97ce090b3ca3', new_id: '038b59dc-7cd3-4689-964a-d98ee74d66d6' };
  const url = await httpServer(
    (_, response) => void response.end(JSON.stringify({ cpuu: '0;'.repeat(900), stat: ids })),
  );
  const workload = workloadOf([postTo(url, constant(100))], { durationS: 0.2 });
  const { directory } = await runIn({ ...workload, limits: { ...workload.limits, responseBodyBytes: 4 } });
  const lines = readText(directory, 'responses.ndjson').trim().split('\n');
  expect(lines).toHaveLength(20);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ body: '{"cp', truncated: true, ...ids });
});

test('the habitual files are there: metadata in three lines, the symlink to the newest run, no heartbeat', async () => {
  const { url } = await recordingServer();
  const out = emptyFolder();
  const workload = workloadOf([postTo(url, constant(100))], { durationS: 0.1 });
  const first = await runIn(workload, { out });
  const second = await runIn(workload, { out });
  const [start, config, planned] = readText(second.directory, 'test_metadata.out').trim().split('\n');
  expect([Number(start), config, planned]).toEqual([second.manifest.start_epoch_ms, 'configs/test.json', '10']);
  expect(readlinkSync(join(out, 'latest'))).toBe(second.manifest.run_id);
  expect(first.manifest.run_id).not.toBe(second.manifest.run_id);
  expect(existsSync(join(second.directory, 'heartbeat'))).toBe(false);
});

test('the manifest is on disk, running, before the first row arrives', async () => {
  const out = emptyFolder();
  let status: string | undefined;
  const url = await httpServer((_, response) => {
    status ??= (JSON.parse(readText(join(out, 'latest'), 'manifest.json')) as { status: string }).status;
    response.end();
  });
  await runIn(workloadOf([postTo(url, constant(50))], { durationS: 0.1 }), { out });
  expect(status).toBe('running');
});

test('thresholds of the config decide the exit code 4, and what only the platform knows is left to the analyzer', async () => {
  const { url } = await recordingServer();
  const thresholds = {
    'response_ms.p99': '< 0.000001',
    error_rate: '<= 0',
    'wait_ms.p99': '< 0',
    instance1: { 'service_ms.max': '> 0' },
  };
  const { exitCode, thresholds: verdicts } = await runIn(
    workloadOf([postTo(url, constant(100))], { thresholds, durationS: 0.2 }),
  );
  expect(exitCode).toBe(4);
  expect(verdicts.at(-1)).toMatchObject({ byAnalyzer: true });
  expect(verdicts.map(({ condition, met }) => [condition, met])).toEqual([
    ['response_ms.p99 < 0.000001', false],
    ['error_rate <= 0', true],
    ['instance1: service_ms.max > 0', true],
    ['wait_ms.p99 < 0', null],
  ]);
});

test('an idle baseline fires nothing, lasts as long as its test, and is valid', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'monitor.sh'), 'echo watched >watched.out\n');
  const { url } = await recordingServer();
  const runtimeScript = { path: join(folder, 'monitor.sh'), faasRoot: folder };
  const monitoring = { ...UNMONITORED, runtimeScript };
  const { manifest } = await runIn(workloadOf([postTo(url, constant(0))], { monitoring, durationS: 0.4 }));
  expect(manifest.ledger).toMatchObject({ planned: 0, unreached: 0 });
  expect(manifest.end_epoch_ms! - manifest.start_epoch_ms!).toBeGreaterThanOrEqual(399);
  expect(manifest.verdict!.valid).toBe(true);
  expect(manifest.lateness_ms).toBeNull();
});

test('monitor scripts run in the run’s own folder, the post script after the last record, and failures are only told', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'runtime.sh'), 'echo "$1 $FAAS_ROOT" >perf-mon.out\nexit 3\n');
  writeFileSync(
    join(folder, 'post.sh'),
    'wc -l <"$FAASLAB_RUN_DIR/invocations.csv" >post.out\ngrep status "$FAASLAB_RUN_DIR/manifest.json" >>post.out\n',
  );
  const { url } = await recordingServer();
  const script = (name: string) => ({ path: join(folder, name), faasRoot: folder });
  const monitoring = { ...UNMONITORED, runtimeScript: script('runtime.sh'), postScript: script('post.sh') };
  const { directory, manifest, exitCode } = await runIn(
    workloadOf([postTo(url, constant(30))], { monitoring, durationS: 0.5 }),
  );
  const monitors = join(directory, 'monitors', readdirSync(join(directory, 'monitors'))[0]!);
  // 0.5 s rounded up; header and 15 rows.
  expect(readText(monitors, 'perf-mon.out')).toBe(`1 ${folder}\n`);
  expect(readText(monitors, 'post.out')).toMatch(/^16\n +"status": "complete",/);
  expect(await readManifest(directory)).toEqual(manifest);
  const [runtime, post] = manifest.monitors;
  expect(runtime).toMatchObject({ role: 'runtime_script', host: hostname(), status: 'failed' });
  expect(post).toMatchObject({ role: 'post_script', host: hostname(), status: 'ok', message: null });
  // The one is started before plan zero, the other after the last row, which is planned at 29/30 of half a second.
  expect(runtime!.start_ms).toBeLessThan(0);
  expect(post!.start_ms).toBeGreaterThan(483);
  const [host] = manifest.monitored_hosts!;
  expect(host).toMatchObject({ name: hostname(), folder: `monitors/${hostname()}`, ssh: null });
  // The host is the invoker's own: two readings of the same two clocks, of whole milliseconds.
  expect(host!.clock.map(({ offset_ms }) => Math.abs(offset_ms) < 50)).toEqual([true, true]);
  expect(manifest.monitors[0]!.message).toMatch(
    /^it ended with exit code 3; its output: monitors\/.*runtime\.sh\.log$/,
  );
  expect(exitCode).toBe(0);
});

test('a folder that cannot be made is one line that names it', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'runs'), 'a file');
  const { url } = await recordingServer();
  await expect(runIn(workloadOf([postTo(url)]), { out: join(folder, 'runs', 'deep') })).rejects.toThrow(
    /^.*deep cannot be written: a part of the path is a file; choose another place with --out, or make room$/,
  );
});

test('a post script that does not end is ended with the run by an interruption', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'post.sh'), 'touch started\nsleep 600\n');
  const { url } = await recordingServer();
  const stop = new AbortController();
  const out = emptyFolder();
  const monitoring = { ...UNMONITORED, postScript: { path: join(folder, 'post.sh'), faasRoot: folder } };
  const running = runIn(workloadOf([postTo(url, constant(50))], { monitoring, durationS: 0.1 }), {
    out,
    interruption: { stop: stop.signal, stopNow: new AbortController().signal },
  });
  await expect
    .poll(() => existsSync(join(out, 'latest', 'monitors', hostname(), 'started')), { timeout: 20_000 })
    .toBe(true);
  stop.abort();
  const { manifest } = await running;
  expect(manifest.status).toBe('complete');
  expect(manifest.monitors).toMatchObject([{ role: 'post_script', status: 'interrupted' }]);
});

test('an interruption ends the firing, waits for what is in flight, and counts what was not reached', async () => {
  const stop = new AbortController();
  const url = await httpServer((_, response) => void setTimeout(() => response.end(), 300));
  const workload = workloadOf([postTo(url, constant(50))], { durationS: 60 });
  const { manifest, exitCode } = await runIn(workload, {
    interruption: { stop: stop.signal, stopNow: new AbortController().signal },
    onProgress: ({ state }) => void (state.nextSeq >= 30 && stop.abort()),
  });
  const { planned, ok, lost, unreached } = manifest.ledger;
  expect(exitCode).toBe(130);
  expect(manifest.status).toBe('interrupted');
  expect(planned).toBe(3_000);
  expect(ok).toBeGreaterThanOrEqual(30);
  expect(ok + lost + unreached).toBe(3_000);
  expect(lost).toBe(0);
  expect(manifest.verdict!.valid).toBe(false);
});

test('the second interruption does not wait: what is in flight is lost, and the ledger still adds up', async () => {
  const stop = new AbortController();
  const stopNow = new AbortController();
  const url = await httpServer(() => undefined);
  const workload = workloadOf([postTo(url, constant(50))], { durationS: 60 });
  const { manifest, directory } = await runIn(workload, {
    interruption: { stop: stop.signal, stopNow: stopNow.signal },
    onProgress({ state }) {
      if (state.nextSeq >= 20) stop.abort();
      if (state.nextSeq >= 20) stopNow.abort();
    },
  });
  const { lost, unreached } = manifest.ledger;
  expect(lost).toBeGreaterThanOrEqual(20);
  expect(lost + unreached).toBe(3_000);
  const rows = await invocationsOf(directory);
  expect(
    rows.every(({ outcome, error, end_ms }) => outcome === 'lost' && error === 'interrupted' && end_ms === null),
  ).toBe(true);
  expect(rows.map(({ seq }) => seq)).toEqual([...rows.keys()]);
});

test('a folder of the user where the symlink should be stays, and no run is left', async () => {
  const out = emptyFolder();
  mkdirSync(join(out, 'latest'));
  writeFileSync(join(out, 'latest', 'mine'), '');
  const { url, arrivals } = await recordingServer();
  await expect(runIn(workloadOf([postTo(url)]), { out })).rejects.toThrow(/latest cannot be written/);
  expect(readdirSync(out)).toEqual(['latest']);
  expect(arrivals).toEqual([]);
});

test('an interruption before the first row leaves nothing behind', async () => {
  const out = emptyFolder();
  const { url } = await recordingServer();
  const interruption = { stop: AbortSignal.abort(), stopNow: new AbortController().signal };
  await expect(runIn(workloadOf([postTo(url)]), { out, interruption })).rejects.toMatchObject({ exitCode: 130 });
  expect(readdirSync(out)).toEqual([]);
});
