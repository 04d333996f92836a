import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportInTail } from '../../../platforms/lambda/log-tail.js';
import { parseReportLine, type ExecutionReport } from '../../../platforms/lambda/report-line.js';

const ID = 'd4a532ed-29b0-40be-9d69-74bf9fa49a7b';
const NOTHING: ExecutionReport = {
  requestId: ID,
  durationMs: null,
  billedMs: null,
  initMs: null,
  restoreMs: null,
  memorySizeMib: null,
  maxMemoryUsedMib: null,
  status: null,
  errorType: null,
};
const WARM = { durationMs: 2.04, billedMs: 100, memorySizeMib: 128, maxMemoryUsedMib: 54 };
const TEXT = `REPORT RequestId: ${ID}\tDuration: 2.04 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 54 MB`;

test.each([
  ['a warm one', `${TEXT}\t`, WARM],
  // As a log of 2019 had it: a space before a tab, and one at the end.
  [
    'an older one',
    `REPORT RequestId: ${ID}\tDuration: 2.04 ms\tBilled Duration: 100 ms \tMemory Size: 128 MB\tMax Memory Used: 54 MB\t\n`,
    WARM,
  ],
  [
    'a copy with spaces for tabs',
    `REPORT RequestId: ${ID}  Duration: 297.48 ms     Billed Duration: 300 ms         Memory Size: 128 MB     Max Memory Used: 55 MB`,
    { durationMs: 297.48, billedMs: 300, memorySizeMib: 128, maxMemoryUsedMib: 55 },
  ],
  ['a cold one', `${TEXT}\tInit Duration: 151.6 ms\t`, { ...WARM, initMs: 151.6 }],
  [
    'one of SnapStart',
    `${TEXT}\tRestore Duration: 340.5 ms\tBilled Restore Duration: 341 ms\t`,
    { ...WARM, restoreMs: 340.5 },
  ],
  ['one that timed out', `${TEXT}\tStatus: timeout`, { ...WARM, status: 'timeout' }],
  [
    'one whose process ended',
    `${TEXT}\tStatus: error\tError Type: Runtime.ExitError`,
    { ...WARM, status: 'error', errorType: 'Runtime.ExitError' },
  ],
  [
    'a traced one',
    `${TEXT}\t\nXRAY TraceId: 1-5d082ccc-37e6618ea946686bdadd12c6\tSegmentId: 1f2a3b4c5d6e7f80\tSampled: true\t`,
    WARM,
  ],
  [
    'one in JSON',
    JSON.stringify({
      time: '2026-01-01T00:00:00Z',
      type: 'platform.report',
      record: {
        requestId: ID,
        status: 'error',
        errorType: 'Runtime.ExitError',
        metrics: {
          durationMs: 2.04,
          billedDurationMs: 100,
          memorySizeMB: 128,
          maxMemoryUsedMB: 54,
          initDurationMs: 151.6,
          restoreDurationMs: 7,
        },
      },
    }),
    { ...WARM, initMs: 151.6, restoreMs: 7, status: 'error', errorType: 'Runtime.ExitError' },
  ],
])('%s is read by its keys', (_, line, expected) => {
  expect(parseReportLine(line)).toEqual({ ...NOTHING, ...expected });
});

test.each([
  ['another line', `START RequestId: ${ID} Version: $LATEST`],
  ['a line that only mentions one', `my REPORT RequestId: ${ID}\tDuration: 1 ms`],
  ['a report of an init', 'INIT_REPORT Init Duration: 1 ms\tPhase: init\tStatus: error'],
  ['one without an id', 'REPORT RequestId: '],
  ['JSON of another kind', '{"type":"platform.start","record":{"requestId":"a"}}'],
  ['half a JSON', '{"type":"platform.report","record":{"requestId":"a"'],
  ['JSON that is no object', '[]'],
  ['JSON whose record is none', '{"type":"platform.report","record":null}'],
  ['nothing', ''],
])('%s is no report', (_, line) => {
  expect(parseReportLine(line)).toBeNull();
});

test('what is no number is absent, and 0 is a number', () => {
  const line = `REPORT RequestId: ${ID}\tDuration: NaN ms\tBilled Duration: 0x10 ms\tInit Duration: 0.00 ms\tMemory Size: MB\tMax Memory Used: -1 MB`;
  expect(parseReportLine(line)).toEqual({ ...NOTHING, initMs: 0 });
  const beyond = `REPORT RequestId: ${ID}\tDuration: ${'9'.repeat(400)} ms`;
  expect(parseReportLine(beyond)).toEqual(NOTHING);
  const json = `{"type":"platform.report","record":{"requestId":"${ID}","metrics":{"durationMs":1e999,"billedDurationMs":-1}}}`;
  expect(parseReportLine(json)).toEqual(NOTHING);
});

// The units and keys as Lambda writes them, beside the field in which each must be found again.
const FIELDS = [
  ['durationMs', 'Duration', 'ms'],
  ['billedMs', 'Billed Duration', 'ms'],
  ['initMs', 'Init Duration', 'ms'],
  ['restoreMs', 'Restore Duration', 'ms'],
  [null, 'Billed Restore Duration', 'ms'],
  ['memorySizeMib', 'Memory Size', 'MB'],
  ['maxMemoryUsedMib', 'Max Memory Used', 'MB'],
] as const;

const hundredths = fc.integer({ min: 0, max: 90_000_000 }).map((n) => n / 100);
const written = fc
  .subarray(FIELDS.map((_, i) => i))
  .chain((chosen) =>
    fc.tuple(
      fc.shuffledSubarray(chosen, { minLength: chosen.length }),
      fc.array(hundredths, { minLength: FIELDS.length, maxLength: FIELDS.length }),
      fc.array(fc.constantFrom('\t', ' \t', '  ', '     ', '\t\t'), { minLength: 9, maxLength: 9 }),
      fc.option(fc.constantFrom('timeout', 'error')),
      fc.constantFrom('', '\t', '\t\n', '\r\n', '\nXRAY TraceId: 1-00000000-0 SegmentId: 0 Duration: 77 ms'),
    ),
  );

test('any fields, in any order, with any white space between them, are each found again, and no others', () => {
  fc.assert(
    fc.property(written, ([order, values, gaps, status, end]) => {
      const expected: Record<string, unknown> = { ...NOTHING, status };
      let line = `REPORT RequestId: ${ID}`;
      for (const [place, field] of order.entries()) {
        const [name, key, unit] = FIELDS[field]!;
        line += `${gaps[place]}${key}: ${values[field]!.toFixed(2)} ${unit}`;
        if (name !== null) expected[name] = values[field];
      }
      if (status !== null) line += `${gaps[8]}Status: ${status}`;
      expect(parseReportLine(line + end)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('no text whatsoever makes the parser throw, or yield what is no finite number', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `REPORT RequestId: a\t${text}`),
    fc.json().map((record) => `{"type":"platform.report","record":${record}}`),
    fc
      .array(fc.constantFrom('REPORT RequestId: ', 'Duration: ', 'Billed ', '\t', '1e999', '5', ' ms', '{', '"'))
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const report = parseReportLine(text);
      for (const value of Object.values(report ?? {})) {
        expect(value === null || typeof value === 'string' || (Number.isFinite(value) && (value as number) >= 0)).toBe(
          true,
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

const tailOf = (...lines: string[]): string => Buffer.from(lines.join('\n'), 'utf8').toString('base64');

test('the header of a real answer of 2019 holds its report', () => {
  const header =
    'U1RBUlQgUmVxdWVzdElkOiBkNGE1MzJlZC0yOWIwLTQwYmUtOWQ2OS03NGJmOWZhNDlhN2IgVmVyc2lvbjogJExBVEVTVApFTkQgUmVxdWVzdElkOiBkNGE1MzJlZC0yOWIwLTQwYmUtOWQ2OS03NGJmOWZhNDlhN2IKUkVQT1JUIFJlcXVlc3RJZDogZDRhNTMyZWQtMjliMC00MGJlLTlkNjktNzRiZjlmYTQ5YTdiCUR1cmF0aW9uOiAyLjA0IG1zCUJpbGxlZCBEdXJhdGlvbjogMTAwIG1zIAlNZW1vcnkgU2l6ZTogMTI4IE1CCU1heCBNZW1vcnkgVXNlZDogNTQgTUIJCg==';
  expect(parseReportLine(reportInTail(header, ID)!)).toEqual({ ...NOTHING, ...WARM });
});

test('a line that the function printed itself does not stand for the report', () => {
  const printed = `REPORT RequestId: ${ID}\tDuration: 99999 ms`;
  const other = 'REPORT RequestId: another\tDuration: 99999 ms';
  expect(reportInTail(tailOf(printed, other, `END RequestId: ${ID}`, TEXT, ''), ID)).toBe(TEXT);
  expect(reportInTail(tailOf(TEXT, other), ID)).toBe(TEXT);
  expect(reportInTail(tailOf(other), ID)).toBeNull();
  // Neither what only begins with the id, nor what stands within a line.
  expect(reportInTail(tailOf(`REPORT RequestId: ${ID}0\tDuration: 1 ms`), ID)).toBeNull();
  expect(reportInTail(tailOf(TEXT, `said: REPORT RequestId: ${ID}\tDuration: 1 ms`), ID)).toBe(TEXT);
});

test('an XRAY line comes along; a tail without a report, or with its beginning cut off, yields none', () => {
  const xray = 'XRAY TraceId: 1-5d082ccc-37e6618ea946686bdadd12c6\tSegmentId: 1f2a\tSampled: true';
  expect(reportInTail(tailOf(`${TEXT}\t`, `${xray}\t`, ''), ID)).toBe(`${TEXT}\n${xray}`);
  expect(reportInTail(tailOf('hello', 'world'), ID)).toBeNull();
  expect(reportInTail(tailOf(TEXT.slice(10)), ID)).toBeNull();
  expect(reportInTail(null, ID)).toBeNull();
  expect(reportInTail(tailOf(TEXT), null)).toBeNull();
  expect(reportInTail('%%% no base64', ID)).toBeNull();
});

test('a report in JSON is found among lines in JSON', () => {
  const report = `{"time":"t","type":"platform.report","record":{"requestId":"${ID}","metrics":{"durationMs":1}}}`;
  const said = `{"level":"INFO","message":"platform.report of my own"}`;
  expect(reportInTail(tailOf(said, report, ''), ID)).toBe(report);
});

test('whatever a function prints before it, the last line of the request is found as it stands', () => {
  const noise = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
      fc.constantFrom(
        `REPORT RequestId: ${ID}\tDuration: 7 ms`,
        `END RequestId: ${ID}`,
        'REPORT RequestId: ',
        'XRAY x',
      ),
    ),
  );
  fc.assert(
    fc.property(noise, (lines) => {
      expect(reportInTail(tailOf(...lines, `${TEXT}\t`, ''), ID)).toBe(TEXT);
    }),
  );
});
