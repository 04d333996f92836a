import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from 'undici';
import { startPlatformProcess, type PlatformProcess } from '../../cli/platform-process.js';
import { packageRoot } from '../../common/package-root.js';
import { deployFolder } from '../../deployer/deploy.js';
import { readManifest } from '../../deployer/manifest.js';
import { openHost, type FunctionHost } from '../../deployer/host.js';
import { openWhiskClient, type OpenWhiskClient, type OpenWhiskTarget } from '../../deployer/targets/openwhisk.js';
import { RUNTIMES } from './call-function.js';
import { pngOf } from './png.js';

let platform: PlatformProcess;
let target: OpenWhiskTarget;
let client: OpenWhiskClient;
let host: FunctionHost;

beforeAll(async () => {
  platform = await startPlatformProcess();
  target = { kind: 'openwhisk', access: platform.access.openwhisk! };
  client = openWhiskClient(target);
  host = await openHost(target);
});
afterAll(async () => {
  await host?.close();
  await client?.close();
  await platform?.stop();
});

/** The largest resident size that the platform itself has had. */
function peakBytes(): number {
  const status = readFileSync(`/proc/${platform.access.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1_024;
}

/** The record of an activation, once it is there. */
async function recordOf(activationId: string): Promise<{ logs: string[] }> {
  const { apiHost, auth } = target.access;
  const authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
  for (;;) {
    const answer = await request(`${apiHost}/api/v1/namespaces/_/activations/${activationId}`, {
      headers: { authorization },
    });
    const record = (await answer.body.json()) as { logs: string[] };
    if (answer.statusCode === 200) return record;
  }
}

const folderOf = (name: string): string => join(packageRoot, 'functions', name);

describe.each(RUNTIMES)('on %s', (runtime) => {
  test('two instances of faas_measure show two exist_ids, and each repeats its own when warm', async () => {
    const application = `measure-${runtime}`;
    await deployFolder(folderOf('faas_measure'), target, { application, runtime });
    interface Identity {
      exist_id: string;
      new_id: string;
    }
    /** Two at once, neither of which ends before the other has begun: they cannot share an instance. */
    const pair = async (): Promise<Identity[]> => {
      const cmds = { sleep_till: Date.now() + 1_500, stat: { argv: 1 } };
      const records = await Promise.all([1, 2].map(() => client.invoke(application, { cmds })));
      return records.map(({ response }) => (response.result as { stat: Identity }).stat);
    };
    const cold = await pair();
    const warm = await pair();
    const ids = cold.map(({ exist_id: id }) => id);
    expect(new Set(ids).size).toBe(2);
    // Equal = the first invocation of the instance.
    expect(cold.every(({ exist_id: id, new_id: fresh }) => id === fresh)).toBe(true);
    expect(warm.map(({ exist_id: id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(warm.some(({ exist_id: id, new_id: fresh }) => id === fresh)).toBe(false);
  });

  test('image_resize takes a picture as the body of a web action and answers with one', async () => {
    const application = `resize-${runtime}`;
    await deployFolder(folderOf('image_resize'), target, { application, runtime });
    const samples = Array.from({ length: 8 * 4 }, (_, at) => at * 8);
    const body = pngOf({ width: 8, height: 4, type: 0, depth: 8, samples, filters: [4], chunkBytes: 40 });
    const { apiHost } = target.access;
    const answer = await request(`${apiHost}/api/v1/web/guest/default/${application}?width=2`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'x-pixels-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const png = Buffer.from(await answer.body.arrayBuffer());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2, 1]); // width and height in its header
    const jpeg = await request(`${apiHost}/api/v1/web/guest/default/${application}`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    });
    expect(jpeg.statusCode).toBe(400);
    expect(await jpeg.body.text()).toContain('the picture is no PNG; convert it to one');
  });

  test('crash fails in each of its ways, and the functions beside it go on', async () => {
    const application = `crash-${runtime}`;
    await deployFolder(folderOf('hello'), target, { application: `beside-${runtime}`, runtime });
    // A second is time enough to start, and ends the endless loop.
    await host.put(application, { ...(await readManifest(folderOf('crash'))), timeoutMs: 1_000 }, runtime, false);
    const ended = { success: false, status: 'action developer error' };
    const answerOf = async (how: string, more = {}) => (await client.invoke(application, { how, ...more })).response;
    for (const how of ['exit', 'kill', 'abort']) expect(await answerOf(how), how).toMatchObject(ended);
    const slow = await answerOf('loop');
    expect(slow).toMatchObject({
      success: false,
      result: { error: expect.stringContaining('exceeded its time limits') },
    });
    expect(await answerOf('nothing')).toMatchObject({ success: true, result: {} });
    expect(await answerOf('unserialisable')).toMatchObject({ success: false });
    const { response } = await client.invoke(`beside-${runtime}`, { name: 'Ada' });
    expect(response).toMatchObject({ success: true, result: { greeting: 'Hello, Ada!' } });
  });

  test('what fills memory is killed with the error that says so, and the functions beside it go on', async () => {
    await deployFolder(folderOf('hello'), target, { application: `beside-memory-${runtime}`, runtime });
    const application = `crash-memory-${runtime}`;
    await host.put(application, { ...(await readManifest(folderOf('crash'))), timeoutMs: 60_000 }, runtime, false);
    const [full, ...beside] = await Promise.all([
      // It may have 128 MiB.
      client.invoke(application, { how: 'memory', mb: 2_048 }),
      ...Array.from({ length: 4 }, () => client.invoke(`beside-memory-${runtime}`, { name: 'Ada' })),
    ]);
    expect(full.response).toMatchObject({
      status: 'action developer error',
      result: { error: 'The action exhausted its memory and was aborted.' },
    });
    for (const { response } of beside) expect(response).toMatchObject({ success: true });
    // What is within the limit is not touched.
    expect((await client.invoke(application, { how: 'memory', mb: 2 })).response).toMatchObject({ success: true });
  });

  test('of 100 MB of output the log holds its limit, and the platform does not hold the rest', async () => {
    await deployFolder(folderOf('hello'), target, { application: `beside-output-${runtime}`, runtime });
    const application = `crash-output-${runtime}`;
    await host.put(application, { ...(await readManifest(folderOf('crash'))), timeoutMs: 60_000 }, runtime, false);
    const [loud, ...beside] = await Promise.all([
      client.invoke(application, { how: 'output', mb: 100 }),
      ...Array.from({ length: 4 }, () => client.invoke(`beside-output-${runtime}`, { name: 'Ada' })),
    ]);
    expect(loud.response).toMatchObject({ success: true, result: { wrote_mb: 100 } });
    for (const { response } of beside) expect(response).toMatchObject({ success: true });
    const { logs } = await recordOf(loud.activationId);
    // Lines of 1,023 letters, which count 71 bytes more each: 10 MiB = 10,485,760 bytes hold 9,584 of them.
    expect(logs).toHaveLength(9_585);
    expect(logs[9_583]).toMatch(/ x{1023}$/);
    expect(logs.at(-1)).toContain(
      'Logs were truncated because the total bytes size exceeds the limit of 10485760 bytes.',
    );
    // What is kept exists some ten times at one moment (lines, record, journal, the answer to us): 208 and 290 MB were seen. All of
    // it kept so would be a gigabyte.
    expect(peakBytes()).toBeLessThan(400 * 2 ** 20);
  });
});
