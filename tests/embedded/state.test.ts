import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, runPlatform, source, startTestPlatform } from './platform-fixture.js';

/** What outlives a platform in its state folder. */
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a state folder keeps functions, activations and keys from one life to the next', async () => {
  const state = join(folder, 'kept');
  const first = await startTestPlatform(['--state', state]);
  await first.api('PUT', 'packages/pkg', {});
  await first.api('PUT', 'actions/hello', source('nodejs:default', 'function main({ n }) { return { n }; }'));
  await first.api('PUT', 'actions/pkg/hello', source('nodejs:default', 'function main() { return { in: "pkg" }; }'));
  await first.api('PUT', 'actions/gone', source('nodejs:default', 'function main() {}'));
  await first.api('DELETE', 'actions/gone');
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1)
    ids.push((await first.api('POST', 'actions/hello?blocking=true', { n })).json.activationId);
  // accepted, executed and recorded, though it is told to stop at once
  await first.stop();

  const second = await startTestPlatform(['--state', state]);
  expect([second.state, second.openwhisk.auth, second.couchdb.password]).toEqual([
    state,
    first.openwhisk.auth,
    first.couchdb.password,
  ]);
  const list = (await second.api('GET', 'activations?docs=true')).json;
  expect(list.map(({ activationId }: { activationId: string }) => activationId).toSorted()).toEqual(ids.toSorted());
  expect((await second.couch('GET', '/_design/activations/_view/byDate')).json.total_rows).toBe(5);
  expect((await second.api('POST', 'actions/hello?blocking=true&result=true', { n: 9 })).json).toEqual({ n: 9 });
  expect((await second.api('POST', 'actions/pkg/hello?blocking=true&result=true')).json).toEqual({ in: 'pkg' });
  expect((await second.api('GET', 'actions/gone')).status).toBe(404);
  expect((await stat(join(state, 'openwhisk.ndjson'))).mode & 0o777).toBe(0o600);
  await second.stop();
  expect((await readdir(state)).toSorted()).toEqual([
    'activations.ndjson',
    'keys.json',
    'lambda.ndjson',
    'openwhisk.ndjson',
    'truth.ndjson',
  ]);

  // A line cut off by a crash is not an activation.
  const file = join(state, 'activations.ndjson');
  await writeFile(file, `${await readFile(file, 'utf8')}{"_id":"guest/cut of`);
  const third = await startTestPlatform(['--state', state]);
  expect((await third.api('GET', 'activations?count=true')).json).toEqual({ activations: 7 });
  await third.api('POST', 'actions/hello', { n: 1 });
  await eventually(async () =>
    (await third.api('GET', 'activations?count=true')).json.activations === 8 ? true : undefined,
  );
  await third.stop();
});

test('what was answered and recorded survives that the platform is killed in the middle of its work', async () => {
  const state = join(folder, 'killed');
  const first = await startTestPlatform(['--state', state]);
  const slow = 'function main({ n }) { return new Promise((go) => setTimeout(go, 20, { n })); }';
  await first.api('PUT', 'actions/slow', source('nodejs:default', slow));
  const recorded: string[] = [];
  // Calls go on all the time, so that the kill meets some of them at every stage.
  const load = Array.from({ length: 3 }, async () => {
    for (let before: string | null = null; ;) {
      const answer = await first.api('POST', 'actions/slow?blocking=true', { n: 1 }).catch(() => null);
      if (answer === null) return;
      // The record of the call before this one has had time to be written.
      const record = before === null ? null : await first.api('GET', `activations/${before}`).catch(() => null);
      if (record?.status === 200) recorded.push(before!);
      if (recorded.length >= 15) first.child.kill('SIGKILL');
      before = answer.json.activationId as string;
    }
  });
  await Promise.all(load);
  const second = await startTestPlatform(['--state', state]);
  for (const id of recorded) expect((await second.api('GET', `activations/${id}`)).status).toBe(200);
  // every record has its line in the truth, whole
  const truth = (await readFile(join(state, 'truth.ndjson'), 'utf8')).trim().split('\n');
  const known = new Set(truth.map((line) => JSON.parse(line).activation_id as string));
  for (const id of recorded) expect(known).toContain(id);
  expect((await second.api('POST', 'actions/slow?blocking=true&result=true', { n: 2 })).json).toEqual({ n: 2 });
  await second.stop();
});

test('a state folder serves one platform at a time', async () => {
  const state = join(folder, 'shared');
  const first = await startTestPlatform(['--state', state]);
  const { code, stderr } = await runPlatform('--state', state);
  expect([code, stderr]).toEqual([
    1,
    `faaslab platform: --state ${state}: in use by the platform with process id ${first.pid}; stop it, or use another folder (if no platform has that id, remove ${join(state, 'platform.pid')})\n`,
  ]);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  // the lock of a platform that was killed binds nobody
  const second = await startTestPlatform(['--state', state]);
  await second.stop();
});

test('keys that cannot be read are named with their file and what to do, and what they hold is not told', async () => {
  const state = join(folder, 'corrupt');
  await (await startTestPlatform(['--state', state])).stop();
  const keys = join(state, 'keys.json');
  const whole = await readFile(keys, 'utf8');
  for (const content of ['', whole.slice(0, 60), 'null', '[]', '{"openwhisk": 1}', whole.replace(/"AKIA\w+"/, '7')]) {
    await writeFile(keys, content);
    expect(await runPlatform('--state', state)).toEqual({
      code: 1,
      stdout: '',
      stderr: `faaslab platform: ${keys} does not hold the keys of a platform; put back the one that it had, or remove it to have new keys drawn\n`,
    });
  }
  // Nor is the folder kept from the next platform.
  await writeFile(keys, whole);
  await (await startTestPlatform(['--state', state])).stop();
});
