import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pqos } from '../../../monitoring/parsers/pqos.js';
import { fixture, readLines, readText, rowsOf } from './read-monitor.js';

/** The wall clock of the fixtures, read as UTC. */
const AT = Date.UTC(2024, 2, 12, 10, 0, 0);

async function rows(path: string): Promise<ReturnType<typeof rowsOf>> {
  const read = await readText(pqos, fixture(`pqos/${path}`));
  expect(read.count.unknown).toBe(0);
  return rowsOf(read, 'pqos');
}

describe('text', () => {
  test('a row a core or group of cores and table; thousands of misses; a blank or no number is null', async () => {
    expect(await rows('text-written.out')).toEqual([
      [AT, { core: '0', ipc: 0.45, llc_misses: 12_000, llc_kb: 160, mbl_mb_per_s: 0, mbr_mb_per_s: 0 }],
      [AT, { core: '1-3', ipc: 0.98, llc_misses: 1_203_000, llc_kb: 7360, mbl_mb_per_s: 58.3, mbr_mb_per_s: 85.2 }],
      [AT + 1000, { core: '0', ipc: 0.67, llc_misses: 0, llc_kb: 168, mbl_mb_per_s: 0.1, mbr_mb_per_s: 0 }],
      [
        AT + 1000,
        {
          core: '1-3',
          ipc: 1.25,
          llc_misses: 240_787_000,
          llc_kb: 37_800,
          mbl_mb_per_s: 16_703.5,
          mbr_mb_per_s: 1476.5,
        },
      ],
      // The column of MBL is blank: what stands behind it is MBR.
      [AT + 2000, { core: '0', ipc: null, llc_misses: 1000, llc_kb: 176, mbl_mb_per_s: null, mbr_mb_per_s: 0.2 }],
      [
        AT + 2000,
        {
          core: '0-27,56-',
          ipc: 1.92,
          llc_misses: 245_459_000,
          llc_kb: 42_000,
          mbl_mb_per_s: 16_970.7,
          mbr_mb_per_s: 2446.6,
        },
      ],
    ]);
  });

  test('of processes, with the cores they ran on', async () => {
    expect(await rows('process-written.out')).toEqual([
      [AT, { pid: '4711', core: '3', ipc: 0.82, llc_misses: 6000, llc_kb: 3096, mbl_mb_per_s: 0, mbr_mb_per_s: 0.8 }],
    ]);
  });

  test.each([
    [
      'SOCKET     CORE     RMID    LLC[KB] MBL[MB/s] MBR[MB/s]',
      '     0        1        2      160.0      1.5      2.5',
      { socket: '0', core: '1', rmid: 2, llc_kb: 160, mbl_mb_per_s: 1.5, mbr_mb_per_s: 2.5 },
    ],
    [
      '    CORE         IPC      MISSES  REFERENCES      LLC[%]   MBT[MB/s]',
      '       0        0.45         12k         99k         1.5        12.0',
      { core: '0', ipc: 0.45, llc_misses: 12_000, llc_references: 99_000, llc_pct: 1.5, mbt_mb_per_s: 12 },
    ],
    [
      '    CORE         IPC    MBL-r0[MB/s]    MBL-r1[MB/s]',
      '       0        0.45             1.0             2.0',
      { core: '0', ipc: 0.45, mbl_r0_mb_per_s: 1, mbl_r1_mb_per_s: 2 },
    ],
    [
      '  SOCKET   MISS_READ  MISS_WRITE    REF_READ   REF_WRITE',
      '       0          1k          2k          3k          4k',
      {
        socket: '0',
        llc_misses_pcie_read: 1000,
        llc_misses_pcie_write: 2000,
        llc_references_pcie_read: 3000,
        llc_references_pcie_write: 4000,
      },
    ],
    [
      '         CHANNEL     I/O-LLC   I/O-TOTAL    I/O-MISS',
      '         0x10000       160.0        12.0         1.0',
      { channel: '0x10000', io_llc_kb: 160, io_total_mb_per_s: 12, io_miss_mb_per_s: 1 },
    ],
  ])('heading %s', async (heading, row, values) => {
    expect(rowsOf(await readLines(pqos, ['TIME 2024-03-12 10:00:00', heading, row]), 'pqos')).toEqual([[AT, values]]);
  });
});

describe('CSV', () => {
  test('whose heading lacks a comma, as since release 23.11', async () => {
    expect(await rows('release-23.11-written.csv')).toEqual([
      [
        AT,
        {
          core: '0',
          ipc: 0.45,
          llc_misses: 12_345,
          llc_references: 99_000,
          llc_kb: 160,
          mbl_mb_per_s: 0,
          mbr_mb_per_s: 0,
          mbt_mb_per_s: 0,
        },
      ],
      [
        AT,
        {
          core: '1,2',
          ipc: 0.98,
          llc_misses: 1_203_456,
          llc_references: 4_000_000,
          llc_kb: 7360,
          mbl_mb_per_s: 58.3,
          mbr_mb_per_s: 85.2,
          mbt_mb_per_s: 143.5,
        },
      ],
      [
        AT + 1000,
        {
          core: '0',
          ipc: 0.67,
          llc_misses: 12,
          llc_references: 600,
          llc_kb: 168,
          mbl_mb_per_s: null,
          mbr_mb_per_s: 0,
          mbt_mb_per_s: 0.1,
        },
      ],
      [
        AT + 1000,
        {
          core: '1,2',
          ipc: 1.25,
          llc_misses: 240_787_000,
          llc_references: 500_000_000,
          llc_kb: 37_800,
          mbl_mb_per_s: 16_703.5,
          mbr_mb_per_s: 1476.5,
          mbt_mb_per_s: 18_180,
        },
      ],
    ]);
  });

  test('of the tables within a second the first ones fill its end, the last ones its beginning', async () => {
    const found = await rows('half-second-written.csv');
    // Two in a full second, so 500 ms apart: 0.5 | 1.0, 1.5 | 2.0, 2.5 | 3.0
    expect(found.map(([time, { ipc }]) => [time - AT, ipc])).toEqual([
      [500, 0.1],
      [1000, 0.2],
      [1500, 0.3],
      [2000, 0.4],
      [2500, 0.5],
      [3000, 0.6],
    ]);
  });
});

describe('what is not certain is not guessed', () => {
  const heading = '    CORE         IPC      MISSES';
  test.each([
    ['a row before any heading', ['TIME 2024-03-12 10:00:00', '       0        0.45         12k'], 1],
    ['a row of a time that there is not', ['TIME 2024-02-31 10:00:00', heading, '       0        0.45         12k'], 2],
    ['a row with a value under no heading', ['TIME 2024-03-12 10:00:00', heading, '       0     0.45'], 1],
    ['a row with a word for a number', ['TIME 2024-03-12 10:00:00', heading, '       0        0.45         1M2'], 1],
    [
      'headings that stand in another order than their values',
      ['TIME 2024-03-12 10:00:00', `${heading}     I/O-LLC   MBL[MB/s]`],
      1,
    ],
    ['a CSV row of another length', ['Time,Core,IPC', '2024-03-12 10:00:00,"0",0.45,1'], 1],
  ])('%s is unknown', async (_what, lines, unknown) => {
    const read = await readLines(pqos, lines);
    expect(rowsOf(read, 'pqos')).toEqual([]);
    expect(read.count).toMatchObject({ lines: lines.length, unknown });
  });

  test('what pqos says before its first table is no unknown line', async () => {
    const lines = [
      'NOTE:  Mixed use of MSR and kernel interfaces to manage',
      '       CAT or CMT & MBM may lead to unexpected behavior.',
      'CMT/MBM reset successful',
      '',
    ];
    expect((await readLines(pqos, lines)).count).toEqual({ lines: 4, unknown: 0, examples: [] });
  });
});

const value = fc.option(fc.nat(99_999_999).map((tenths) => tenths / 10));
const tables = fc.array(
  fc.record({
    ipc: fc.option(fc.nat(999).map((hundredths) => hundredths / 100)),
    kiloMisses: fc.option(fc.nat(9_999_999)),
    llc: value,
    mbl: value,
    mbr: value,
  }),
  { minLength: 1, maxLength: 8 },
);

test('what a printer of the format writes, the parser tells', async () => {
  const cell = (number: number | null, digits: number): string =>
    (number === null ? '' : number.toFixed(digits)).padStart(12);
  await fc.assert(
    fc.asyncProperty(tables, async (given) => {
      const rowOf = ({ ipc, kiloMisses, llc, mbl, mbr }: (typeof given)[number]): string => {
        const misses = kiloMisses === null ? ''.padStart(12) : `${kiloMisses}k`.padStart(12);
        return `${'0-3'.padStart(8)}${cell(ipc, 2)}${misses}${cell(llc, 1)}${cell(mbl, 1)}${cell(mbr, 1)}`;
      };
      const text = given.flatMap((one, second) => [
        `TIME 2024-03-12 10:00:0${second}`,
        '    CORE         IPC      MISSES     LLC[KB]   MBL[MB/s]   MBR[MB/s]',
        rowOf(one),
      ]);
      const read = await readLines(pqos, text);
      expect(read.count.unknown).toBe(0);
      expect(rowsOf(read, 'pqos')).toEqual(
        given.map(({ ipc, kiloMisses, llc, mbl, mbr }, second) => [
          AT + second * 1000,
          {
            core: '0-3',
            ipc,
            llc_misses: kiloMisses === null ? null : kiloMisses * 1000,
            llc_kb: llc,
            mbl_mb_per_s: mbl,
            mbr_mb_per_s: mbr,
          },
        ]),
      );
    }),
  );
});

test('however long the interval and whenever it began, a table was printed within one interval of the time given', async () => {
  const heading = 'Time,Core,IPC';
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }).map((tenths) => tenths * 100),
      fc.nat(999),
      fc.integer({ min: 3, max: 40 }),
      async (intervalMs, phaseMs, many) => {
        const printedMs = Array.from({ length: many }, (_, index) => AT + phaseMs + index * intervalMs);
        const lines = printedMs.map(
          (at, index) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')},"0",${index}`,
        );
        const found = rowsOf(await readLines(pqos, [heading, ...lines]), 'pqos');
        expect(found.map(([, { ipc }]) => ipc)).toEqual(printedMs.map((_, index) => index));
        for (const [index, [time]] of found.entries()) {
          const late = printedMs[index]! - time;
          const isWholePart = 1000 % intervalMs === 0;
          // From 1 s on the stamp is all there is: at most a second. A whole part of a second: up to an interval later.
          if (intervalMs >= 1000) expect(late).toSatisfy((ms: number) => ms >= 0 && ms < 1000);
          else if (isWholePart && spansASecond(printedMs))
            expect(late).toSatisfy((ms: number) => ms > -1e-6 && ms < intervalMs + 1e-6);
          else expect(Math.abs(late)).toBeLessThan(1000);
          if (index > 0) expect(time).toBeGreaterThanOrEqual(found[index - 1]![0]);
        }
      },
    ),
  );
});

/** Only a second that is full of tables tells how many fit in one. */
function spansASecond(printedMs: readonly number[]): boolean {
  const seconds = new Set(printedMs.map((at) => Math.floor(at / 1000)));
  return seconds.size > 2;
}
