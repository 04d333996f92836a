import { request } from 'undici';
import { expect, test } from 'vitest';
import { couchDbActivations } from '../../platforms/openwhisk/activations-couchdb.js';
import { openWhiskActivations } from '../../platforms/openwhisk/activations-api.js';
import type { ActivationSource } from '../../platforms/platform.js';
import type { ActivationRow } from '../../records/activations.js';
import { asking, readActivations } from '../support/activation-reader.js';
import { emptyFolder, platformForTest } from '../support/programs.js';

/** Reads until as many records are there as were made: they are written after the response. */
async function read(source: ActivationSource, wanted: number): Promise<ActivationRow[]> {
  for (;;) {
    const warnings: string[] = [];
    const rows = await readActivations(source, { reader: asking(warnings) });
    expect(warnings).toEqual([]);
    if (rows.length >= wanted) return rows.sort((a, b) => (a.activation_id < b.activation_id ? -1 : 1));
  }
}

test('the API and the database of one platform tell the same of every activation, page after page', async () => {
  const env = await platformForTest(emptyFolder());
  const host = env['WHISK_APIHOST']!;
  const headers = {
    authorization: `Basic ${Buffer.from(env['WHISK_AUTH']!).toString('base64')}`,
    'content-type': 'application/json',
  };
  const call = async (method: 'PUT' | 'POST', path: string, body: unknown): Promise<number> => {
    const url = `${host}/api/v1/namespaces/_/actions/${path}`;
    const answer = await request(url, { method, headers, body: JSON.stringify(body) });
    await answer.body.dump();
    return answer.statusCode;
  };
  const code = "function main({ fail }) { return fail ? { error: 'on purpose' } : { ok: true }; }";
  expect(await call('PUT', 'probe?overwrite=true', { exec: { kind: 'nodejs:default', code } })).toBe(200);
  // more than a page of the API (200), every tenth failing
  const made = 230;
  for (let i = 0; i < made; i += 1) await call('POST', 'probe?blocking=true', { fail: i % 10 === 0 });

  const fromApi = await read(openWhiskActivations({ apiHost: host, auth: env['WHISK_AUTH']!, namespace: '_' }), made);
  const database = {
    url: env['COUCHDB_URL']!,
    username: env['COUCHDB_USER']!,
    password: env['COUCHDB_PASSWORD']!,
    database: 'whisk_local_activations',
  };
  const fromDatabase = await read(couchDbActivations(database, { pageSize: 50 }), made);
  expect(fromApi).toEqual(fromDatabase);
  expect(fromApi).toHaveLength(made);
  expect(fromApi.filter(({ success }) => success === false)).toHaveLength(made / 10);
  expect(fromApi.filter(({ cold }) => cold === true).length).toBeGreaterThanOrEqual(1);
  expect(fromApi.every(({ wait_ms, duration_ms, latency_ms }) => latency_ms === wait_ms! + duration_ms!)).toBe(true);
});
