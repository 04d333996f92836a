import { writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Analysis } from '../../analyzer/analysis.js';
import type { Manifest } from '../../records/manifest.js';
import { REAL_DOCUMENTS, type OpenWhiskDocument } from '../support/openwhisk-documents.js';
import { runOf } from '../support/openwhisk-run.js';
import { programEnded, type Ended } from '../support/programs.js';
import { pulledFrom, wholeOf } from '../support/pulled-rows.js';

/** `--documents FILE…`: the real documents, as somebody took them from a database. */
const STARTS = REAL_DOCUMENTS.map(({ start }) => start);
const SPAN = { startMs: Math.min(...STARTS) - 30_000, endMs: Math.max(...STARTS) + 60_000 };
const CAUSED = REAL_DOCUMENTS.filter(({ cause }) => cause !== undefined);
const TRIGGER = REAL_DOCUMENTS.filter(({ name }) => name === 'tr');
/** Every fifth activation is somebody else's. */
const [FOREIGN, INVOKED] = [true, false].map((isForeign) =>
  REAL_DOCUMENTS.filter((document) => ![...CAUSED, ...TRIGGER].includes(document)).filter(
    (document, n) => (n % 5 === 0 && document.name !== 'seq') === isForeign,
  ),
) as [OpenWhiskDocument[], OpenWhiskDocument[]];
const MADE = { documents: [...REAL_DOCUMENTS], invoked: INVOKED, caused: CAUSED, tied: 0, tiedAtMs: 0, ...SPAN };

let root: string;
let cwd: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'faaslab-documents-'))));
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => void (cwd = await mkdtemp(join(root, 'test-'))));

const lines = (documents: readonly unknown[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('');
const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

/** @param directory default: a run of which nothing was pulled */
async function analyzed(files: readonly string[], flags: string[] = [], invoked = INVOKED) {
  const { directory } = await runOf(join(cwd, 'runs'), invoked, SPAN);
  const args = ['--run', directory, '--json', ...flags, '--documents', ...files];
  return { directory, ...(await programEnded('WorkloadAnalyzer', args, { cwd })) };
}
const records = ({ stdout }: Ended): Analysis['records'] => (JSON.parse(stdout) as Analysis).records;
const warningsIn = ({ stderr }: Ended): string[] => stderr.split('\n').filter((line) => line.startsWith('warning'));
const counts = { source: 'documents', missing: 0, complete: true };

test('lines of several files are one set of records: those of the test are kept, once each, and the manifest names the source', async () => {
  expect(FOREIGN.length).toBeGreaterThan(50);
  write('one.ndjson', lines(REAL_DOCUMENTS.slice(0, 300)));
  // both hold some of the same, as of two listings that overlap
  write('other [1].ndjson', lines(REAL_DOCUMENTS.slice(250)));
  const ended = await analyzed(['one.ndjson', 'other [1].ndjson']);
  const ours = new Set([...INVOKED, ...CAUSED]);
  const twice = REAL_DOCUMENTS.slice(250, 300).filter((document) => ours.has(document)).length;
  expect(twice).toBeGreaterThan(10);
  const said = `warning: one.ndjson and 1 more: ${twice} records were left out whose activation had one already`;
  expect([ended.status, warningsIn(ended)]).toEqual([0, [said]]);
  const expected = INVOKED.length;
  expect(records(ended)).toEqual({ ...counts, read: expected + CAUSED.length, expected });
  expect(await pulledFrom(ended.directory, MADE)).toEqual(wholeOf(MADE));
  const manifest = JSON.parse(await readFile(join(ended.directory, 'manifest.json'), 'utf8')) as Manifest;
  expect(manifest.activations).toEqual({ source: 'documents', complete: true, missing: 0 });
  // neither a platform nor the files are needed again
  const again = await programEnded('WorkloadAnalyzer', ['--run', ended.directory, '--json'], { cwd });
  expect([again.status, records(again)]).toEqual([0, records(ended)]);
});

test('what lacks in the files is missing at once: nobody waits for a file', async () => {
  const withheld = [...INVOKED].sort((a, b) => a.start - b.start).slice(0, 2);
  write('some.ndjson', lines(REAL_DOCUMENTS.filter((document) => !withheld.includes(document))));
  // an hour: the test would not end
  const ended = await analyzed(['some.ndjson'], ['--wait', '3600']);
  expect(ended.status).toBe(0);
  expect(records(ended)).toMatchObject({ expected: INVOKED.length, missing: 2, complete: false });
  const missing = withheld.map(({ activationId }, seq) => `${seq},${activationId}\n`);
  expect(await readFile(join(ended.directory, 'missing.csv'), 'utf8')).toBe(`seq,activation_id\n${missing.join('')}`);
});

test('broken lines, lines of something else and fields without a usable value are counted; the others are read', async () => {
  const [first, second, third, ...others] = INVOKED;
  const { response: _response, ...unanswered } = second!;
  const odd = [{ ...first!, duration: '12' }, unanswered, { ...third!, start: null, end: 'late' }];
  const cut = JSON.stringify(others[0]).slice(0, 90);
  const text = [
    lines([...odd, ...others, ...CAUSED]),
    `${cut}\n`,
    '{"level":"info"}\n',
    'plain words\n',
    '\n',
    '[]\n',
    cut,
  ];
  write('mixed.ndjson', text.join(''));
  const ended = await analyzed(['mixed.ndjson']);
  expect(ended.status).toBe(0);
  expect(records(ended)).toMatchObject({ expected: INVOKED.length, missing: 0 });
  // two lines that were cut off, an object that is none, words, a list; the empty line is no record
  expect(warningsIn(ended)).toEqual([
    'warning: mixed.ndjson: 5 records are no activations and were left out',
    'warning: mixed.ndjson: fields without a usable value were read as absent: duration 1×, end 1×, response 1×',
  ]);
});

test('a document longer than 16 MB is read as any other', async () => {
  const [first, ...others] = INVOKED;
  const log = `2026-11-21T08:26:32.05Z stdout: ${'x'.repeat(1_000)}`;
  const long = { ...first!, logs: Array.from({ length: 17_000 }, () => log) };
  expect(JSON.stringify(long).length).toBeGreaterThan(16 * 2 ** 20);
  write('long.ndjson', lines([...others.slice(0, 50), long, ...others.slice(50), ...CAUSED]));
  const ended = await analyzed(['long.ndjson']);
  expect([ended.status, warningsIn(ended)]).toEqual([0, []]);
  expect(await pulledFrom(ended.directory, MADE)).toEqual(wholeOf(MADE));
});

const LIST =
  /^WorkloadAnalyzer: --documents \S+: this is a JSON list, but each line must be one activation .*`jq -c '\.\[\]'`/;
test.each([
  ['a JSON list', JSON.stringify(REAL_DOCUMENTS.slice(0, 3)), LIST],
  ['a JSON list over many lines', JSON.stringify(REAL_DOCUMENTS.slice(0, 3), null, 2), LIST],
  ['the answer of a view', '{"total_rows":3,"offset":0,"rows":[\n{"id":"a"}\n]}\n', /jq -c '\.rows\[\]\.doc'`/],
  ['an answer of _find', '{"docs":[\n{"_id":"a"}\n]}\n', /jq -c '\.docs\[\]'`/],
  [
    'an answer of _bulk_get',
    '{"results":[{"id":"a","docs":[{"ok":{}}]}]}',
    /jq -c '\.results\[\]\.docs\[\]\.ok \| values'`/,
  ],
  [
    'a list of objects over many lines',
    REAL_DOCUMENTS.slice(0, 3)
      .map((document) => JSON.stringify(document, null, 1))
      .join('\n'),
    /its objects stretch over several lines, .*`jq -c '\.'`/,
  ],
  ['a table', 'activation_id,start\n1,2\n', /each line must be one activation as a JSON object$/],
])('%s is refused with what to do, exit 2, and the run stays as it was', async (_what, text, says) => {
  write('other.txt', text);
  const ended = await analyzed(['other.txt']);
  const [log, error, ...more] = ended.stderr.trimEnd().split('\n');
  expect([ended.status, ended.stdout, more]).toEqual([2, '', []]);
  expect(log).toMatch(/^log: /);
  expect(error).toMatch(says);
  expect(await readdir(ended.directory)).not.toContain('activations.parquet');
});

test('a file that is not there, a folder, and a second source beside the files are mistakes of usage: exit 2', async () => {
  write('one.ndjson', lines(REAL_DOCUMENTS));
  const gone = await analyzed(['one.ndjson', 'nowhere.ndjson']);
  expect([gone.status, gone.stderr]).toEqual([
    2,
    expect.stringMatching(/--documents nowhere\.ndjson: it cannot be read \(ENOENT/),
  ]);
  const asFolder = await analyzed(['.']);
  expect([asFolder.status, asFolder.stderr]).toEqual([
    2,
    expect.stringMatching(/--documents \.: it cannot be read \(EISDIR/),
  ]);
  const both = await analyzed(['one.ndjson'], ['--source', 'couchdb']);
  expect(both.status).toBe(2);
  expect(both.stderr).toMatch(/--documents reads files, --source couchdb does not: give one of them\n$/);
});

test('a run of another endpoint has no such documents: exit 2', async () => {
  write('one.ndjson', lines(REAL_DOCUMENTS));
  const { directory } = await runOf(join(cwd, 'runs'), INVOKED, SPAN);
  const path = join(directory, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  for (const kind of ['generic', 'lambda'] as const) {
    writeFileSync(path, JSON.stringify({ ...manifest, endpoint: { ...manifest.endpoint, kind } }));
    const ended = await programEnded('WorkloadAnalyzer', ['--run', directory, '--documents', 'one.ndjson'], { cwd });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toMatch(
      new RegExp(
        `--documents reads OpenWhisk's activations, but the endpoint of this run is ${kind}; leave the flag out\n$`,
      ),
    );
  }
});
