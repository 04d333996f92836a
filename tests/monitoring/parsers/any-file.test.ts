import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blktrace } from '../../../monitoring/parsers/blktrace.js';
import { cgtop } from '../../../monitoring/parsers/cgtop.js';
import { perf } from '../../../monitoring/parsers/perf.js';
import { pqos } from '../../../monitoring/parsers/pqos.js';
import type { MonitorFormat, Reading } from '../../../monitoring/parsers/reading.js';
import { sampler } from '../../../monitoring/parsers/sampler.js';
import { fixture, readLines, readText } from './read-monitor.js';

/** With what tells that another moment has begun; where it has a group, once for each that it finds. */
const FILES: [string, MonitorFormat, string, RegExp][] = [
  ['perf text', perf, 'perf/per-cpu.out', /^ *(\d+\.\d{9}) .*\n/gm],
  ['perf text of many events', perf, 'perf/hardware-written.out', /^ *(\d+\.\d{9}) .*\n/gm],
  ['perf CSV', perf, 'perf/semicolon-per-cpu.csv', /^ *(\d+\.\d{9});.*\n/gm],
  ['perf CSV cut by decimal commas', perf, 'perf/de_DE-comma.csv', /^ *(\d+\.\d{9}),.*\n/gm],
  ['perf JSON', perf, 'perf/per-cpu.json', /^\{"interval" : (\d+\.\d{9}),.*\n/gm],
  ['pqos text', pqos, 'pqos/text-written.out', /^TIME .*\n/gm],
  ['pqos CSV', pqos, 'pqos/half-second-written.csv', /^2024.*\n/gm],
  ['systemd-cgtop', cgtop, 'cgtop/depth6.out', /^\/ .*\n/gm],
  ['the sampler', sampler, 'sampler/embedded.ndjson', /^\{"epoch_us":(\d+),.*\n/gm],
  ['blkparse', blktrace, 'blktrace/loop-ext4.out', / C +[A-Z]+ \d+ \+ .*\n/g],
];

describe.each(FILES)('%s', (_name, format, path, begins) => {
  const text = fixture(path);
  const lines = text.trimEnd().split('\n');

  test('whatever lines come, none throws, and each counts once', async () => {
    // Pieces of real lines, shuffled and damaged, get further into a parser than random text does.
    const damage = fc.oneof(fc.string(), fc.constantFrom('9'.repeat(400), '-', ',', ' ', '12', '__proto__'));
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.constantFrom(...lines), fc.nat(120), fc.nat(120)).map(([line, from, to]) => line.slice(from, to)),
      fc
        .tuple(fc.constantFrom(...lines), fc.nat(120), damage)
        .map(([line, at, put]) => line.slice(0, at) + put + line.slice(at)),
      fc.constantFrom(...lines),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (given) => {
        const { readings, count } = await readLines(format, given);
        expect(count.lines).toBe(given.length);
        expect(count.unknown).toBeLessThanOrEqual(given.length);
        expect(count.examples.length).toBe(Math.min(count.unknown, 3));
        for (const { table, time, values } of readings) {
          expect(time).toSatisfy(Number.isFinite);
          for (const [column, value] of Object.entries(values)) {
            const isText = format.tables[table]!.text.includes(column);
            expect(value === null || (isText ? typeof value === 'string' : Number.isFinite(value))).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('foreign lines between its own are counted, and change nothing else', async () => {
    const whole = await readLines(format, lines);
    expect(whole.count).toEqual({ lines: lines.length, unknown: 0, examples: [] });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(lines.length), { maxLength: 20 }), async (places) => {
        const mixed = [...lines];
        for (const at of places) mixed.splice(at, 0, 'bash: warning: setlocale: LC_ALL: cannot change locale');
        const { readings, count } = await readLines(format, mixed);
        expect(readings).toEqual(whole.readings);
        expect(count).toMatchObject({ lines: mixed.length, unknown: places.length });
      }),
      { numRuns: 50 },
    );
  });

  test('foreign line ends change nothing', async () => {
    expect(await readText(format, text.replaceAll('\n', '\r\n'))).toEqual(await readText(format, text));
  });

  test('cut anywhere, a file loses at most what its last moment would have told, and tells nothing else', async () => {
    const whole = await readText(format, text);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (at) => {
        // A file that ends just behind a line of its first table may be whole: systemd-cgtop writes nothing after the last.
        fc.pre(format !== cgtop || at > text.indexOf('\n\n') || text[at - 1] !== '\n');
        const { readings, count } = await readText(format, text.slice(0, at));
        expect(count.unknown).toBe(at > 0 && text[at - 1] !== '\n' ? 1 : 0);
        const begun = new Set([...text.slice(0, at).matchAll(begins)].map(({ 1: moment, index }) => moment ?? index));
        const told = new Set(readings.filter(({ table }) => table in format.tables).map(({ time }) => time));
        expect(told.size).toBeGreaterThanOrEqual(begun.size - 1);
        for (const table of Object.keys(format.tables)) {
          const [cut, full] = [valuesOf(readings, table), valuesOf(whole.readings, table)];
          const last = cut.at(-1)?.time;
          for (const [index, { time, values }] of cut.entries()) {
            // Of the last moment not all lines may have come; those that have tell what they told.
            const known = time === last ? full[index]!.values : null;
            if (known === null) expect(values).toEqual(full[index]!.values);
            else expect(known).toMatchObject(withoutFigures(values));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

function valuesOf(readings: readonly Reading[], table: string): Reading[] {
  return readings.filter((reading) => reading.table === table);
}

/** Figures of several lines. */
function withoutFigures(values: Reading['values']): Reading['values'] {
  const figures = ['running_pct', 'ipc', 'mpki', 'per_1000'];
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => !figures.some((figure) => name.includes(figure))),
  );
}
