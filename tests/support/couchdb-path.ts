import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import { pullActivations } from '../../analyzer/pull.js';
import type { CouchDbAccess } from '../../platforms/access.js';
import { couchDbActivations } from '../../platforms/openwhisk/activations-couchdb.js';
import { madeDatabase, narrowed, type MadeDatabase, type MadeOptions } from './openwhisk-documents.js';
import { runOf } from './openwhisk-run.js';
import { emptyFolder, programEnded } from './programs.js';
import { pulledFrom, wholeOf } from './pulled-rows.js';
import { watchingProxy, type Fault, type SeenRequest, type WatchingProxy } from './watching-proxy.js';

/** A CouchDB that holds exactly the documents it was opened with. */
export interface FilledCouchDb {
  access: CouchDbAccess;
  close(): Promise<void>;
}

/**
 * The whole path from a CouchDB's HTTP interface to `activations.parquet`, the same for whatever answers there: a database
 * of several tests, with more documents of one millisecond than a page of ids, of which one run is read.
 */
export function testCouchDbPath(open: (made: MadeDatabase) => Promise<FilledCouchDb>, options: MadeOptions): void {
  let made: MadeDatabase;
  /** of the same database, the run around the documents that begin together */
  let part: MadeDatabase;
  let database: FilledCouchDb;
  let folder: string;
  const runs = new Map<MadeDatabase, string>();
  beforeAll(async () => {
    made = madeDatabase(options);
    part = narrowed(made, made.tiedAtMs - 500, made.tiedAtMs + 500);
    folder = await mkdtemp(join(tmpdir(), 'faaslab-test-'));
    for (const run of [made, part])
      runs.set(run, (await runOf(join(folder, String(runs.size)), run.invoked, run)).directory);
    database = await open(made);
  }, 3_600_000);
  afterAll(async () => {
    await database?.close();
    await rm(folder, { recursive: true });
  });
  async function copyOfRun(run: MadeDatabase, cwd: string): Promise<string> {
    const copy = join(cwd, basename(runs.get(run)!));
    await cp(runs.get(run)!, copy, { recursive: true });
    return copy;
  }

  const proxied = (faultOf?: (request: SeenRequest, nth: number) => Fault | null): Promise<WatchingProxy> =>
    watchingProxy(database.access.url, faultOf);

  async function command(url: string, run: MadeDatabase, args: string[], change: Partial<CouchDbAccess> = {}) {
    const cwd = emptyFolder();
    const { username, password, database: name } = { ...database.access, ...change };
    const env = { COUCHDB_URL: url, COUCHDB_USER: username, COUCHDB_PASSWORD: password };
    const directory = await copyOfRun(run, cwd);
    const what = ['--run', directory, '--source', 'couchdb', '--database', name];
    return { directory, ...(await programEnded('WorkloadAnalyzer', [...what, ...args], { cwd, env })) };
  }

  /** Reads the run in this process: with small pages, so that there are many answers to lose. */
  async function pulledThrough(proxy: WatchingProxy, run: MadeDatabase, pageSize: number, documentsAtOnce: number) {
    const directory = await copyOfRun(run, emptyFolder());
    const source = couchDbActivations(
      { ...database.access, url: proxy.url },
      { pageSize, documentsAtOnce, pauseMs: 1 },
    );
    const warnings: string[] = [];
    const onWarning = (warning: string): unknown => warnings.push(warning.replace(source.place, 'PLACE'));
    const records = await pullActivations(directory, source, { waitS: 0, onWarning });
    return { records, warnings, pulled: await pulledFrom(directory, run) };
  }

  test('a run is read from a database of several: none lost, none twice, components with their cause, no document of others fetched', async () => {
    // more ties than a page of 10,000 ids, or they would prove nothing
    expect(made.tied).toBeGreaterThan(10_000);
    const proxy = await proxied();
    const { directory, status, stdout, stderr } = await command(proxy.url, made, ['--json', '--wait', '0']);
    await proxy.close();
    expect({ status, warnings: stderr.split('\n').filter((line) => line.startsWith('warning')) }).toEqual({
      status: 0,
      warnings: [],
    });
    expect(await pulledFrom(directory, made)).toEqual(wholeOf(made));
    const { records } = JSON.parse(stdout) as Analysis;
    const expected = made.invoked.length;
    expect(records).toEqual({
      source: 'couchdb',
      read: expected + made.caused.length,
      expected,
      missing: 0,
      complete: true,
    });
    const fetched = proxy.requests.flatMap(({ documentIds }) => documentIds);
    expect(fetched).toHaveLength(expected + made.caused.length);
    // of the ids, those within the run and a minute on either side are listed, in pages of 10,000
    const margin = 60_000;
    const inSpan = made.documents.filter(
      ({ start }) => start >= made.startMs - margin && start <= made.endMs + margin,
    ).length;
    expect(inSpan).toBeLessThan(made.documents.length);
    const pages = proxy.requests.filter(({ path }) => path.endsWith('/byDate'));
    expect(pages).toHaveLength(Math.ceil(inSpan / 10_000));
    expect(pages.some(({ query }) => query.has('skip') || query.get('include_docs') === 'true')).toBe(false);
  });

  test('connections lost in the middle, a server that fails now and then, an index that is being built: nothing is lost or twice', async () => {
    // recorded from CouchDB 3.5 while it indexed a million documents
    const indexing = { error: 'timeout', reason: 'The request could not be processed in a reasonable amount of time.' };
    const proxy = await proxied((_request, nth) => {
      if (nth === 1 || nth % 7 === 0) return 'cut';
      if (nth <= 6) return { status: 500, body: indexing };
      return nth % 11 === 0 ? { status: 500, body: { error: 'badmatch', reason: 'unknown' } } : null;
    });
    const { records, warnings, pulled } = await pulledThrough(proxy, made, 2_000, 500);
    await proxy.close();
    expect(records.complete).toBe(true);
    expect(pulled).toEqual(wholeOf(made));
    // each kind of request met each kind of fault, and was asked again as it was: no page was read twice
    const answered = proxy.requests.filter(({ fault }) => fault === null);
    const faulted = proxy.requests.filter(({ fault }) => fault !== null);
    // what waits for an index did not fail; how far it is was asked once (_active_tasks)
    const failed = faulted.filter(
      ({ fault }) => fault === 'cut' || (fault as { body: unknown }).body !== indexing,
    ).length;
    expect(failed).toBeGreaterThan(3);
    expect(warnings).toEqual([
      'PLACE: its index is still being built (500 timeout); waiting for it',
      `PLACE: ${failed} requests failed (a 5xx, a 429, a lost connection) and were asked again`,
    ]);
    for (const end of ['/byDate', '/_bulk_get']) {
      const kinds = faulted.filter(({ path }) => path.endsWith(end)).map(({ fault }) => fault);
      expect(kinds.some((fault) => fault === 'cut') && kinds.some((fault) => fault !== 'cut')).toBe(true);
    }
    const asked = answered.map(({ path, query, documentIds }) => `${path}?${query.toString()}#${documentIds.join()}`);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('without the view the same is read by _find and its bookmarks, with a warning', async () => {
    const missing = { status: 404, body: { error: 'not_found', reason: 'missing' } };
    const proxy = await proxied(({ path }) => (path.endsWith('/byDate') ? missing : null));
    const { warnings, pulled } = await pulledThrough(proxy, part, 10_000, 1_000);
    await proxy.close();
    expect(pulled).toEqual(wholeOf(part));
    expect(warnings).toEqual([
      'PLACE: it has no view activations/byDate, so every document is read (_find without an index)',
    ]);
  });

  test('without _bulk_get the same is read by the documents’ keys', async () => {
    const notAllowed = { status: 405, body: { error: 'method_not_allowed', reason: 'Only GET,HEAD,POST allowed' } };
    const proxy = await proxied(({ path }) => (path.endsWith('/_bulk_get') ? notAllowed : null));
    const { warnings, pulled } = await pulledThrough(proxy, part, 10_000, 1_000);
    await proxy.close();
    expect(pulled).toEqual(wholeOf(part));
    expect(warnings).toEqual([]);
  });

  test('wrong credentials and a missing database end in one line and exit 1, which holds no password', async () => {
    const refused = await command(database.access.url, part, [], { password: 'tell-nobody' });
    const elsewhere = await command(database.access.url, part, [], { database: 'nosuch_activations' });
    const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;
    expect([refused.status, elsewhere.status]).toEqual([1, 1]);
    expect(lastLine(refused.stderr)).toMatch(/CouchDB refuses these credentials \(401 .*set COUCHDB_USER/);
    expect(refused.stderr).not.toContain('tell-nobody');
    expect(lastLine(elsewhere.stderr)).toMatch(
      new RegExp(`there is no such database; name one with --database: .*${database.access.database}`),
    );
    expect(elsewhere.stderr).not.toContain(database.access.password);
  });
}
