import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordsError } from '../../../../common/errors.js';
import { executionReader, type Execution, type LogEvent } from '../../../../platforms/lambda/logs/executions.js';
import { eventsOfFile } from '../../../../platforms/lambda/logs/log-file.js';
import { logsOf, makeLambdaRun } from '../../../support/lambda-run.js';
import { emptyFolder } from '../../../support/programs.js';

async function read(text: string | Buffer): Promise<{ executions: Execution[]; lines: number; foreign: number }> {
  const path = join(emptyFolder(), 'log');
  writeFileSync(path, text);
  const reader = executionReader();
  const executions: Execution[] = [];
  for await (const events of eventsOfFile(path)) {
    for (const event of events) executions.push(...reader.add(event));
  }
  executions.push(...reader.end());
  return { executions, lines: reader.counts.lines, foreign: reader.counts.foreign };
}

// What the seed's page shows, character by character: spaces for tabs, a cold start without an Init Duration.
const SEED = {
  warm: `START RequestId: 529d1f4f-b3ac-4cd6-92cb-4e23c6e84a85 Version: $LATEST
END RequestId: 529d1f4f-b3ac-4cd6-92cb-4e23c6e84a85
REPORT RequestId: 529d1f4f-b3ac-4cd6-92cb-4e23c6e84a85  Duration: 297.48 ms     Billed Duration: 300 ms         Memory Size: 128 MB     Max Memory Used: 55 MB
`,
  cold: `START RequestId: bdacbebe-c066-400f-bb0e-bf869f78705c Version: $LATEST
END RequestId: bdacbebe-c066-400f-bb0e-bf869f78705c
REPORT RequestId: bdacbebe-c066-400f-bb0e-bf869f78705c  Duration: 612.50 ms     Billed Duration: 700 ms         Memory Size: 128 MB     Max Memory Used: 55 MB
`,
  tail: 'U1RBUlQgUmVxdWVzdElkOiBkNGE1MzJlZC0yOWIwLTQwYmUtOWQ2OS03NGJmOWZhNDlhN2IgVmVyc2lvbjogJExBVEVTVApFTkQgUmVxdWVzdElkOiBkNGE1MzJlZC0yOWIwLTQwYmUtOWQ2OS03NGJmOWZhNDlhN2IKUkVQT1JUIFJlcXVlc3RJZDogZDRhNTMyZWQtMjliMC00MGJlLTlkNjktNzRiZjlmYTQ5YTdiCUR1cmF0aW9uOiAyLjA0IG1zCUJpbGxlZCBEdXJhdGlvbjogMTAwIG1zIAlNZW1vcnkgU2l6ZTogMTI4IE1CCU1heCBNZW1vcnkgVXNlZDogNTQgTUIJCg==',
};
const TAIL_REPORT = {
  requestId: 'd4a532ed-29b0-40be-9d69-74bf9fa49a7b',
  durationMs: 2.04,
  billedMs: 100,
  initMs: null,
  memorySizeMib: 128,
  maxMemoryUsedMib: 54,
};

test('the lines of the seed are read from text', async () => {
  const { executions, lines, foreign } = await read(SEED.warm + SEED.cold);
  expect([lines, foreign]).toEqual([6, 0]);
  expect(executions.map(({ report: { durationMs, billedMs, initMs } }) => [durationMs, billedMs, initMs])).toEqual([
    [297.48, 300, null],
    [612.5, 700, null],
  ]);
});

test.each([
  ['bare', SEED.tail],
  ['bare with a line feed', `${SEED.tail}\n`],
  ['wrapped by base64(1)', SEED.tail.replaceAll(/.{76}/g, '$&\n')],
  ['several, a line each', `${SEED.tail}\n${SEED.tail}\n`],
  [
    'in a saved answer of Invoke',
    JSON.stringify({ StatusCode: 200, LogResult: SEED.tail, ExecutedVersion: '$LATEST' }, null, 3),
  ],
  [
    'in answers of Invoke, a line each',
    `${JSON.stringify({ LogResult: SEED.tail })}\n${JSON.stringify({ LogResult: SEED.tail })}\n`,
  ],
])('the tail of a log is read: base64, %s', async (_, text) => {
  const { executions } = await read(text);
  expect(executions.length).toBeGreaterThan(0);
  for (const { report } of executions) expect(report).toMatchObject(TAIL_REPORT);
});

const place = ({ logStream }: LogEvent): string => logStream!;
const iso = ({ atMs }: LogEvent): string => new Date(atMs!).toISOString();
const line = ({ message }: LogEvent): string => message.trimEnd();

/** Ways to keep a log, with whether they keep stream and time of its entries. */
const SHAPES: [string, (events: LogEvent[]) => string, { stream: boolean; time: boolean }][] = [
  ['text', (events) => events.map((event) => event.message).join(''), { stream: false, time: false }],
  ['text with CRLF', (events) => events.map((event) => `${line(event)}\r\n`).join(''), { stream: false, time: false }],
  [
    'aws logs tail',
    (events) =>
      events.map((event) => `${iso(event).replace('Z', '000+00:00')} ${place(event)} ${line(event)}\n`).join(''),
    { stream: true, time: true },
  ],
  [
    'sam logs',
    (events) => events.map((event) => `${place(event)} ${iso(event).replace('Z', '000')} ${line(event)}\n`).join(''),
    { stream: true, time: true },
  ],
  [
    'an export to S3',
    (events) => events.map((event) => `${iso(event)} ${line(event)}\n`).join(''),
    { stream: false, time: true },
  ],
  [
    'aws logs filter-log-events',
    (events) =>
      JSON.stringify(
        {
          events: events.map((event) => ({
            logStreamName: event.logStream,
            timestamp: event.atMs,
            message: event.message,
            eventId: '1',
          })),
        },
        null,
        4,
      ),
    { stream: true, time: true },
  ],
  [
    'aws logs get-log-events, in one line',
    (events) =>
      JSON.stringify({
        events: events.map(({ atMs, message }) => ({ timestamp: atMs, message })),
        nextForwardToken: 'f/1',
      }),
    { stream: false, time: true },
  ],
  [
    'events, a line each',
    (events) =>
      events
        .map(
          (event) =>
            `${JSON.stringify({ logStreamName: event.logStream, timestamp: event.atMs, message: event.message })}\n`,
        )
        .join(''),
    { stream: true, time: true },
  ],
  [
    'aws logs get-query-results',
    (events) =>
      JSON.stringify(
        {
          results: events.map((event) => [
            { field: '@timestamp', value: iso(event).replace('T', ' ').replace('Z', '') },
            { field: '@message', value: event.message },
            { field: '@logStream', value: event.logStream },
          ]),
          status: 'Complete',
        },
        null,
        4,
      ),
    { stream: true, time: true },
  ],
];

test.each(SHAPES)('%s is recognised by its content, and each execution is found in it', async (_, write, keeps) => {
  const run = await makeLambdaRun(emptyFolder(), { rows: 30, startEpochMs: 1_795_250_000_000 });
  const { events, executions: made } = logsOf(run, 1_795_250_000_000);
  const { executions, foreign } = await read(write(events));
  const found = executions.map(({ report, logStream, startMs, endMs }) => [
    report.requestId,
    report.durationMs,
    report.initMs,
    logStream,
    startMs,
    endMs,
  ]);
  const expected = made.map(({ id, durationMs, initMs, logStream, startMs, endMs }) => [
    id,
    durationMs,
    initMs,
    keeps.stream ? logStream : null,
    // Without streams START and REPORT of environments that take turns lie apart: then the start stays unknown.
    keeps.time ? (expect.toBeOneOf(keeps.stream ? [startMs] : [startMs, null]) as number) : null,
    keeps.time ? endMs : null,
  ]);
  expect(found.toSorted()).toEqual(expected.toSorted());
  // Of the four lines of each execution one is the function's own.
  expect(foreign).toBe(made.length);
});

test('a log in JSON format is read with its own times, among lines of the function', async () => {
  const run = await makeLambdaRun(emptyFolder(), { rows: 30, startEpochMs: 1_795_250_000_000 });
  const { events, executions: made } = logsOf(run, 1_795_250_000_000, 'json');
  const texts = [
    events.map(({ message }) => `${message}\n`).join(''),
    // What an extension gets of the Telemetry API.
    JSON.stringify(events.map(({ message }) => JSON.parse(message) as object)),
  ];
  for (const text of texts) {
    const { executions, foreign } = await read(text);
    const ends = new Map(executions.map(({ report, endMs }) => [report.requestId, endMs]));
    expect(ends).toEqual(new Map(made.map(({ id, endMs }) => [id, endMs])));
    // The function's own lines have no type: in a list of JSON they are no events at all.
    expect([made.length, 0]).toContain(foreign);
  }
});

test('a second line of a report follows it also where lines have prefixes', async () => {
  const report = 'REPORT RequestId: d4a532ed-29b0-40be-9d69-74bf9fa49a7b\tDuration: 2.04 ms\t';
  const stream = '2024/04/23/[$LATEST]aa01846ebbac447abcf20f17cb27c146';
  const xray = 'XRAY TraceId: 1-6627b6ea-41da4c2b21729b794c0ba41a\tSegmentId: 776bf0746f88446c\tSampled: true';
  const other = `2024/04/23/[$LATEST]00000000000000000000000000000000 2024-04-23T13:26:05.000000 START RequestId: other Version: 1`;
  const { executions } = await read(`${stream} 2024-04-23T13:26:04.780000 ${report}\n${xray}\n${other}\n`);
  expect(executions).toMatchObject([
    {
      logStream: stream,
      endMs: Date.UTC(2024, 3, 23, 13, 26, 4, 780),
      trace: { id: '1-6627b6ea-41da4c2b21729b794c0ba41a', sampled: true },
    },
  ]);
});

test('a line that names no stream is of the stream of the line before it', async () => {
  const id = 'd4a532ed-29b0-40be-9d69-74bf9fa49a7b';
  const stream = '2024/04/23/[$LATEST]aa01846ebbac447abcf20f17cb27c146';
  const { executions } = await read(
    `${stream} 2024-04-23T13:26:04.780 START RequestId: ${id} Version: 1\n2024-04-23T13:26:04.790 REPORT RequestId: ${id}\tDuration: 9 ms\n`,
  );
  const startMs = Date.UTC(2024, 3, 23, 13, 26, 4, 780);
  expect(executions).toMatchObject([{ logStream: stream, startMs, endMs: startMs + 10 }]);
});

test('no file whatsoever is fatal, and what is no log holds no execution', { timeout: 120_000 }, async () => {
  const contents = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json(),
    fc.json().map((value) => `{"events":${value},"results":${value}}`),
    fc.json().map((value) => `{"events":[${value}]}\n{"results":[[${value}]]}`),
    fc.base64String(),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('', '\n\n', '{', '[', '[]', '{"events":[]}', '{"LogResult":"%%%"}', '\uFEFF{}'),
  );
  await fc.assert(
    fc.asyncProperty(contents, async (content) => {
      // the one fault there is: what begins as a JSON document and is none
      const { executions } = await read(content).catch((error: unknown) => {
        if (!(error instanceof RecordsError)) throw error;
        return { executions: [] };
      });
      expect(executions).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a JSON document that is cut off is told as such, wherever it ends; text that begins with a bracket is text', async () => {
  const events = SEED.warm.split('\n').map((message, timestamp) => ({ logStreamName: 's', timestamp, message }));
  const documents = [JSON.stringify({ events }), JSON.stringify({ events }, null, 2), JSON.stringify(events)];
  for (const document of documents) {
    expect((await read(document)).executions).toHaveLength(1);
    for (const share of [0.3, 0.6, 0.95]) {
      const cut = read(document.slice(0, share * document.length));
      await expect(cut).rejects.toThrow(
        new RecordsError('it is a JSON document that is cut off or broken; fetch it again'),
      );
    }
  }
  expect((await read(`[INFO] of the function\n${SEED.warm}`)).executions).toHaveLength(1);
  // of a stream of lines only the first may be cut
  expect((await read(`{"message": "of the fun\n${SEED.warm}`)).executions).toHaveLength(1);
});

test('text of any length is read line by line', async () => {
  const filler = `2024-04-23T13:26:04.780Z\tINFO\t${'x'.repeat(200)}\n`;
  const { executions, lines, foreign } = await read(
    filler.repeat(20_000) + SEED.warm + filler.repeat(20_000) + SEED.cold,
  );
  expect([executions.length, lines, foreign]).toEqual([2, 40_006, 40_000]);
});
