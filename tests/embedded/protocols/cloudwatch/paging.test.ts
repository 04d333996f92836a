import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogIndex, type LogGroup, type LogRow } from '../../../../embedded/activations/log-index.js';
import type { LogRecord } from '../../../../embedded/activations/log-record.js';
import { eventsOf } from '../../../../embedded/protocols/cloudwatch/events.js';
import type { LogsFace } from '../../../../embedded/protocols/cloudwatch/face.js';
import { filterLogEvents } from '../../../../embedded/protocols/cloudwatch/filter-log-events.js';
import { getLogEvents } from '../../../../embedded/protocols/cloudwatch/get-log-events.js';

const GROUP = '/aws/lambda/f';

/** A store in memory that counts what is read of it. `beforeRead` is called each time that something is read. */
function storeOf(records: LogRecord[]): {
  face: LogsFace;
  group: () => LogGroup;
  add(record: LogRecord): void;
  read: { rows: number; bytes: number; largest: number };
  beforeRead: { call: () => void };
} {
  const logs = createLogIndex();
  const texts: string[] = [];
  const read = { rows: 0, bytes: 0, largest: 0 };
  const beforeRead = { call: (): void => undefined };
  const add = (record: LogRecord): void => {
    const text = JSON.stringify(record);
    logs.add(record, texts.length, text.length);
    texts.push(text);
  };
  records.forEach(add);
  const store = {
    logs,
    documents(rows: readonly LogRow[]) {
      beforeRead.call();
      const bytes = rows.reduce((sum, { length }) => sum + length, 0);
      read.rows += rows.length;
      read.bytes += bytes;
      read.largest = Math.max(read.largest, bytes);
      return Promise.resolve(rows.map(({ offset }) => texts[offset]!));
    },
  } as unknown as LogsFace['store'];
  const face: LogsFace = { store, region: 'us-east-1', visibleUntilMs: () => Infinity, queries: null as never };
  return { face, group: () => logs.groups.get(GROUP)!, add, read, beforeRead };
}

function recordOf(times: readonly number[], stream = 's', message = 'line\n'): LogRecord {
  return { group: GROUP, stream, ingestedMs: times.at(-1)!, entries: times.map((atMs) => [atMs, message]) };
}

interface Page {
  events: { timestamp: number; eventId: string }[];
  nextToken?: string;
}

async function pagesOf(face: LogsFace, input: object): Promise<Page[]> {
  const pages: Page[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = (await filterLogEvents(face, {
      logGroupName: GROUP,
      ...input,
      ...(nextToken === undefined ? {} : { nextToken }),
    })) as Page;
    pages.push(page);
    if (page.nextToken === undefined) return pages;
    nextToken = page.nextToken;
  }
}

test('what paging reads is in proportion to what it gives, not to the number of pages times the log', async () => {
  // 4,000 executions of three lines, one each 10 ms, of which none overlaps another; pages of 30 lines.
  const records = Array.from({ length: 4_000 }, (_, i) => recordOf([10 * i, 10 * i + 1, 10 * i + 2]));
  const { face, read } = storeOf(records);
  const pages = await pagesOf(face, { limit: 30 });
  expect(pages.flatMap(({ events }) => events)).toHaveLength(12_000);
  // A page needs 10 executions and sees that there is a line more; of batches of 8 and 16 it reads at most 24, and the one again
  // in which the page before ended.
  expect(read.rows / pages.length).toBeLessThanOrEqual(25);
});

test('one execution that ran all the time is read for each page, and none of those that ended before it', async () => {
  const records = Array.from({ length: 4_000 }, (_, i) => recordOf([10 * i, 10 * i + 1, 10 * i + 2]));
  const { face, read } = storeOf([...records, recordOf([0, 40_000], 'long')]);
  const pages = await pagesOf(face, { limit: 30 });
  expect(pages.flatMap(({ events }) => events)).toHaveLength(12_002);
  expect(read.rows / pages.length).toBeLessThanOrEqual(26);
});

test('of executions with logs of megabytes no more are read at a time than a page needs', async () => {
  // 40 executions with 2 MB each: read 256 at a time, it would be 80 MB for each page of 1 MB.
  const message = `${'x'.repeat(65_535)}\n`;
  const records = Array.from({ length: 40 }, (_, i) =>
    recordOf(
      Array.from({ length: 32 }, (__, line) => 1_000 * i + line),
      's',
      message,
    ),
  );
  const { face, read } = storeOf(records);
  const pages = await pagesOf(face, {});
  expect(pages.flatMap(({ events }) => events)).toHaveLength(40 * 32);
  // A batch ends when it has 4 MiB: two executions, since a third is added only below that.
  expect(read.largest).toBeLessThan(3 * 2.1 * 2 ** 20);
  // 15 lines and their overhead are a page, so that an execution is read for three pages, and the one behind it with it.
  expect(read.rows / pages.length).toBeLessThanOrEqual(3);
  await getLogEvents(face, { logGroupName: GROUP, logStreamName: 's', startFromHead: true });
  expect(read.largest).toBeLessThan(3 * 2.1 * 2 ** 20);
});

test('a stream is not read where nothing of the range can be', async () => {
  const { face, read } = storeOf(Array.from({ length: 1_000 }, (_, i) => recordOf([10 * i, 10 * i + 1])));
  const input = { logGroupName: GROUP, logStreamName: 's', startFromHead: true, startTime: 9_980, endTime: 9_991 };
  const { events } = (await getLogEvents(face, input)) as { events: { timestamp: number }[] };
  expect(events.map(({ timestamp }) => timestamp)).toEqual([9_980, 9_981, 9_990]);
  expect(read.rows).toBe(2);
});

test('what is written down while a page is read neither repeats nor hides anything else', async () => {
  const records = Array.from({ length: 100 }, (_, i) => recordOf([10 * i, 10 * i + 1]));
  const { face, group, add, beforeRead } = storeOf(records);
  // Executions that began before all others and are written down now: each moves the places of all the others by one.
  beforeRead.call = () => add({ ...recordOf([-5, 2_000], 'late'), ingestedMs: 1_000_000 });
  const range = { fromMs: -10, toMs: Infinity, after: null, visibleUntilMs: 999_999 };
  const times: number[] = [];
  for await (const batch of eventsOf(face.store, group(), range)) times.push(...batch.map(({ atMs }) => atMs));
  expect(times).toEqual(records.flatMap(({ entries }) => entries.map(([atMs]) => atMs)));
});

test('pages of any size hold every event once, in order of time, however executions overlap', async () => {
  const record = fc
    .tuple(fc.integer({ min: 0, max: 300 }), fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }))
    .map(([firstMs, more]) => recordOf([firstMs, ...more.map((ms) => firstMs + ms)].toSorted((a, b) => a - b)));
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 300 }),
      async (records, limit, startTime) => {
        const events = (await pagesOf(storeOf(records).face, { limit, startTime })).flatMap((page) => page.events);
        const expected = records
          .flatMap(({ entries }) => entries.map(([atMs]) => atMs))
          .filter((ms) => ms >= startTime);
        expect(events.map(({ timestamp }) => timestamp)).toEqual(expected.toSorted((a, b) => a - b));
        expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
      },
    ),
    { numRuns: 100 },
  );
});
