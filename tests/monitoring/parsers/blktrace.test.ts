import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operationOf } from '../../../monitoring/parsers/blktrace-line.js';
import { blktrace } from '../../../monitoring/parsers/blktrace.js';
import { fixture, type Read, readLines, readText, rowsOf } from './read-monitor.js';

async function read(path: string): Promise<Read> {
  const found = await readText(blktrace, fixture(`blktrace/${path}`));
  expect(found.count.unknown).toBe(0);
  return found;
}

describe('events of a real kernel through blkparse 1.2', () => {
  test('a row a completed I/O', async () => {
    const rows = rowsOf(await read('loop-ext4.out'), 'blktrace');
    // blkparse's own summary: 12 reads and 37 writes (discards and flushes among them) completed. Three of these are no I/O:
    // `C WSM 32852 [0]`, `C WSM 32864 [0]`, `C WS 0 [0]` end what asked for flushes, which have rows of their own.
    expect(rows).toHaveLength(12 + 37 - 3);
    const io = { device: '7,0', error: 0 };
    // Q at 0, D at 1.388941 ms, C at 1.522494 ms; 128 sectors of 512 bytes
    expect(rows[0]).toEqual([
      1.522494,
      {
        ...io,
        operation: 'write',
        rwbs: 'WS',
        sector: 17_026,
        bytes: 65_536,
        latency_ms: 0.133553,
        queue_ms: 1.388941,
      },
    ]);
    // D at 4.241949 ms, C at 5.471639 ms
    const flush = rows.find(([, { operation }]) => operation === 'flush')!;
    expect(flush).toEqual([
      5.471639,
      { ...io, operation: 'flush', rwbs: 'FN', sector: null, bytes: 0, latency_ms: 1.22969, queue_ms: null },
    ]);
    // Q of 6 sectors at 64.445862 ms, to which 7,674 are merged; D at 64.451992, C at 64.530949
    expect(rows.at(-2)).toEqual([
      64.530949,
      {
        ...io,
        operation: 'discard',
        rwbs: 'D',
        sector: 25_090,
        bytes: 7_680 * 512,
        latency_ms: 0.078957,
        queue_ms: 0.00613,
      },
    ]);
  });

  test('bytes add up to what blkparse counts', async () => {
    const rows = rowsOf(await read('loop-ext4.out'), 'blktrace');
    const sum = (operations: string[]): number =>
      rows
        .filter(([, { operation }]) => operations.includes(String(operation)))
        .reduce((all, [, { bytes }]) => all + Number(bytes), 0);
    // "Reads Completed: 12, 1283KiB", "Writes Completed: 37, 6929KiB": a half KiB is cut off.
    expect(Math.floor(sum(['read']) / 1024)).toBe(1283);
    expect(Math.floor(sum(['write', 'discard', 'flush']) / 1024)).toBe(6929);
  });

  test('every I/O was seen issued', async () => {
    for (const [, { latency_ms: latency }] of rowsOf(await read('loop-ext4.out'), 'blktrace'))
      expect(latency).toBeGreaterThan(0);
  });
});

test('completions in parts, a requeue, an error, one that was never issued, a passthrough command', async () => {
  const sda = { device: '8,0' };
  expect(rowsOf(await read('sda-written.out'), 'blktrace')).toEqual([
    // 24 sectors were issued at 0.012262 ms: 16 of them are done, then the other 8. Q at 0.002197 ms.
    [
      0.512262,
      {
        ...sda,
        operation: 'write',
        rwbs: 'W',
        sector: 223_490,
        bytes: 8192,
        latency_ms: 0.5,
        queue_ms: 0.010065,
        error: 0,
      },
    ],
    [
      0.612262,
      {
        ...sda,
        operation: 'write',
        rwbs: 'W',
        sector: 223_506,
        bytes: 4096,
        latency_ms: 0.6,
        queue_ms: 0.010065,
        error: 0,
      },
    ],
    // Issued at 0.027, taken back at 0.127, issued again at 0.227: 1 ms until 1.227; queued at 0.025012
    [
      1.227,
      { ...sda, operation: 'read', rwbs: 'R', sector: 4096, bytes: 4096, latency_ms: 1, queue_ms: 0.201988, error: -5 },
    ],
    [
      2,
      {
        ...sda,
        operation: 'read',
        rwbs: 'RA',
        sector: 99_999,
        bytes: 4096,
        latency_ms: null,
        queue_ms: null,
        error: 0,
      },
    ],
    [
      3.9,
      { ...sda, operation: 'flush', rwbs: 'FWS', sector: null, bytes: 0, latency_ms: 0.5, queue_ms: null, error: 0 },
    ],
  ]);
});

test.each([
  ['R', 8, 'read'],
  ['RAM', 8, 'read'],
  ['WS', 8, 'write'],
  ['FWFSM', 8, 'write'],
  ['FWS', 0, 'flush'],
  ['FN', 0, 'flush'],
  ['D', 8, 'discard'],
  ['DE', 8, 'secure_erase'],
  ['N', 0, 'other'],
])('%s of %d sectors: %s', (rwbs, sectors, operation) => {
  expect(operationOf(rwbs, sectors)).toBe(operation);
});

test.each([
  '  8,0    3        1     0.000000000   697  D   W 223490 + 8',
  '  8,0    3        1     0.000000000   697  C   W 223490 + 8 [ok]',
  '  8,0    3        1     0,000000000   697  D   W 223490 + 8 [x]',
  'blkparse: cannot open',
])('%j is unknown', async (line) => {
  expect((await readLines(blktrace, [line])).count).toMatchObject({ lines: 1, unknown: 1 });
});

test('what is issued and never completes does not fill the memory', async () => {
  const line = (at: number, action: string, sector: number, end: string): string =>
    `  8,0    0 ${at} ${Math.floor(at / 1e9)}.${String(at % 1e9).padStart(9, '0')} 1 ${action} R ${sector} + 8 [${end}]`;
  const lost = Array.from({ length: 70_000 }, (_, index) => line(index, 'D', index * 8, 'x'));
  const found = await readLines(blktrace, [...lost, line(70_000, 'C', 0, '0'), line(70_001, 'C', 69_999 * 8, '0')]);
  // 65,536 are remembered: the first is forgotten, the last was issued at 69,999 ns.
  expect(rowsOf(found, 'blktrace').map(([, { latency_ms: latency }]) => latency)).toEqual([null, 0.000002]);
});

test('what a printer of the format writes, the parser tells', async () => {
  const io = fc.record({
    major: fc.nat(259),
    queueNs: fc.nat(10_000_000),
    latencyNs: fc.nat(2_000_000_000),
    startNs: fc.nat(1_000_000_000),
    sectors: fc.integer({ min: 1, max: 2560 }),
    rwbs: fc.constantFrom('R', 'W', 'WS', 'RA', 'D', 'FWFS'),
    process: fc.constantFrom('dd', 'kworker/0:1H-kblockd', '(null)', 'my [odd] task'),
    error: fc.constantFrom(0, -5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(io, { maxLength: 12 }), async (given) => {
      const events = given.flatMap(({ major, startNs, queueNs, latencyNs, sectors, rwbs, process, error }, index) => {
        // Each at its own place of the disk: two at one place at a time do not happen.
        const place = `${rwbs.padStart(3)} ${index * 10_000} + ${sectors}`;
        const at = (ns: number, action: string, end: string) => ({
          ns,
          text: `${major},0 ${action} ${place} [${end}]`,
        });
        return [
          at(startNs, 'Q', process),
          at(startNs + queueNs, 'D', process),
          at(startNs + queueNs + latencyNs, 'C', String(error)),
        ];
      });
      const lines = events
        .toSorted((one, other) => one.ns - other.ns)
        .map(({ ns, text }, index) => {
          const [device, action, ...rest] = text.split(' ');
          const stamp = `${Math.floor(ns / 1e9)}.${String(ns % 1e9).padStart(9, '0')}`;
          return `  ${device}    0 ${String(index).padStart(8)} ${stamp.padStart(15)} ${'7'.padStart(5)} ${action!.padStart(2)} ${rest.join(' ')}`;
        });
      const found = await readLines(blktrace, lines);
      expect(found.count.unknown).toBe(0);
      const rows = rowsOf(found, 'blktrace');
      expect(rows).toHaveLength(given.length);
      for (const [time, values] of rows) {
        const { major, startNs, queueNs, latencyNs, sectors, rwbs, error } = given[Number(values['sector']) / 10_000]!;
        expect(time).toBe((startNs + queueNs + latencyNs) / 1e6);
        expect(values).toMatchObject({ device: `${major},0`, rwbs, bytes: sectors * 512, error });
        expect(values).toMatchObject({ latency_ms: latencyNs / 1e6, queue_ms: queueNs / 1e6 });
      }
    }),
  );
});
