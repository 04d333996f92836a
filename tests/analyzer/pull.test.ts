import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pullActivations } from '../../analyzer/pull.js';
import type { ActivationSource, EpochSpan } from '../../platforms/platform.js';
import type { ActivationRow } from '../../records/activations.js';
import { readManifest } from '../../records/manifest.js';
import { openTables } from '../../records/tables.js';
import { makeRun, type FixtureRun } from '../support/run-fixture.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faaslab-pull-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A platform whose records appear with each reading: `readings[0]` at the first, also `readings[1]` at the second … */
function platformWith(...readings: ActivationRow[][]): ActivationSource & { spans: EpochSpan[] } {
  const spans: EpochSpan[] = [];
  return {
    name: 'couchdb',
    place: 'memory',
    spans,
    async *activations(span) {
      spans.push(span);
      for (const rows of readings.slice(0, spans.length)) {
        yield rows.filter(({ start_ms }) => start_ms === null || (start_ms >= span.sinceMs && start_ms <= span.uptoMs));
      }
    },
  };
}

async function pulledIds({ directory }: FixtureRun): Promise<string[]> {
  const tables = await openTables();
  await tables.view('a', join(directory, 'activations.parquet'));
  const rows = await tables.query<{ activation_id: string }>('SELECT activation_id FROM a ORDER BY activation_id');
  tables.close();
  return rows.map(({ activation_id }) => activation_id);
}

const idsOf = (rows: ActivationRow[]): string[] => rows.map(({ activation_id }) => activation_id).sort();

test('the records of the test are kept, those of others left out, and the manifest says complete', async () => {
  const run = await makeRun(folder, { rows: 50, pulled: false });
  const foreign = { ...run.activations[0]!, activation_id: 'somebody-elses' };
  const records = await pullActivations(run.directory, platformWith([foreign, ...run.activations]), { waitS: 0 });
  // one of 50 rows was dropped and has no activation
  expect(records).toEqual({ source: 'couchdb', read: 49, expected: 49, missing: 0, complete: true });
  expect(await pulledIds(run)).toEqual(idsOf(run.activations));
  expect((await readManifest(run.directory)).activations).toEqual({ source: 'couchdb', complete: true, missing: 0 });
  expect((await readdir(run.directory)).filter((name) => /part|ndjson|missing/.test(name))).toEqual([]);
});

test('records that come late are waited for, and looked for only around the invocations that lack them', async () => {
  const run = await makeRun(folder, { rows: 50, pulled: false });
  const late = run.activations.slice(40);
  const platform = platformWith(run.activations.slice(0, 40), late.slice(0, 5), late.slice(5));
  const found: (number | null)[] = [];
  const records = await pullActivations(run.directory, platform, {
    waitS: 60,
    onProgress: (progress) => found.push(progress.found),
  });
  expect(records.complete).toBe(true);
  expect([...new Set(found)]).toEqual([null, 40, 45, 49]);
  expect(platform.spans).toHaveLength(3);
  // the second look is wide, in case the platform's clock is wrong; it is not, so the third is narrow
  const [first, , third] = platform.spans;
  expect(third!.sinceMs).toBeGreaterThan(first!.sinceMs);
  expect(await pulledIds(run)).toEqual(idsOf(run.activations));
});

test('what is missing when the wait is over is counted and listed by seq, and the list goes when they are found', async () => {
  const run = await makeRun(folder, { rows: 50, pulled: false });
  const [first, second, ...others] = run.activations;
  const records = await pullActivations(run.directory, platformWith(others), { waitS: 0 });
  expect(records).toMatchObject({ read: 47, expected: 49, missing: 2, complete: false });
  const lines = run.invocations
    .filter(({ activation_id }) => [first, second].some((row) => row!.activation_id === activation_id))
    .map(({ seq, activation_id }) => `${seq},${activation_id}\n`);
  const missing = join(run.directory, 'missing.csv');
  expect(await readFile(missing, 'utf8')).toBe(`seq,activation_id\n${lines.join('')}`);
  await pullActivations(run.directory, platformWith(run.activations), { waitS: 0 });
  await expect(readFile(missing)).rejects.toThrow('ENOENT');
});

test('components of sequences are kept with their cause, and components of components, even in a circle', async () => {
  const run = await makeRun(folder, { rows: 20, pulled: false });
  const [parent] = run.activations;
  const child = { ...parent!, activation_id: 'child', cause: parent!.activation_id };
  const grandchild = { ...parent!, activation_id: 'grandchild', cause: 'child' };
  const circle = { ...parent!, activation_id: 'child', cause: 'grandchild', attempt: 2 };
  const stranger = { ...parent!, activation_id: 'stranger', cause: 'nobody' };
  const everything = [...run.activations, child, grandchild, circle, stranger];
  const records = await pullActivations(run.directory, platformWith(everything), { waitS: 0 });
  expect(records).toMatchObject({ expected: 19, missing: 0, read: 22 });
  expect(await pulledIds(run)).toEqual(['child', 'child', 'grandchild', ...idsOf(run.activations)].sort());
});

/** The result of one activation, as the table holds it. */
async function resultOf({ directory }: FixtureRun, id: string): Promise<string | null> {
  const tables = await openTables();
  await tables.view('a', join(directory, 'activations.parquet'));
  const [row] = await tables.query<{ result: string | null }>('SELECT result FROM a WHERE activation_id = $id', { id });
  tables.close();
  return row!.result;
}

test.each([false, true])(
  'of records that differ the one counts that ended last, whichever came first (%s)',
  async (isReversed) => {
    const run = await makeRun(folder, { rows: 20, pulled: false });
    const [first, second, third] = run.activations as [ActivationRow, ActivationRow, ActivationRow];
    const copies = [
      { ...first, result: '"earlier and long"' },
      { ...first, end_ms: first.end_ms! + 1, result: '"later"' },
      // of equal ends the longest result, of equal lengths whichever, but always the same
      { ...second, result: '"short"' },
      { ...second, result: '"longer"' },
      { ...third, result: '"one"' },
      { ...third, result: '"two"' },
    ];
    const everything = [...copies, ...run.activations.slice(3), run.activations[3]!];
    const warnings: string[] = [];
    const source = platformWith(isReversed ? everything.toReversed() : everything);
    await pullActivations(run.directory, source, { waitS: 0, onWarning: (warning) => warnings.push(warning) });
    expect(await pulledIds(run)).toEqual(idsOf(run.activations));
    expect(await resultOf(run, first.activation_id)).toBe('"later"');
    expect(await resultOf(run, second.activation_id)).toBe('"longer"');
    // by their digests; what matters is that both orders give the same
    expect(await resultOf(run, third.activation_id)).toBe('"two"');
    expect(warnings).toEqual([
      'memory: 4 records were left out whose activation had one already; ' +
        'the records of 3 activations differ, and the one that ended last counts',
    ]);
  },
);

test('what another look for late records brings again is no copy', async () => {
  const run = await makeRun(folder, { rows: 20, pulled: false });
  const { activations } = run;
  const warnings: string[] = [];
  const source = platformWith(activations.slice(0, 15), activations.slice(15));
  await pullActivations(run.directory, source, { waitS: 60, onWarning: (warning) => warnings.push(warning) });
  expect(source.spans).toHaveLength(2);
  expect(await pulledIds(run)).toEqual(idsOf(activations));
  expect(warnings).toEqual([]);
});

test('a source with fewer records takes none away: those of before stay, are counted, and both sources are named', async () => {
  const run = await makeRun(folder, { rows: 50 });
  const [first, ...others] = run.activations as [ActivationRow, ...ActivationRow[]];
  await pullActivations(run.directory, platformWith(run.activations), { waitS: 0 });
  const warnings: string[] = [];
  const fewer = {
    ...platformWith([{ ...first, result: '"new"' }, ...others.slice(0, 8)]),
    name: 'documents',
  };
  const records = await pullActivations(run.directory, fewer, { waitS: 0, onWarning: (said) => warnings.push(said) });
  // 49 expected, 9 of them read now
  expect(records).toEqual({ source: 'couchdb+documents', read: 49, expected: 49, missing: 0, complete: true });
  expect(await pulledIds(run)).toEqual(idsOf(run.activations));
  expect(await resultOf(run, first.activation_id)).toBe('"new"');
  expect(warnings).toEqual([
    'memory has fewer records of this run than were there already: 40 were kept from before (couchdb)',
  ]);
  const { activations } = await readManifest(run.directory);
  expect(activations).toEqual({ source: 'couchdb+documents', complete: true, missing: 0 });
  // a whole pull stands for itself again
  expect(await pullActivations(run.directory, platformWith(run.activations), { waitS: 0 })).toMatchObject({
    source: 'couchdb',
  });
  expect(await resultOf(run, first.activation_id)).toBe(first.result);
});

test('a record that comes twice is kept once', async () => {
  const run = await makeRun(folder, { rows: 20, pulled: false });
  await pullActivations(run.directory, platformWith([...run.activations, ...run.activations]), { waitS: 0 });
  expect(await pulledIds(run)).toEqual(idsOf(run.activations));
});

test('a run of which no invocation has an id asks for nothing', async () => {
  const refused = { outcome: 'failed', error: 'refused', status: null, activation_id: null } as const;
  const run = await makeRun(folder, { rows: 20, pulled: false, invocation: (row) => ({ ...row, ...refused }) });
  const platform = platformWith([]);
  const records = await pullActivations(run.directory, platform, { waitS: 60 });
  expect(records).toEqual({ source: 'couchdb', read: 0, expected: 0, missing: 0, complete: true });
  expect(platform.spans).toEqual([]);
});

test('a platform that fails in the middle leaves the earlier records and nothing half-written', async () => {
  const run = await makeRun(folder, { rows: 20 });
  const failing: ActivationSource = {
    ...platformWith(),
    async *activations() {
      yield run.activations.slice(0, 3);
      throw new Error('lost');
    },
  };
  const before = (await readdir(run.directory)).sort();
  await expect(pullActivations(run.directory, failing, { waitS: 0 })).rejects.toThrow('lost');
  expect((await readdir(run.directory)).sort()).toEqual(before);
  expect(await pulledIds(run)).toEqual(idsOf(run.activations));
});

test('an interruption while waiting gives up at once and leaves the run as it was', async () => {
  const run = await makeRun(folder, { rows: 20, pulled: false });
  const before = (await readdir(run.directory)).sort();
  const interrupt = new AbortController();
  const pulling = pullActivations(run.directory, platformWith(run.activations.slice(1)), {
    waitS: 3_600,
    signal: interrupt.signal,
    onProgress: ({ found }) => found === 18 && interrupt.abort(),
  });
  await expect(pulling).rejects.toThrow(/aborted/);
  expect((await readdir(run.directory)).sort()).toEqual(before);
});

test('with records nothing is asked, and what lies there is counted', async () => {
  const run = await makeRun(folder, { rows: 20 });
  const records = await pullActivations(run.directory, 'records', { waitS: 60 });
  expect(records).toEqual({ source: 'records', read: 19, expected: 19, missing: 0, complete: true });
});

test.each([-10, 10])(
  'records of a platform whose clock is %i minutes off are found, whatever the wait',
  async (minutes) => {
    const run = await makeRun(folder, { rows: 50, pulled: false });
    const shifted = run.activations.map((row) => ({ ...row, start_ms: row.start_ms! + minutes * 60_000 }));
    const platform = platformWith(shifted);
    const records = await pullActivations(run.directory, platform, { waitS: 0 });
    expect(records).toMatchObject({ expected: 49, missing: 0 });
    expect(platform.spans).toHaveLength(2);
  },
);

test('not one record, but others of that time: the clocks may differ, or it was another platform', async () => {
  const run = await makeRun(folder, { rows: 20, pulled: false });
  const others = run.activations.map((row, n) => ({ ...row, activation_id: `other-${n}` }));
  const warnings: string[] = [];
  const options = { waitS: 0, onWarning: (warning: string) => void warnings.push(warning) };
  await pullActivations(run.directory, platformWith([]), options);
  expect(warnings).toEqual([]);
  await pullActivations(run.directory, platformWith(others), options);
  expect(warnings).toEqual([
    'memory: it has records of the time of this run, but none of its 19 activations: do the clocks of platform and client ' +
      'differ by more than ten minutes, or did the run go to another platform?',
  ]);
});

test('requests that had to be repeated are told once, at the end', async () => {
  const run = await makeRun(folder, { rows: 20, pulled: false });
  const warnings: string[] = [];
  const source = { ...platformWith(run.activations), repeated: () => 3 };
  await pullActivations(run.directory, source, { waitS: 0, onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toEqual(['memory: 3 requests failed (a 5xx, a 429, a lost connection) and were asked again']);
});
