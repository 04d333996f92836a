import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pullActivations, type PullProgress } from '../../analyzer/pull.js';
import { openWhiskActivations } from '../../platforms/openwhisk/activations-api.js';
import { couchDbActivations } from '../../platforms/openwhisk/activations-couchdb.js';
import type { ActivationSource } from '../../platforms/platform.js';
import { openTables } from '../../records/tables.js';
import { eventually, source, startTestPlatform, type TestPlatform } from '../embedded/platform-fixture.js';
import { databaseOf, json, recordingServer } from '../support/couchdb-double.js';
import { REAL_DOCUMENTS, type OpenWhiskDocument } from '../support/openwhisk-documents.js';
import { runOf } from '../support/openwhisk-run.js';
import { makeRun, type FixtureRun } from '../support/run-fixture.js';
import { watchingProxy, type SeenRequest } from '../support/watching-proxy.js';

/** A function that answers when a file is there. */
const HELD = `const { existsSync } = require('fs');
  const main = ({ file }) => new Promise((done) => {
    const timer = setInterval(() => existsSync(file) && (clearInterval(timer), done({})), 5);
  });`;

let folder: string;
let platform: TestPlatform;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-late-'));
  platform = await startTestPlatform();
  await platform.api('PUT', 'actions/quick', source('nodejs:default', 'function main() { return {}; }'));
  await platform.api('PUT', 'actions/held', source('nodejs:default', HELD));
});
afterAll(async () => {
  await platform.stop();
  await rm(folder, { recursive: true });
});

let testFolder: string;
beforeEach(async () => {
  testFolder = await mkdtemp(join(folder, 'test-'));
});

async function invoked(action: string, parameters: object = {}): Promise<string> {
  const { status, json } = await platform.api('POST', `actions/${action}`, parameters);
  expect(status).toBe(202);
  return (json as { activationId: string }).activationId;
}

/** A run that has just ended, whose invocations were only accepted. */
function endedRun(activationIds: readonly string[], startEpochMs: number): Promise<FixtureRun> {
  return makeRun(testFolder, {
    rows: activationIds.length,
    startEpochMs,
    blocking: false,
    dropped: false,
    pulled: false,
    manifest: { end_epoch_ms: Date.now() },
    invocation: (row) => ({ ...row, activation_id: activationIds[row.seq]! }),
  });
}

async function pulledWatched(run: FixtureRun, waitS: number, onProgress: (progress: PullProgress) => void) {
  const proxy = await watchingProxy(platform.couchdb.url);
  const database = couchDbActivations({ ...platform.couchdb, url: proxy.url });
  const records = await pullActivations(run.directory, database, { waitS, onProgress });
  await proxy.close();
  return { records, requests: proxy.requests };
}

async function idsIn({ directory }: { directory: string }): Promise<string[]> {
  const tables = await openTables();
  await tables.view('a', join(directory, 'activations.parquet'));
  const rows = await tables.query<{ activation_id: string }>('SELECT activation_id FROM a ORDER BY activation_id');
  tables.close();
  return rows.map(({ activation_id }) => activation_id);
}
const looks = (requests: readonly SeenRequest[]): number =>
  requests.filter(({ path }) => path.endsWith('/byDate')).length;

test('activations that end while we wait are read when they are there, and no document is asked for twice', async () => {
  const began = Date.now();
  const gates = [join(testFolder, 'gate-0'), join(testFolder, 'gate-1')] as const;
  const quick = await Promise.all(Array.from({ length: 40 }, () => invoked('quick')));
  const late = await Promise.all(Array.from({ length: 6 }, (_, i) => invoked('held', { file: gates[i % 2] })));
  await eventually(async () => ((await platform.couch('GET', '')).json.doc_count === 40 ? true : undefined));
  const run = await endedRun([...quick, ...late], began);
  const found = new Set<number | null>();
  const opened: Promise<void>[] = [];
  const { records, requests } = await pulledWatched(run, 60, (progress) => {
    const now = progress.found ?? 0;
    found.add(progress.found);
    const open = now >= 43 ? 2 : now >= 40 ? 1 : 0;
    while (opened.length < open) opened.push(writeFile(gates[opened.length]!, ''));
  });
  await Promise.all(opened);
  expect(records).toEqual({ source: 'couchdb', read: 46, expected: 46, missing: 0, complete: true });
  expect(await idsIn(run)).toEqual([...quick, ...late].sort());
  expect([...found].slice(0, 2)).toEqual([null, 40]);
  const asked = requests
    .map(({ documentIds }) => documentIds.map((id) => basename(id)))
    .filter((ids) => ids.length > 0);
  expect(asked[0]!.sort()).toEqual(quick.sort());
  expect(asked.slice(1).flat().sort()).toEqual(late.sort());
});

test('what has not come when the wait is over is counted, listed by its seq, and found by a later look', async () => {
  const began = Date.now();
  const gate = join(testFolder, 'gate');
  const ids = [await invoked('quick'), await invoked('held', { file: gate }), await invoked('quick')];
  await platform.record(ids[0]!);
  await platform.record(ids[2]!);
  const run = await endedRun(ids, began);
  const first = await pulledWatched(run, 0.3, () => undefined);
  expect(first.records).toEqual({ source: 'couchdb', read: 2, expected: 3, missing: 1, complete: false });
  expect(looks(first.requests)).toBeGreaterThan(1);
  expect(await readFile(join(run.directory, 'missing.csv'), 'utf8')).toBe(`seq,activation_id\n1,${ids[1]}\n`);
  await writeFile(gate, '');
  await platform.record(ids[1]!);
  const second = await pulledWatched(run, 0, () => undefined);
  expect(second.records).toEqual({ source: 'couchdb', read: 3, expected: 3, missing: 0, complete: true });
  await expect(readFile(join(run.directory, 'missing.csv'))).rejects.toThrow('ENOENT');
});

test('a database that is still empty is waited for, too', async () => {
  const fresh = await startTestPlatform();
  const gate = join(testFolder, 'gate');
  await fresh.api('PUT', 'actions/held', source('nodejs:default', HELD));
  const began = Date.now();
  const calls = await Promise.all([1, 2, 3].map(() => fresh.api('POST', 'actions/held', { file: gate })));
  const run = await endedRun(
    calls.map(({ json }) => json.activationId),
    began,
  );
  const found: (number | null)[] = [];
  let opened: Promise<void> | undefined;
  const records = await pullActivations(run.directory, couchDbActivations(fresh.couchdb), {
    waitS: 60,
    onProgress(progress) {
      found.push(progress.found);
      if (progress.found === 0) opened ??= writeFile(gate, '');
    },
  });
  await opened;
  await fresh.stop();
  expect(found[0]).toBe(0);
  expect(records).toEqual({ source: 'couchdb', read: 3, expected: 3, missing: 0, complete: true });
});

/** A real sequence and its two components, of a run of one invocation; and the same of somebody else. */
const [SEQUENCE] = REAL_DOCUMENTS.filter(({ name }) => name === 'seq');
const COMPONENTS = REAL_DOCUMENTS.filter(({ cause }) => cause === SEQUENCE!.activationId);
const SPAN = { startMs: SEQUENCE!.start - 10_000, endMs: SEQUENCE!.end + 1_000 };
const foreign: OpenWhiskDocument = { ...SEQUENCE!, _id: `guest/${'0'.repeat(32)}`, activationId: '0'.repeat(32) };
foreign.logs = ['1'.repeat(32), '2'.repeat(32)];

const couchDb = (url: string, database: string): ActivationSource =>
  couchDbActivations({ url, username: '', password: '', database });
const sources: [string, (url: string) => ActivationSource][] = [
  ['couchdb', (url) => couchDb(url, 'db')],
  ['couchdb without the view', (url) => couchDb(url, 'no-view')],
  ['openwhisk', (url) => openWhiskActivations({ apiHost: url, auth: 'a:b', namespace: '_' })],
];
/** A platform that has these documents, by its database, with the view or without, and by its API. */
function platformOf(documents: readonly OpenWhiskDocument[]): ReturnType<typeof recordingServer> {
  return recordingServer((request, response) => {
    const { pathname } = request.url;
    if (pathname.startsWith('/api/')) {
      const newestFirst = documents.toSorted((a, b) => b.start - a.start);
      return json(response, 200, newestFirst);
    }
    if (pathname === '/no-view/_find') return json(response, 200, { docs: documents, bookmark: 'end' });
    if (pathname.startsWith('/no-view/')) return json(response, 404, { error: 'not_found', reason: 'missing' });
    return databaseOf(documents)(request, response);
  });
}
const isOfComponents = (warning: string): boolean => warning.includes('components');

test.each(sources)(
  '%s: components that come after their sequence are waited for; those of others are not',
  async (_name, of) => {
    const documents = [SEQUENCE!, foreign, COMPONENTS[0]!];
    const server = await platformOf(documents);
    const run = await runOf(testFolder, [SEQUENCE!], SPAN);
    const warnings: string[] = [];
    const records = await pullActivations(run.directory, of(server.url), {
      waitS: 60,
      onWarning: (warning) => warnings.push(warning),
      // every invocation has its record, and one component lacks
      onProgress: ({ found }) => found === 1 && documents.length === 3 && documents.push(COMPONENTS[1]!),
    });
    await server.close();
    expect(records).toMatchObject({ read: 3, expected: 1, missing: 0, complete: true });
    expect(await idsIn(run)).toEqual([SEQUENCE!, ...COMPONENTS].map(({ activationId }) => activationId).sort());
    expect(warnings.filter(isOfComponents)).toEqual([]);
  },
);

test.each(sources)('%s: components that never come are counted when the wait is over', async (_name, of) => {
  const server = await platformOf([SEQUENCE!, foreign]);
  const run = await runOf(testFolder, [SEQUENCE!], SPAN);
  const warnings: string[] = [];
  const onWarning = (warning: string): unknown => warnings.push(warning);
  const records = await pullActivations(run.directory, of(server.url), { waitS: 0.3, onWarning });
  await server.close();
  expect(records).toMatchObject({ read: 1, expected: 1, missing: 0, complete: true });
  expect(warnings.filter(isOfComponents)).toEqual([
    expect.stringMatching(/: 2 components of sequences have no record$/),
  ]);
});
