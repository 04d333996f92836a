import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { perf } from '../../../monitoring/parsers/perf.js';
import { type Read, readLines, rowsOf } from './read-monitor.js';

const LOCALES = {
  C: { group: '', decimal: '.' },
  en_US: { group: ',', decimal: '.' },
  de_DE: { group: '.', decimal: ',' },
  fr_FR: { group: '\u202f', decimal: ',' },
  old_fr_FR: { group: '\u00a0', decimal: ',' },
  blanks: { group: ' ', decimal: ',' },
  de_CH: { group: '’', decimal: '.' },
};
type Locale = keyof typeof LOCALES;

const EVENTS = ['cycles', 'L1-dcache-loads', 'context-switches:u', 'cpu_core/branches/', 'r01c2', 'sched:sched_switch'];
const intervals = fc.array(
  fc.record({
    seconds: fc.nat(1_000_000),
    nanoseconds: fc.nat(999_999_999),
    counts: fc.array(
      fc.record({
        event: fc.constantFrom(...EVENTS),
        // In hundredths: what perf prints with two decimals; null = not counted.
        hundredths: fc.option(fc.integer({ min: 0, max: 2 ** 50 })),
        hasUnit: fc.boolean(),
        runningHundredths: fc.integer({ min: 1, max: 10_000 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
  { maxLength: 5 },
);
type Intervals = typeof intervals extends fc.Arbitrary<infer T> ? T : never;

function printed(hundredths: number, hasUnit: boolean, locale: Locale, grouped: boolean): string {
  const { group, decimal } = LOCALES[locale];
  const whole = String(Math.floor(hundredths / 100)).replaceAll(/\B(?=(?:\d{3})+$)/g, grouped ? group : '');
  return hasUnit ? `${whole}${decimal}${String(hundredths % 100).padStart(2, '0')}` : whole;
}

function timesOf(given: Intervals): (Intervals[number] & { at: string })[] {
  // perf's time only goes on; two intervals never end at the same moment.
  return given.map((interval, index) => {
    const at = `${index * 1_000_000 + interval.seconds}.${String(interval.nanoseconds).padStart(9, '0')}`;
    return { ...interval, at: at.padStart(16) };
  });
}

async function told(given: Intervals, read: Read): Promise<void> {
  expect(read.count.unknown).toBe(0);
  const rows = rowsOf(read, 'perf');
  expect(rows).toHaveLength(given.length);
  for (const [index, { at, counts }] of timesOf(given).entries()) {
    const expected: Record<string, number | null> = {};
    for (const { event, hundredths, hasUnit } of counts) {
      const again = Object.keys(expected).filter((name) => name.split('#')[0] === event).length;
      const value = hundredths === null ? null : hasUnit ? hundredths / 100 : Math.floor(hundredths / 100);
      expected[again === 0 ? event : `${event}#${again + 1}`] = value;
    }
    const shares = counts.filter(({ hundredths }) => hundredths !== null).map((one) => one.runningHundredths / 100);
    expect(rows[index]![1]).toMatchObject({ ...expected, running_pct: shares.length > 0 ? Math.min(...shares) : null });
    expect(rows[index]![0]).toBeCloseTo(Number(at) * 1000, 3);
  }
}

describe('what a printer of the format writes, the parser tells', () => {
  test.each(Object.keys(LOCALES) as Locale[])('text under %s', async (locale) => {
    const { decimal } = LOCALES[locale];
    await fc.assert(
      fc.asyncProperty(intervals, async (given) => {
        const lines = timesOf(given).flatMap(({ at, counts }) =>
          counts.map(({ event, hundredths, hasUnit, runningHundredths }) => {
            const count = hundredths === null ? '<not counted>' : printed(hundredths, hasUnit, locale, true);
            const unit = (hasUnit ? 'msec' : '').padEnd(4);
            const running = (runningHundredths / 100).toFixed(2).replace('.', decimal);
            const comment = '#    1.002 CPUs utilized'.replace('.', decimal);
            return `${at} ${count.padStart(18)} ${unit} ${event.padEnd(25)} ${comment.padEnd(28)} (${running}%)`;
          }),
        );
        await told(given, await readLines(perf, ['# started on Tue', '', '#  time  counts unit events', ...lines]));
      }),
    );
  });

  test.each([
    ['C', ','],
    ['C', ';'],
    ['de_DE', ','],
    ['de_DE', ';'],
    ['fr_FR', '\t'],
  ] as const)('CSV under %s parted by %j', async (locale, separator) => {
    const { decimal } = LOCALES[locale];
    await fc.assert(
      fc.asyncProperty(intervals, async (given) => {
        const lines = timesOf(given).flatMap(({ at, counts }) =>
          counts.map(({ event, hundredths, hasUnit, runningHundredths }) => {
            const count = hundredths === null ? '<not counted>' : printed(hundredths, hasUnit, locale, false);
            const running = (runningHundredths / 100).toFixed(2).replace('.', decimal);
            return [at, count, hasUnit ? 'msec' : '', event, 1_000_000, running, '', ''].join(separator);
          }),
        );
        await told(given, await readLines(perf, lines));
      }),
    );
  });
});
