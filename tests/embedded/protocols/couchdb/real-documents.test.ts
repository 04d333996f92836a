import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type Json, type TestPlatform } from '../../platform-fixture.js';

/** A platform over the 467 documents that a real OpenWhisk wrote: whoever reads them gets back what was there, byte by byte. */
const LINES = readFileSync('tests/fixtures/openwhisk/activations-real.ndjson', 'utf8').trim().split('\n').map(compact);
const DOCUMENTS: Json[] = LINES.map((line) => JSON.parse(line));
const DATE_VIEW = '/_design/activations/_view/byDate';
let platform: TestPlatform;
let folder: string;

/** As a database prints it, without the spaces of the recording. */
function compact(line: string): string {
  return JSON.stringify(JSON.parse(line));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
  await writeFile(join(folder, 'activations.ndjson'), LINES.map((line) => `${line}\n`).join(''));
  platform = await startTestPlatform(['--state', folder]);
});
afterAll(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

function byStart(a: Json, b: Json): number {
  return a.start - b.start || (a['_id'] < b['_id'] ? -1 : 1);
}

test('every document is there with the same text, by whichever way it is read', async () => {
  expect(LINES).toHaveLength(467);
  const inOrder = DOCUMENTS.toSorted(byStart);
  const texts = inOrder.map((document) => JSON.stringify(document));
  const view = await platform.couch('GET', `${DATE_VIEW}?include_docs=true`);
  const rows = inOrder.map(({ _id: id, _rev: revision, start }, i) => {
    return `{"id":"${id}","key":${start},"value":["${id}","${revision}"],"doc":${texts[i]}}`;
  });
  expect(view.text).toBe(`{"total_rows":467,"offset":0,"rows":[\r\n${rows.join(',\r\n')}\r\n]}\n`);

  const byId = DOCUMENTS.toSorted((a, b) => (a['_id'] < b['_id'] ? -1 : 1));
  const all = await platform.couch('GET', '/_all_docs?include_docs=true');
  for (const document of byId) expect(all.text).toContain(`"doc":${JSON.stringify(document)}`);
  const found = await platform.couch('POST', '/_find', { selector: {}, limit: 500 });
  expect(found.text).toContain(`{"docs":[\r\n${byId.map((document) => JSON.stringify(document)).join(',\r\n')}\r\n]`);
  const asked = byId.map(({ _id: id }) => ({ id }));
  const bulk = await platform.couch('POST', '/_bulk_get', { docs: asked });
  expect(bulk.json.results.map(({ docs }: Json) => JSON.stringify(docs[0].ok))).toEqual(
    byId.map((document) => JSON.stringify(document)),
  );
  for (const document of DOCUMENTS.filter((_, i) => i % 50 === 0)) {
    const one = await platform.couch('GET', `/${encodeURIComponent(document['_id'])}`);
    expect(one.text).toBe(`${JSON.stringify(document)}\n`);
  }
});

test('the view of namespaces has the values that its source emits', async () => {
  const path = '/_design/whisks.v2.1.0/_view/activations?reduce=false';
  const { json } = await platform.couch('GET', path);
  const expected = DOCUMENTS.toSorted(byStart).map((document) => ({
    id: document['_id'],
    key: ['guest', document.start],
    value: emitted(document),
  }));
  expect(JSON.stringify(json.rows)).toBe(JSON.stringify(expected));
});

/** What OpenWhisk's design document makes of a document; JSON leaves out what is undefined. */
function emitted(document: Json): unknown {
  const end = document.end === 0 ? undefined : document.end;
  return {
    namespace: document.namespace,
    name: document.name,
    version: document.version,
    publish: document.publish,
    annotations: document.annotations,
    activationId: document.activationId,
    start: document.start,
    end,
    duration: end === undefined ? undefined : end - document.start,
    cause: document.cause,
    statusCode: end === undefined ? undefined : document.response.statusCode,
  };
}

test('the API shows them as records and rows, a sequence and a trigger among them', async () => {
  const rows: Json[] = [];
  for (let skip = 0; skip < 467; skip += 200) {
    rows.push(...(await platform.api('GET', `activations?limit=200&skip=${skip}`)).json);
  }
  expect(rows).toHaveLength(467);
  const sequence = DOCUMENTS.find(({ annotations }) => annotations.some(({ key }: Json) => key === 'topmost'));
  const row = rows.find(({ activationId }) => activationId === sequence.activationId);
  // 6797 ms from start to end, of which 5175 in its two components
  expect([row.duration, sequence.duration]).toEqual([6797, 5175]);
  const trigger = DOCUMENTS.find(({ end }) => end === 0);
  const record = (await platform.api('GET', `activations/${trigger.activationId}`)).json;
  expect(Object.keys(record)).not.toContain('end');
  expect(record.logs).toEqual(trigger.logs);
});

test('pages of any size, from any place and in both directions, are what the whole list has there', async () => {
  const whole = DOCUMENTS.toSorted(byStart).map(({ _id: id, start }) => ({ id, key: start }));
  const place = fc.nat({ max: whole.length - 1 });
  const query = fc.record({ from: place, to: place, limit: fc.integer({ min: 0, max: 60 }), skip: fc.nat({ max: 5 }) });
  const options = fc.record({ descending: fc.boolean(), inclusive: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(query, options, async ({ from, to, limit, skip }, { descending, inclusive }) => {
      const order = descending ? whole.toReversed() : whole;
      const [first, last] = [Math.min(from, to), Math.max(from, to)];
      const [start, end] = [order[first]!, order[last]!];
      const parameters = new URLSearchParams({
        startkey: String(start.key),
        startkey_docid: start.id,
        endkey: String(end.key),
        endkey_docid: end.id,
        limit: String(limit),
        skip: String(skip),
        descending: String(descending),
        inclusive_end: String(inclusive),
      });
      const { json } = await platform.couch('GET', `${DATE_VIEW}?${parameters}`);
      const expected = order.slice(first, inclusive ? last + 1 : last).slice(skip, skip + limit);
      expect(json.rows.map(({ id, key }: Json) => ({ id, key }))).toEqual(expected);
      expect(json.offset).toBe(Math.min(whole.length, first + skip));
    }),
    { numRuns: 60 },
  );
});

test('bookmarks of pages of any size lead through what a selector finds, each once', async () => {
  const cold = DOCUMENTS.filter(({ annotations }) => annotations.some(({ key }: Json) => key === 'initTime'));
  const ids = cold.map(({ _id: id }) => id).toSorted();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (limit) => {
      const seen: string[] = [];
      let bookmark: string | undefined;
      for (;;) {
        const asked = { selector: { annotations: { $elemMatch: { key: 'initTime' } } }, limit, bookmark };
        const { json } = await platform.couch('POST', '/_find', asked);
        seen.push(...json.docs.map(({ _id: id }: Json) => id));
        if (json.docs.length < limit) break;
        bookmark = json.bookmark;
      }
      expect(seen).toEqual(ids);
    }),
    { numRuns: 8 },
  );
});
