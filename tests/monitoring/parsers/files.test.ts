import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOf, startFileOf } from '../../../monitoring/parsers/formats.js';
import { countedLine, wholeLines } from '../../../monitoring/parsers/lines.js';
import { emptyCount } from '../../../monitoring/parsers/reading.js';
import { readStart, startFault, startInName } from '../../../monitoring/parsers/start-file.js';

describe('by its name', () => {
  test.each([
    ['perf-mon.out', 'perf', 'perf.start'],
    ['perf.csv', 'perf', 'perf.start'],
    ['perf_2.json', 'perf', 'perf.start'],
    ['pqos-msr-mon.out', 'pqos', 'pqos.start'],
    ['pqos.csv', 'pqos', 'pqos.start'],
    ['blktrace-mon.out', 'blktrace', 'blktrace.start'],
    ['systemd-cgtop.out', 'cgtop', 'cgtop.start'],
    ['sampler.ndjson', 'sampler', 'sampler.start'],
    ['systemd-cgtop_1732507200000.txt', 'cgtop', 'cgtop.start'],
  ])('%s is of %s', (name, tool, start) => {
    const format = formatOf(name)!;
    expect([format.tool, startFileOf(format)]).toEqual([tool, start]);
  });

  test.each([
    'perf.start',
    'Perf.sh.log',
    'perf.data',
    'perf.parquet',
    'cgtop.start',
    'notes.txt',
    'my-perf-mon.out',
    '',
  ])('%j is of none', (name) => {
    expect(formatOf(name)).toBe(null);
  });
});

describe('when a tool began', () => {
  test.each([
    // 1732507200.123456789 s
    ['1732507200123456789\n', { epochMs: 1_732_507_200_123.4568, intervalMs: null }],
    ['1732507200123456789\ninterval_ms=100\n', { epochMs: 1_732_507_200_123.4568, intervalMs: 100 }],
    ['1732507200000000000\r\ninterval_ms=0.5\r\n', { epochMs: 1_732_507_200_000, intervalMs: 0.5 }],
    ['1732507200000000000\ninterval_ms=0\n', { epochMs: 1_732_507_200_000, intervalMs: null }],
    ['1732507200000000000\nunheard of\n', { epochMs: 1_732_507_200_000, intervalMs: null }],
    // `date` of busybox knows no %N
    ['1732507200N\n', null],
    ['1732507200\n', null],
    ['interval_ms=100\n', null],
    ['', null],
  ])('%j', (text, start) => {
    expect(readStart(text)).toEqual(start);
  });

  test.each([
    ['1732507200123456789\ninterval_ms=100\n', null],
    ['1732507200000000000\nunheard of\n', null],
    ['garbage\n', /^holds no time: it begins with "garbage", not with nanoseconds since 1970 \(19 digits\)$/],
    ['1\n', /^holds no time: it begins with "1"/],
    ['1732507200N\n', /^holds no time: it begins with "1732507200N"/],
    [`\u001b[2J${'x'.repeat(50)}`, /^holds no time: it begins with "\\u001b\[2Jx{30}…"/],
    ['', /^holds no time: it is empty/],
    ['1732507200000000000\ninterval_ms=fast\n', /^tells no interval: "interval_ms=fast" is no number/],
    [
      '1732507200000000000\ninterval_ms=0\n',
      /^tells no interval: "interval_ms=0" is no number of milliseconds above 0$/,
    ],
  ])('what is wrong with %j is told', (text, told) => {
    if (told === null) expect(startFault(text)).toBeNull();
    else expect(startFault(text)).toMatch(told);
  });

  test('whatever stands there, what it does not tell is told', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('1732507200123456789', '1', 'interval_ms=5', 'interval_ms=', 'interval_ms=0'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const text = lines.join('\n');
        const start = readStart(text);
        const fault = startFault(text);
        expect(fault?.startsWith('holds no time') ?? false).toBe(start === null);
        if (fault === null && /^interval_ms=/m.test(text)) expect(start!.intervalMs).toBeGreaterThan(0);
      }),
    );
  });

  test('FaaSProfiler writes it into the name', () => {
    expect(startInName('systemd-cgtop_1732507200123.txt')).toEqual({ epochMs: 1_732_507_200_123, intervalMs: null });
    expect(startInName('systemd-cgtop.out')).toBe(null);
    expect(startInName('systemd-cgtop_2024.txt')).toBe(null);
  });

  test('whatever stands there, it is a start or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.bigInt().map(String)), (text) => {
        const start = readStart(text);
        expect(start === null || Number.isFinite(start.epochMs)).toBe(true);
      }),
    );
  });
});

describe('lines', () => {
  async function linesOf(chunks: readonly string[]) {
    const count = emptyCount();
    const source = (async function* () {
      yield* chunks;
    })();
    const lines: string[] = [];
    for await (const line of wholeLines(source, count)) lines.push(line);
    return { lines, count };
  }

  test('are the same however the file comes in pieces', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '\r', ' ', 'ä') });
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.string(), fc.array(fc.nat(60)), async (given, rest, cuts) => {
        const text = [...given, rest.replaceAll('\n', '')].join('\n');
        const places = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        const { lines, count } = await linesOf(places.slice(1).map((end, index) => text.slice(places[index], end)));
        expect(lines).toEqual(given);
        const isCut = !text.endsWith('\n') && text !== '';
        expect(count).toMatchObject(isCut ? { lines: 1, unknown: 1, cut: true } : { lines: 0, unknown: 0 });
      }),
    );
  });

  test('a sample of 200 groups is one line, wherever the pieces of the file are cut', async () => {
    const line = 'g'.repeat(90_000);
    const { lines } = await linesOf([line.slice(0, 50_000), `${line.slice(50_000)}\n`]);
    expect(lines.map(({ length }) => length)).toEqual([90_000]);
  });

  test('one that no tool can have written is unknown, and as much of it as tells that is kept', async () => {
    const { lines } = await linesOf([...Array.from({ length: 5_000 }, () => 'x'.repeat(10_000)), '\n1\n']);
    const count = emptyCount();
    expect(lines[0]!.length).toBeLessThan(2.1 * 2 ** 20);
    expect(lines.map((line) => countedLine(line, count))).toEqual([null, '1']);
    expect(count).toMatchObject({ lines: 2, unknown: 1 });
    expect(count.examples[0]).toHaveLength(200);
  });
});
