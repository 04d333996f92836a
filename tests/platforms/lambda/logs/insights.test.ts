import fc from 'fast-check';
import { expect, test, vi, afterEach } from 'vitest';
import { openLogs } from '../../../../platforms/lambda/logs/cloudwatch-client.js';
import type { LogEvent } from '../../../../platforms/lambda/logs/executions.js';
import { insightsPages, logEventOfResult } from '../../../../platforms/lambda/logs/insights.js';
import { LAMBDA_ENVIRONMENT } from '../../../support/lambda-endpoint.js';
import { logsEndpoint, type LogsCall } from '../../../support/logs-endpoint.js';

const SECOND = 1_795_250_000;
const GROUP = '/aws/lambda/hello';

afterEach(() => vi.unstubAllEnvs());

/** One event at each of these milliseconds after SECOND. */
function eventsAt(offsets: readonly number[]): LogEvent[] {
  return offsets.map((ms, i) => ({
    atMs: SECOND * 1000 + ms,
    message: `REPORT RequestId: ${i}\tDuration: 1 ms`,
    logStream: `s${i % 3}`,
    logGroup: GROUP,
  }));
}

async function queried(offsets: number[], seconds: number, mostResults: number, expected = 1, given = mostResults) {
  for (const [name, value] of Object.entries(LAMBDA_ENVIRONMENT)) vi.stubEnv(name, value);
  const events = eventsAt(offsets.toSorted((a, b) => a - b));
  const { url, calls } = await logsEndpoint({ events, groups: [GROUP], mostResults: given });
  const logs = await openLogs({ region: 'eu-central-1', endpointUrl: url, insecure: false }, undefined, 1_000);
  const found: LogEvent[] = [];
  const span = { sinceMs: SECOND * 1000, uptoMs: (SECOND + seconds) * 1000 };
  for await (const page of insightsPages(logs, { logGroups: [GROUP], span, expected, mostResults, pollMs: 1 })) {
    found.push(...page);
  }
  logs.close();
  return { found, events, calls };
}

const spansOf = (calls: LogsCall[]): number[][] =>
  calls
    .filter(({ action }) => action === 'StartQuery')
    .map(({ input }) => [Number(input['startTime']) - SECOND, Number(input['endTime']) - SECOND]);

test('a query at its limit is made again for each half of its span, and no event is lost or given twice', async () => {
  // Twelve events in 8 s, the 4th second's boundary among them; at most 5 a query.
  const { found, events, calls } = await queried(
    [0, 500, 1_500, 2_500, 3_999, 4_000, 4_001, 5_000, 6_000, 6_500, 7_000, 8_000],
    8,
    5,
  );
  expect(found).toEqual(events);
  // [0, 8] has 12; [0, 4] has 6, [0, 2] has 3, [2, 4] has 3; [4, 8] has 7, [4, 6] has 4, [6, 8] has 4.
  expect(spansOf(calls)).toEqual([
    [0, 8],
    [0, 4],
    [0, 2],
    [2, 4],
    [4, 8],
    [4, 6],
    [6, 8],
  ]);
});

test('a service that hands out fewer than matched, and fewer than were asked for, is asked again for each half', async () => {
  const { found, events, calls } = await queried([0, 500, 1_500, 2_500, 3_500], 4, 100, 1, 3);
  expect(found).toEqual(events);
  // [0, 4] has 5, [0, 2] has 3, [2, 4] has 2.
  expect(spansOf(calls)).toEqual([
    [0, 4],
    [0, 2],
    [2, 4],
  ]);
});

test('a single second beyond the limit is read by FilterLogEvents', async () => {
  const dense = Array.from({ length: 40 }, (_, i) => 2_000 + 20 * i);
  const { found, events, calls } = await queried([100, ...dense, 3_900], 4, 10);
  expect(found).toEqual(events);
  expect(calls.filter(({ action }) => action === 'FilterLogEvents')).toHaveLength(1);
});

test('a large run begins with spans that will not meet the limit', async () => {
  // 100 executions of 2.2 events over queries of at most 60: four spans of 4 s, one after the other.
  const { calls } = await queried([1], 16, 60, 100);
  expect(spansOf(calls)).toEqual([
    [0, 4],
    [4, 8],
    [8, 12],
    [12, 16],
  ]);
});

test('whatever the events and the limit, each is given once, in order of time', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 12 }),
      fc.integer({ min: 2, max: 20 }),
      async (offsets, mostResults) => {
        const { found, events } = await queried(offsets, 8, mostResults);
        expect(found).toEqual(events);
      },
    ),
    { numRuns: 25 },
  );
});

test('a row of results is an event; times are UTC, or epoch ms as some emulators have them', () => {
  const row = (timestamp: string) => [
    { field: '@timestamp', value: timestamp },
    { field: '@message', value: 'hello' },
    { field: '@logStream', value: 's1' },
    { field: '@log', value: '123456789012:/aws/lambda/hello' },
  ];
  const event = { atMs: SECOND * 1000 + 123, message: 'hello', logStream: 's1', logGroup: GROUP };
  expect(logEventOfResult(row('2026-11-21 08:33:20.123'))).toEqual(event);
  expect(logEventOfResult(row(String(SECOND * 1000 + 123)))).toEqual(event);
  expect(logEventOfResult(row('soon'))).toEqual({ ...event, atMs: null });
  expect(logEventOfResult([])).toEqual({ atMs: null, message: '', logStream: null, logGroup: null });
});
