import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { startTestPlatform } from '../embedded/platform-fixture.js';
import { json, recordingServer, type RecordingServer } from '../support/couchdb-double.js';
import { REAL_DOCUMENTS } from '../support/openwhisk-documents.js';
import { DESIGN, openScratchDatabase } from './scratch-database.js';

/** What the script for a real CouchDB writes there and what it leaves alone, told by the requests that it sends. */
let server: RecordingServer;
afterEach(() => server?.close());

const open = (url = server.url) => openScratchDatabase({ url, username: 'admin', password: 'p:ß' }, REAL_DOCUMENTS);
const sent = (): string[] => server.requests.map(({ method, url }) => `${method} ${url.pathname}`);
const failing = (): Promise<string> =>
  open().then(
    () => 'nothing failed',
    (error: Error) => error.message,
  );

test('it creates a database of a new name, fills it, and deletes it in the end', async () => {
  server = await recordingServer(({ method }, response) => json(response, method === 'PUT' ? 201 : 200, []));
  const scratch = await open();
  const { database } = scratch.access;
  expect(database).toMatch(/^faaslab_scratch_[0-9a-f]{16}_activations$/);
  await scratch.close();
  const [create, design, bulk, remove] = [
    `PUT /${database}`,
    `PUT /${database}/_design/activations`,
    `POST /${database}/_bulk_docs`,
    `DELETE /${database}`,
  ];
  expect(sent()).toEqual([create, design, bulk, remove]);
  const { docs } = JSON.parse(server.requests[2]!.body) as { docs: object[] };
  expect(docs).toEqual(REAL_DOCUMENTS.map((document) => ({ ...document, ['_rev']: undefined })));
  expect((await open()).access.database).not.toBe(database);
});

test('a database that is there already is not touched', async () => {
  server = await recordingServer((_request, response) => json(response, 412, { error: 'file_exists' }));
  expect(await failing()).toMatch(/there is such a database already; it was not touched$/);
  expect(sent()).toHaveLength(1);
});

test('without the right to create one it says what to set, and does nothing more', async () => {
  server = await recordingServer((_request, response) => json(response, 401, { error: 'unauthorized' }));
  const message = await failing();
  expect(message).toMatch(/no database can be created there \(401 .*set COUCHDB_USER and COUCHDB_PASSWORD/);
  expect(message).not.toMatch(/p:ß|admin:/);
  expect(sent()).toHaveLength(1);
});

test('what it created is deleted where it cannot be filled', async () => {
  const answers: [number, unknown][] = [
    [500, { error: 'disk' }],
    [201, [{ id: 'guest/1', error: 'forbidden' }]],
  ];
  for (const [status, body] of answers) {
    server = await recordingServer(({ url }, response) =>
      url.pathname.endsWith('/_bulk_docs') ? json(response, status, body) : json(response, 201, {}),
    );
    expect(await failing()).toMatch(/CouchDB answers (500 .*disk|forbidden)/);
    expect(sent().at(-1)).toBe(sent()[0]!.replace('PUT', 'DELETE'));
    await server.close();
  }
});

test('our own platform, whose database nobody may write, refuses it', async () => {
  const platform = await startTestPlatform();
  const { url, username, password } = platform.couchdb;
  await expect(openScratchDatabase({ url, username, password }, REAL_DOCUMENTS)).rejects.toThrow(
    /no database can be created there \(\d+ /,
  );
  await platform.stop();
});

test('its view gives what the real view gave', () => {
  const rows: unknown[] = [];
  const emit = (key: unknown, value: unknown): unknown => rows.push([key, value]);
  const map = runInNewContext(`(${DESIGN.views.byDate.map})`, { emit }) as (document: object) => void;
  for (const document of [...REAL_DOCUMENTS, { _id: '_design/x' }]) map(document);
  expect(rows).toHaveLength(467);
  const [first] = REAL_DOCUMENTS;
  expect(rows[0]).toEqual([first!.start, [first!['_id'], first!['_rev']]]);
});
