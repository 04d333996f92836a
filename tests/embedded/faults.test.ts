import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, source, startTestPlatform, type Json, type TestPlatform } from './platform-fixture.js';

/** Faults on purpose: what clients see, what the records say, and what the ground truth says of them. */
let folder: string;
let platform: TestPlatform | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
});
afterEach(async () => {
  await platform?.stop();
  platform = null;
  await rm(folder, { recursive: true, force: true });
});

const ECHO = 'function main(params) { return params; }';

async function start(faults: object, actions: Record<string, object> = { echo: source('nodejs:default', ECHO) }) {
  await writeFile(join(folder, 'faults.json'), JSON.stringify(faults));
  const started = await startTestPlatform(['--faults', join(folder, 'faults.json')]);
  platform = started;
  for (const [name, action] of Object.entries(actions)) await started.api('PUT', `actions/${name}`, action);
  return started;
}

const invoke = ({ api }: TestPlatform, name = 'echo') => api('POST', `actions/${name}?blocking=true`, {});

/** The line of the ground truth, once it is written. */
async function truthOf({ state }: TestPlatform, activationId: string): Promise<Json> {
  return eventually(async () => {
    const lines = (await readFile(join(state, 'truth.ndjson'), 'utf8'))
      .split('\n')
      .filter((line) => line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as Json).find((line) => line.activation_id === activationId);
  });
}

test('added latency lies in its phase of the timeline, and nowhere else', async () => {
  const phases = { front: 30, queue: 31, spawn: 32, init: 33, run: 34, respond: 35 };
  const latency = Object.entries(phases).map(([phase, delay]) => ({ phase, delay }));
  for (const [name, action] of Object.entries({
    node: source('nodejs:default', ECHO),
    python: source('python:default', 'def main(params):\n    return params\n'),
  })) {
    const started = await start({ latency }, { [name]: action });
    const { json } = await invoke(started, name);
    const truth = await truthOf(started, json.activationId);
    const ms = (from: string, to: string) => (truth[`${to}_ns`] - truth[`${from}_ns`]) / 1e6;
    const steps = {
      front: ms('accept', 'enqueue'),
      queue: ms('enqueue', 'dequeue'),
      spawn: ms('spawn', 'ready'),
      init: ms('ready', 'loaded'),
      run: ms('run', 'done'),
      respond: ms('done', 'answered'),
    };
    expect(Object.keys(truth.faults)).toEqual(
      Object.keys(phases).flatMap((each) => [`${each}_ms`, `${each}_asked_ms`]),
    );
    for (const [phase, asked] of Object.entries(phases)) {
      expect(truth.faults[`${phase}_asked_ms`]).toBe(asked);
      expect(truth.faults[`${phase}_ms`], phase).toBeGreaterThanOrEqual(asked);
      expect(steps[phase as keyof typeof steps], phase).toBeGreaterThanOrEqual(truth.faults[`${phase}_ms`]);
    }
    const annotation = (key: string) => json.annotations.find((each: Json) => each.key === key).value;
    // waitTime is accept → ready, which holds three of the six; initTime one; whole ms, so each may lose one.
    expect(annotation('waitTime')).toBeGreaterThanOrEqual(30 + 31 + 32 - 3);
    expect(annotation('initTime')).toBeGreaterThanOrEqual(32);
    await started.stop();
  }
});

test('the smallest latency is never shorter than asked, and the truth tells what was really added', async () => {
  const phases = { front: 1.9, queue: 0.4, run: 1.3, respond: 2.5 };
  const latency = Object.entries(phases).map(([phase, delay]) => ({ phase, delay }));
  const started = await start(
    { latency: [...latency, { phase: 'spawn', delay: 1 }, { phase: 'init', delay: 1 }] },
    {
      node: source('nodejs:default', ECHO),
      python: source('python:default', 'def main(params):\n    return params\n'),
    },
  );
  const ids: string[] = [];
  for (let n = 0; n < 40; n += 1)
    for (const name of ['node', 'python']) ids.push((await invoke(started, name)).json.activationId);
  const truths = await Promise.all(ids.map((id) => truthOf(started, id)));
  // One cold start each; a warm one starts nothing that could take longer.
  expect(truths.map(({ faults }) => 'spawn_asked_ms' in faults && 'init_asked_ms' in faults)).toEqual(
    truths.map((_, i) => i < 2),
  );
  for (const { faults, ...at } of truths) {
    const steps = {
      front: at['enqueue_ns'] - at['accept_ns'],
      queue: at['dequeue_ns'] - at['enqueue_ns'],
      run: at['done_ns'] - at['run_ns'],
      respond: at['answered_ns'] - at['done_ns'],
    };
    for (const [phase, asked] of Object.entries(phases)) {
      expect(faults[`${phase}_ms`], phase).toBeGreaterThanOrEqual(asked);
      expect(steps[phase as keyof typeof steps] / 1e6, phase).toBeGreaterThanOrEqual(faults[`${phase}_ms`]);
    }
  }
});

test('of a latency that an execution does not outlive nobody knows how long it was', async () => {
  const started = await start({ latency: [{ phase: 'run', delay: 60_000 }], crashes: [{ after: 1.5 }] });
  const truth = await truthOf(started, (await invoke(started)).json.activationId);
  expect(truth).toMatchObject({ outcome: 'exited', faults: { run_ms: null, run_asked_ms: 60_000 } });
  expect((truth.done_ns - truth.run_ns) / 1e6).toBeGreaterThanOrEqual(1.5);
});

test('the platform fails on purpose with its own error, and no instance is started', async () => {
  const started = await start({ errors: [{}] });
  const { status, json } = await invoke(started);
  expect(status).toBe(500);
  expect(json.response).toMatchObject({
    status: 'whisk internal error',
    result: { error: 'Failed to provision resources to run the action.' },
  });
  const truth = await truthOf(started, json.activationId);
  expect(truth).toMatchObject({ instance: null, spawn_ns: null, run_ns: null, faults: { fails: true } });
  expect((await started.record(json.activationId)).response.success).toBe(false);
});

test('it refuses on purpose in the words of a limit, and leaves no record', async () => {
  const started = await start({ throttles: [{ function: 'echo' }] });
  const { status, json } = await invoke(started);
  expect(status).toBe(429);
  expect(json.error).toBe('Too many requests in the last minute (count: 1, allowed: 0).');
  expect((await started.api('GET', 'activations')).json).toEqual([]);
});

test('an instance that is killed while it runs fails its activation as a crash does, and the next one is served', async () => {
  const nap = source('nodejs:default', 'function main() { return new Promise((r) => setTimeout(r, 60_000, {})); }');
  const started = await start(
    { crashes: [{ function: 'nap', after: 20 }] },
    { nap, echo: source('nodejs:default', ECHO) },
  );
  const { status, json } = await invoke(started, 'nap');
  expect(status).toBe(502);
  expect(json.response.result.error).toBe('The action did not produce a valid response and exited unexpectedly.');
  const truth = await truthOf(started, json.activationId);
  expect(truth).toMatchObject({ outcome: 'exited', faults: { crash_after_ms: 20 } });
  expect((truth.done_ns - truth.run_ns) / 1e6).toBeGreaterThanOrEqual(20);
  expect((await invoke(started)).status).toBe(200);
});

test('a stalled front lets nothing in and nothing out until its end', async () => {
  const started = await start({ stalls: [{ at_s: 0, for_s: 0.4 }] });
  const answers = await Promise.all([invoke(started), invoke(started), started.api('POST', 'actions/echo', {})]);
  const truths = await Promise.all(answers.map(({ json }) => truthOf(started, json.activationId)));
  const begin = Math.min(...truths.map(({ accept_ns }) => accept_ns));
  for (const truth of truths) {
    expect(truth.faults.stalled_ms).toBeGreaterThan(0);
    expect((truth.enqueue_ns - begin) / 1e6).toBeGreaterThanOrEqual(400);
    expect((truth.answered_ns - begin) / 1e6).toBeGreaterThanOrEqual(400);
  }
  const after = await invoke(started);
  expect((await truthOf(started, after.json.activationId)).faults).toBeNull();
});

test('records are lost, come late, or twice; the truth has each of them once', async () => {
  const echo = source('nodejs:default', ECHO);
  const started = await start(
    {
      records: {
        lost: [{ function: 'lost' }],
        delayed: [{ function: 'late', delay: 1_500 }],
        duplicated: [{ function: 'twice' }],
      },
    },
    { lost: echo, late: echo, twice: echo, plain: echo },
  );
  const ids: Record<string, string> = {};
  for (const name of ['lost', 'twice', 'plain']) ids[name] = (await invoke(started, name)).json.activationId;
  await started.record(ids['plain']!);
  const listed = async () => (await started.api('GET', 'activations?limit=200')).json.map((row: Json) => row.name);
  ids['late'] = (await invoke(started, 'late')).json.activationId;
  expect((await listed()).toSorted()).toEqual(['plain', 'twice', 'twice']);
  await started.record(ids['late']!);
  expect((await listed()).toSorted()).toEqual(['late', 'plain', 'twice', 'twice']);
  const rows = (await started.couch('GET', '/_design/whisks.v2.1.0/_view/activations?reduce=false')).json.rows;
  expect(rows.filter(({ id }: Json) => id.endsWith(ids['twice']))).toHaveLength(2);
  expect(await truthOf(started, ids['lost']!)).toMatchObject({ outcome: 'returned', faults: { record: 'lost' } });
  const truth = (await readFile(join(started.state, 'truth.ndjson'), 'utf8')).trim().split('\n');
  expect(truth).toHaveLength(4);
});

test('records carry the skewed clock of their host, the front its own', async () => {
  const code = 'function main() { console.log("here"); return {}; }';
  const started = await start({ clock_skew_ms: 3_600_000 }, { echo: source('nodejs:default', code) });
  const before = Date.now();
  const { json, headers } = await invoke(started);
  const after = Date.now();
  expect(json.start).toBeGreaterThanOrEqual(before + 3_600_000 - 1);
  expect(json.end).toBeLessThanOrEqual(after + 3_600_000);
  expect(json.duration).toBe(json.end - json.start);
  const { logs } = await started.record(json.activationId);
  const loggedAt = Date.parse(logs[0].split(' ')[0]);
  expect(loggedAt).toBeGreaterThanOrEqual(before + 3_600_000 - 1);
  expect(loggedAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
  // The header has whole seconds.
  expect(Math.abs(Date.parse(headers['date']!) - after)).toBeLessThan(2_000);
});

test('what waits on purpose when the platform stops is recorded all the same', async () => {
  const state = join(folder, 'state');
  await writeFile(join(folder, 'faults.json'), JSON.stringify({ records: { delayed: [{ delay: 3_600_000 }] } }));
  const started = await startTestPlatform(['--faults', join(folder, 'faults.json'), '--state', state]);
  await started.api('PUT', 'actions/echo', source('nodejs:default', ECHO));
  const { json } = await invoke(started);
  await started.stop();
  const truth = JSON.parse(await readFile(join(state, 'truth.ndjson'), 'utf8'));
  expect(truth.faults).toEqual({ record_delay_ms: expect.any(Number), record_delay_asked_ms: 3_600_000 });
  expect(truth.faults.record_delay_ms).toBeLessThan(3_600_000);
  platform = await startTestPlatform(['--state', state]);
  expect((await platform.record(json.activationId)).response.success).toBe(true);
});
