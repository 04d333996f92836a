import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { untilAborted } from '../../analyzer/until-aborted.js';
import { besidePath } from '../../common/files.js';
import { openTables } from '../../records/tables.js';
import { json, recordingServer } from '../support/couchdb-double.js';
import { emptyFolder, programEnded, startProgram } from '../support/programs.js';
import { makeRun } from '../support/run-fixture.js';

/** A server that tells when it was asked, and then answers in its way or never. */
async function askedServer(answer: Parameters<typeof recordingServer>[0]) {
  let tell: () => void;
  const asked = new Promise<void>((done) => (tell = done));
  const server = await recordingServer((...args) => {
    answer(...args);
    tell();
  });
  onTestFinished(() => server.close());
  return { url: server.url, asked };
}

const indexing = { error: 'timeout', reason: 'The request could not be processed in a reasonable amount of time.' };

test.each([
  ['SIGINT', 'CouchDB does not answer', '--couchdb', () => undefined],
  ['SIGTERM', 'CouchDB does not answer', '--couchdb', () => undefined],
  ['SIGINT', 'CouchDB builds its index', '--couchdb', (_r: unknown, response: never) => json(response, 500, indexing)],
  ['SIGINT', 'the API does not answer', 'api', () => undefined],
] as const)(
  'one %s while %s ends the program with 130, and the run stays as it was',
  async (signal, _what, by, answer) => {
    const cwd = emptyFolder();
    const { directory } = await makeRun(join(cwd, 'runs'), { rows: 20, pulled: false });
    const before = await readdir(directory);
    const server = await askedServer(answer as never);
    const [flags, env] = by === 'api' ? [[], { WHISK_APIHOST: server.url, WHISK_AUTH: 'a:b' }] : [[by, server.url], {}];
    const child = startProgram('WorkloadAnalyzer', ['--run', directory, ...flags], { cwd, env });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await server.asked;
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(said).toMatch(/^WorkloadAnalyzer: interrupted; nothing half-written is left$/m);
    expect((await readdir(directory)).toSorted()).toEqual([...before, 'analyzer.log'].toSorted());
  },
);

test('an iteration that hangs ends at the abort', async () => {
  const interrupt = new AbortController();
  async function* hanging(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of untilAborted(hanging(), interrupt.signal)) {
      seen.push(item);
      setImmediate(() => interrupt.abort());
    }
  })();
  await expect(reading).rejects.toThrow(/aborted/);
  expect(seen).toEqual([1]);
});

test('the abort ends a statement that would run for hours, and no other begins', async () => {
  const interrupt = new AbortController();
  const tables = await openTables({ signal: interrupt.signal });
  const running = tables.run(
    'SELECT count(DISTINCT hash(a.i, b.i)) FROM range(10000000) AS a(i), range(10000000) AS b(i)',
  );
  setImmediate(() => interrupt.abort());
  await expect(running).rejects.toThrow(/aborted/);
  await expect(tables.query('SELECT 1')).rejects.toThrow(/aborted/);
  tables.close();
});

test('what a killed analysis left behind is removed by a later one; what a living process writes stays', async () => {
  const cwd = emptyFolder();
  const { directory } = await makeRun(join(cwd, 'runs'), { rows: 20, dropped: false });
  // a process that has ended, as its parent knows
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const tmp = join(cwd, 'tmp');
  const [spilled, inUse] = [dead, process.pid].map((pid) =>
    join(tmp, `faaslab-duckdb-${pid}-0b5c2f6e-0000-4000-8000-00`),
  );
  for (const folder of [spilled!, inUse!, join(directory, 'plots')]) await mkdir(folder, { recursive: true });
  const alive = besidePath(join(directory, 'activations.parquet.ndjson'));
  const left = alive.replace(`.${process.pid}-`, `.${dead}-`);
  const picture = join(directory, 'plots', `timeline.svg.${dead}-0123abcd.part`);
  for (const path of [alive, left, picture]) await writeFile(path, '{}\n');
  const { status } = await programEnded('WorkloadAnalyzer', ['--run', directory], { cwd, env: { TMPDIR: tmp } });
  expect(status).toBe(0);
  expect([left, picture, spilled!, alive, inUse!].map((path) => existsSync(path))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});
