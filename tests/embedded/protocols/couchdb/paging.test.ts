import nano from 'nano';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, source, startTestPlatform, type TestPlatform } from '../../platform-fixture.js';

/** Paging as real clients do it, over activations of which many begin in the same millisecond. */
const COUNT = 300;
let platform: TestPlatform;
let database: nano.DocumentScope<{ start: number }>;

beforeAll(async () => {
  platform = await startTestPlatform();
  await platform.api('PUT', 'actions/hello', source('nodejs:default', 'function main() { return {}; }'));
  // in waves, so that several are accepted in one millisecond and start in one
  for (let wave = 0; wave < COUNT / 50; wave += 1) {
    await Promise.all(Array.from({ length: 50 }, () => platform.api('POST', 'actions/hello', {})));
  }
  const { url, username, password, database: name } = platform.couchdb;
  database = nano(url.replace('//', `//${username}:${password}@`)).use(name);
  await eventually(async () => ((await database.info()).doc_count === COUNT ? true : undefined));
});
afterAll(() => platform.stop());

interface Row {
  id: string;
  key: number;
}

/** As the facts of the real server have it: the last row of a page is the first of the next. */
async function pageThrough(limit: number, descending: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  let from: Record<string, unknown> = {};
  for (;;) {
    const page = await database.view<unknown>('activations', 'byDate', { limit: limit + 1, descending, ...from });
    const got = page.rows as unknown as Row[];
    rows.push(...got.slice(0, limit));
    const next = got[limit];
    if (next === undefined) return rows;
    from = { startkey: next.key, startkey_docid: next.id };
  }
}

test.each([1, 7, 100, 1000])('pages of %i rows show every activation once, in order, also over ties', async (limit) => {
  const rows = limit === 1 ? (await pageThrough(1, false)).slice(0, COUNT) : await pageThrough(limit, false);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(COUNT);
  const ordered = rows.toSorted((a, b) => a.key - b.key || (a.id < b.id ? -1 : 1));
  expect(rows).toEqual(ordered);
  // without ties this would prove nothing
  expect(new Set(rows.map(({ key }) => key)).size).toBeLessThan(COUNT);
});

test('backwards the same activations come in the opposite order', async () => {
  expect((await pageThrough(13, true)).toReversed()).toEqual(await pageThrough(1000, false));
});

test('a range has its ends in it unless told otherwise, forwards and backwards', async () => {
  const all = await pageThrough(1000, false);
  const [low, high] = [all[40]!.key, all[200]!.key];
  const inside = all.filter(({ key }) => key >= low && key <= high).map(({ id }) => id);
  const open = all.filter(({ key }) => key >= low && key < high).map(({ id }) => id);
  const ids = async (options: object): Promise<string[]> =>
    (await database.view<unknown>('activations', 'byDate', options)).rows.map(({ id }) => id);
  expect(await ids({ startkey: low, endkey: high })).toEqual(inside);
  expect(await ids({ startkey: low, endkey: high, inclusive_end: false })).toEqual(open);
  expect(await ids({ startkey: high, endkey: low, descending: true })).toEqual(inside.toReversed());
  const backwardsOpen = all.filter(({ key }) => key > low && key <= high).map(({ id }) => id);
  const options = { startkey: high, endkey: low, descending: true, inclusive_end: false };
  expect(await ids(options)).toEqual(backwardsOpen.toReversed());
  expect(await ids({ startkey: low, endkey: high, skip: 5, limit: 3 })).toEqual(inside.slice(5, 8));
  expect(await ids({ key: low })).toEqual(all.filter(({ key }) => key === low).map(({ id }) => id));
  const page = await database.view<unknown>('activations', 'byDate', { startkey: low, skip: 2, limit: 1 });
  expect(page.offset).toBe(all.findIndex(({ key }) => key === low) + 2);
});

test('rows of several keys come key by key, with limit and skip over all of them', async () => {
  const all = await pageThrough(1000, false);
  const [a, b] = [all[10]!.key, all.find(({ key }) => key > all[150]!.key)!.key];
  const of = (key: number): string[] => all.filter((row) => row.key === key).map(({ id }) => id);
  const ids = async (options: object): Promise<string[]> =>
    (await database.view<unknown>('activations', 'byDate', { keys: [b, 1, a], ...options } as never)).rows.map(
      ({ id }) => id,
    );
  const expected = [...of(b), ...of(a)];
  expect(await ids({})).toEqual(expected);
  expect(await ids({ skip: of(b).length, limit: 1 })).toEqual(of(a).slice(0, 1));
  expect(await ids({ limit: of(b).length + 1 })).toEqual(expected.slice(0, of(b).length + 1));
  expect(await ids({ descending: true })).toEqual([...of(a).toReversed(), ...of(b).toReversed()]);
});

test('_find gives 25 documents unless asked for more, and its bookmark leads through all of them', async () => {
  const selector = { start: { $gt: 0 } };
  expect((await database.find({ selector })).docs).toHaveLength(25);
  const seen: string[] = [];
  let bookmark: string | undefined;
  for (;;) {
    const page = await database.find({ selector, limit: 70, ...(bookmark === undefined ? {} : { bookmark }) });
    seen.push(...page.docs.map(({ _id: id }) => id));
    bookmark = page.bookmark;
    if (page.docs.length < 70) break;
  }
  expect(seen).toEqual([...new Set(seen)].toSorted());
  expect(seen).toHaveLength(COUNT);
});

test('documents that came in after an earlier listing are in the next', async () => {
  const before = (await database.list()).rows.map(({ id }) => id);
  const { json } = await platform.api('POST', 'actions/hello?blocking=true', {});
  await platform.record(json.activationId);
  const after = (await database.list()).rows.map(({ id }) => id);
  expect(after).toEqual([...before, `guest/${json.activationId}`].toSorted());
});
