import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { activationSource, type SourceOptions } from '../../platforms/sources.js';
import type { Manifest } from '../../records/manifest.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-sources-'));
  vi.stubEnv('WSK_CONFIG_FILE', join(folder, 'none'));
  for (const name of ['COUCHDB_URL', 'COUCHDB_USER', 'COUCHDB_PASSWORD', 'WHISK_APIHOST', 'WHISK_AUTH'])
    vi.stubEnv(name, '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function chosen(kind: string, options: Partial<SourceOptions> = {}, run: object = {}): Promise<string> {
  const endpoint = { kind, url: 'http://127.0.0.1:3233', namespace: 'guest', ...run };
  const source = await activationSource({ endpoint } as Manifest, { insecure: false, ...options });
  return source === 'records' ? source : `${source.name} ${source.place}`;
}

test('a database is read where one is given, by flag, environment or ini; else the API; a generic endpoint has records', async () => {
  vi.stubEnv('WHISK_AUTH', 'uuid:key');
  expect(await chosen('local_openwhisk')).toBe('openwhisk http://127.0.0.1:3233/api/v1/namespaces/guest/activations');
  expect(await chosen('generic')).toBe('records');
  expect(await chosen('local_openwhisk', { couchdbUrl: 'http://127.0.0.1:5984/' })).toBe(
    'couchdb http://127.0.0.1:5984/whisk_local_activations',
  );
  vi.stubEnv('COUCHDB_URL', 'http://127.0.0.1:5985/couch');
  expect(await chosen('local_openwhisk', { database: 'test_activations' })).toBe(
    'couchdb http://127.0.0.1:5985/couch/test_activations',
  );
  expect(await chosen('local_openwhisk', { source: 'records' })).toBe('records');
  expect(await chosen('local_openwhisk', { source: 'openwhisk' })).toMatch(/^openwhisk/);
});

test('a platform that was started for the run is not looked for after it, whatever the environment names', async () => {
  const run = { started_for_run: true };
  const ended = {
    exitCode: 1,
    message: expect.stringMatching(/started for it by --embedded and ended with it.*--source records/) as string,
  };
  await expect(chosen('local_openwhisk', {}, run)).rejects.toMatchObject(ended);
  vi.stubEnv('WHISK_AUTH', 'uuid:key');
  vi.stubEnv('WHISK_APIHOST', 'http://127.0.0.1:9999');
  await expect(chosen('local_openwhisk', {}, run)).rejects.toMatchObject(ended);
  await expect(chosen('wsk', { source: 'openwhisk' }, run)).rejects.toMatchObject(ended);
  vi.stubEnv('COUCHDB_URL', 'http://127.0.0.1:5985');
  await expect(chosen('embedded', {}, run)).rejects.toMatchObject(ended);
  expect(await chosen('local_openwhisk', { source: 'records' }, run)).toBe('records');
  // Somebody's copy of its database.
  expect(await chosen('local_openwhisk', { couchdbUrl: 'http://127.0.0.1:5984' }, run)).toMatch(/^couchdb/);
  // While the run pulls, the platform is there.
  const openwhisk = { apiHost: 'http://127.0.0.1:3233', auth: 'uuid:key', namespace: 'guest' };
  expect(await chosen('local_openwhisk', { source: 'openwhisk', access: { openwhisk, pid: 1 } }, run)).toMatch(
    /^openwhisk/,
  );
});

test('WHISK_APIHOST comes before the place that the run went to: a port-forward may have moved', async () => {
  vi.stubEnv('WHISK_AUTH', 'uuid:key');
  vi.stubEnv('WHISK_APIHOST', 'http://127.0.0.1:9999');
  expect(await chosen('local_openwhisk')).toMatch(/^openwhisk http:\/\/127\.0\.0\.1:9999\//);
});

test('the ini of the ansible scripts gives place and credentials', async () => {
  const ini = join(folder, 'db_local.ini');
  await writeFile(
    ini,
    '; made by ansible\n[other]\ndb_host=no\n[db_creds]\ndb_provider=CouchDB\ndb_protocol=http\ndb_host = 127.0.0.1\ndb_port=5986\ndb_username=whisk_admin\ndb_password=some=pass\n',
  );
  expect(await chosen('local_openwhisk', { dbIni: ini })).toBe('couchdb http://127.0.0.1:5986/whisk_local_activations');
  await writeFile(ini, '[db_creds]\ndb_host=x\ndb_password=tell-nobody\n');
  const fault = await chosen('local_openwhisk', { dbIni: ini }).catch((error: Error) => error.message);
  expect(fault).toBe(`--db-ini ${ini}: [db_creds] lacks db_username`);
  await expect(chosen('local_openwhisk', { dbIni: join(folder, 'no.ini') })).rejects.toThrow(
    /cannot be read \(ENOENT\)/,
  );
});

test('a URL with user info is refused without repeating it', async () => {
  const fault = await chosen('local_openwhisk', { couchdbUrl: 'http://admin:tell-nobody@127.0.0.1:5984' }).catch(
    (error: Error & { exitCode: number }) => error,
  );
  expect(fault).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^--couchdb: .*set COUCHDB_USER/) as string,
  });
  expect(String(fault)).not.toMatch(/tell-nobody|admin/);
});

test.each([
  ['generic', { source: 'couchdb' }, /reads OpenWhisk's activations, but the endpoint of this run is generic/],
  ['local_openwhisk', { source: 'cloudwatch' }, /reads Lambda's logs, but the endpoint of this run is local_openwhisk/],
  ['local_openwhisk', { source: 'couch' }, /--source couch: unknown; one of openwhisk, couchdb, cloudwatch, records/],
  ['local_openwhisk', { source: 'couchdb' }, /where is CouchDB\? Set COUCHDB_URL/],
  ['local_openwhisk', { couchdbUrl: 'localhost:5984' }, /--couchdb: this is no http\(s\) URL/],
  ['local_openwhisk', {}, /no key for OpenWhisk .*set WHISK_AUTH/],
])('a source that cannot be is a mistake of usage (%s, %o)', async (kind, options, message) => {
  await expect(chosen(kind, options)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(message) as string,
  });
});
