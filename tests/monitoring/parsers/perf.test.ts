import { describe, expect, test } from 'vitest';
import { perf } from '../../../monitoring/parsers/perf.js';
import { fixture, readLines, readText, rowsOf } from './read-monitor.js';

type Rows = ReturnType<typeof rowsOf>;

/** Without the lengths of their intervals, which have a test of their own. */
async function rows(path: string): Promise<Rows> {
  const read = await readText(perf, fixture(`perf/${path}`));
  expect(read.count.unknown).toBe(0);
  return countsOf(rowsOf(read, 'perf'));
}
async function rowsOfLines(lines: string[]): Promise<Rows> {
  return countsOf(rowsOf(await readLines(perf, lines), 'perf'));
}
function countsOf(all: Rows): Rows {
  return all.map(([time, values]) => {
    const counts = { ...values };
    delete counts['interval_ms'];
    return [time, counts];
  });
}

describe('recorded by perf 6.1', () => {
  test('text: a row an interval, a column an event, null where it is not supported', async () => {
    const [first, second, third, ...more] = await rows('text.out');
    expect(more).toEqual([]);
    expect(first).toEqual([
      500.605207,
      {
        'msr/tsc/': 2_600_422_188,
        'cpu-clock': 1001.65,
        'context-switches': 62,
        'page-faults': 67,
        'cpu-cycles': null,
        instructions: null,
        duration_time: 500_605_207,
        running_pct: 100,
        ipc: null,
      },
    ]);
    expect([second![0], third![0]]).toEqual([1001.552336, 1201.665768]);
  });

  test.each([
    ['en_US.out', 2_600_427_036, 1001.65, 500_615_302],
    ['de_DE.out', 2_601_069_808, 1001.9, 500_623_239],
    ['fr_FR.out', 2_601_024_076, 1001.88, 500_617_240],
    ['de_CH.out', 2_600_677_404, 1001.75, 500_611_916],
    ['en_IN.out', 2_600_489_164, 1001.67, 500_634_891],
  ])('text under the locale of %s', async (path, tsc, cpuClock, duration) => {
    const [[time, first], ...more] = (await rows(path)) as [[number, object]];
    expect(first).toMatchObject({ 'msr/tsc/': tsc, 'cpu-clock': cpuClock, duration_time: duration, running_pct: 100 });
    // duration_time is the length of the interval in ns, and the first one begins at 0.
    expect(time).toBeCloseTo(duration / 1e6, 6);
    expect(more).toHaveLength(2);
  });

  test.each(['text.out', 'en_US.out', 'de_DE.out', 'fr_FR.out'])(
    'an interval of %s lasts from stamp to stamp, the first since perf began, as perf itself counted',
    async (path) => {
      const all = rowsOf(await readText(perf, fixture(`perf/${path}`)), 'perf');
      const counted = all.filter(([, values]) => typeof values['duration_time'] === 'number');
      expect(counted.length).toBeGreaterThan(2);
      // duration_time is what perf measured of the interval, in ns: the stamps tell the same to the nanosecond.
      for (const [, values] of counted)
        expect(values['interval_ms']).toBeCloseTo((values['duration_time'] as number) / 1e6, 5);
    },
  );

  test('-A: a row a CPU', async () => {
    expect((await rows('per-cpu.out')).slice(0, 3)).toEqual([
      [
        500.66436,
        {
          cpu: 'CPU0',
          'msr/tsc/': 1_300_386_750,
          'cpu-clock': 500.9,
          'context-switches': 29,
          'cpu-cycles': null,
          running_pct: 100,
        },
      ],
      [
        500.66436,
        {
          cpu: 'CPU1',
          'msr/tsc/': 1_300_473_473,
          'cpu-clock': 500.92,
          'context-switches': 30,
          'cpu-cycles': null,
          running_pct: 100,
        },
      ],
      [
        1001.985489,
        {
          cpu: 'CPU0',
          'msr/tsc/': 1_301_458_964,
          'cpu-clock': 501.3,
          'context-switches': 29,
          'cpu-cycles': null,
          running_pct: 100,
        },
      ],
    ]);
  });

  test.each([
    ['per-core.out', ['S0-D0-C0', 'S0-D0-C1', 'S0-D0-C0', 'S0-D0-C1']],
    ['comma-per-core.csv', ['S0-D0-C0', 'S0-D0-C1', 'S0-D0-C0', 'S0-D0-C1']],
    ['per-socket.out', ['S0', 'S0']],
    ['semicolon-per-cpu.csv', ['CPU0', 'CPU1', 'CPU0', 'CPU1']],
    ['per-cpu.json', ['CPU0', 'CPU1', 'CPU0', 'CPU1']],
  ])('%s tells of which part of the machine a row is', async (path, cpus) => {
    const found = await rows(path);
    expect(found.map(([, { cpu }]) => cpu)).toEqual(cpus);
    expect(found.every(([, values]) => typeof values['cpu-clock'] === 'number')).toBe(true);
  });

  test('CSV', async () => {
    expect((await rows('comma.csv'))[0]).toEqual([
      500.652827,
      {
        'msr/tsc/': 2_601_179_674,
        'cpu-clock': 1001.95,
        'context-switches': 58,
        'page-faults': 67,
        'cpu-cycles': null,
        instructions: null,
        running_pct: 100,
        ipc: null,
      },
    ]);
  });

  // The file has `601,29,msec`: the separator within the number.
  test('CSV with commas under a locale with decimal commas', async () => {
    expect((await rows('de_DE-comma.csv'))[0]).toEqual([
      500.659077,
      {
        'msr/tsc/': 2_600_958_464,
        'cpu-clock': 1001.86,
        'context-switches': 71,
        'page-faults': 88,
        'cpu-cycles': null,
        instructions: null,
        running_pct: 100,
        ipc: null,
      },
    ]);
    expect((await rows('fr_FR-comma.csv'))[1]![1]).toMatchObject({ 'cpu-clock': 402.27, running_pct: 100 });
    expect((await rows('de_DE-semicolon-per-socket.csv'))[0]![1]).toMatchObject({
      cpu: 'S0',
      'cpu-clock': 1002.07,
      running_pct: 100,
    });
  });

  test('JSON lines, also those that decimal commas make no JSON', async () => {
    expect((await rows('per-cpu.json'))[0]).toEqual([
      500.654971,
      { cpu: 'CPU0', 'msr/tsc/': 1_300_390_597, 'cpu-clock': 500.904795, 'cpu-cycles': null, running_pct: 100 },
    ]);
    expect((await rows('de_DE.json'))[0]![1]).toMatchObject({
      'cpu-clock': 1001.94342,
      'context-switches': 73,
      running_pct: 100,
    });
  });

  test.each(['cgroup.out', 'comma-cgroup.csv'])(
    '%s: a row a cgroup, and no share where nothing was counted',
    async (path) => {
      const [first, second] = await rows(path);
      expect(first![1]).toMatchObject({ cgroup: '/', cs: null, running_pct: 100 });
      expect(second![1]).toEqual({ cgroup: '/', 'cpu-clock': null, cs: null, running_pct: null });
    },
  );

  test('the summary of the whole run is no interval', async () => {
    expect(await rows('summary.out')).toEqual([
      [300.462602, { 'cpu-clock:u': 0.88, 'cs:u': 0, 'page-faults': 57, running_pct: 100 }],
      [601.041801, { 'cpu-clock:u': null, 'cs:u': null, 'page-faults': null, running_pct: null }],
      [702.231483, { 'cpu-clock:u': 0.09, 'cs:u': 0, 'page-faults': 1, running_pct: 100 }],
    ]);
  });

  test('metrics without counts are no readings', async () => {
    expect(await rows('metric-only.out')).toEqual([]);
  });
});

describe('written after the source of perf', () => {
  test('events that share counters: the count as perf scaled it, the least share of the interval', async () => {
    const [first, second] = await rows('hardware-written.out');
    expect(first).toEqual([
      1000.187423,
      {
        cycles: 4_212_350_112,
        instructions: 2_106_175_056,
        'L1-dcache-loads': 842_470_022,
        'L1-dcache-load-misses': 42_123_501,
        'L1-icache-load-misses': 21_061_750,
        'LLC-loads': 10_530_875,
        'LLC-load-misses': 1_053_087,
        'dTLB-loads': null,
        'dTLB-load-misses': null,
        branches: 421_235_011,
        'branch-misses': 4_212_350,
        'cpu-clock': 4002.17,
        // LLC-loads; what was not counted at all (0.00 %) is null and has no part in it
        running_pct: 50,
        // 2,106,175,056 / 4,212,350,112
        ipc: 0.5,
        l1d_mpki: (1000 * 42_123_501) / 2_106_175_056,
        l1i_mpki: (1000 * 21_061_750) / 2_106_175_056,
        llc_mpki: (1000 * 1_053_087) / 2_106_175_056,
        dtlb_mpki: null,
        branch_mpki: (1000 * 4_212_350) / 2_106_175_056,
        l1d_misses_per_1000_loads: (1000 * 42_123_501) / 842_470_022,
        llc_misses_per_1000_loads: (1000 * 1_053_087) / 10_530_875,
        dtlb_misses_per_1000_loads: null,
        branch_misses_per_1000_branches: (1000 * 4_212_350) / 421_235_011,
      },
    ]);
    // No instruction in the interval: nothing can be divided by it.
    expect(second![1]).toMatchObject({ ipc: 0, l1d_mpki: null, l1d_misses_per_1000_loads: 50, running_pct: 66.67 });
  });

  test('Linux 4.15: the unit stands behind the event, with six decimals', async () => {
    expect(await rows('linux-4.15-written.out')).toEqual([
      [1000.127895, { 'cpu-clock': 8000.963215, 'context-switches': 1842, 'LLC-loads': null, running_pct: 100 }],
    ]);
  });

  test.each([
    // The first of two CSV files has a PMU's event with the separator in its name.
    [
      '     1.000000000,1234,,cpu/event=0x3c,umask=0x0/,1000000000,66.67,,',
      { 'cpu/event=0x3c,umask=0x0/': 1234, running_pct: 66.67 },
    ],
    [
      '     1.000000000,601,29,msec,cpu-clock,601290000,66,67,2,CPUs utilized',
      { 'cpu-clock': 601.29, running_pct: 66.67 },
    ],
    ['     1.000000000::12::::cycles::1000000000::100.00::::', { cycles: 12, running_pct: 100 }],
    ['     1.000000000\t12\t\tcycles\t1000000000\t100.00\t\t', { cycles: 12, running_pct: 100 }],
    ['     1,000000000      1.234.567,89 msec cpu-clock', { 'cpu-clock': 1_234_567.89, running_pct: 100 }],
    [
      '     1.000000000         1 234 567      cycles      ( +-  0,12% )  (66,67%)',
      { cycles: 1_234_567, running_pct: 66.67 },
    ],
    ['     1.000000000              12,34 Joules power/energy-pkg/', { 'power/energy-pkg/': 12.34, running_pct: 100 }],
    ['     1.000000000         1,234 cpu_core/cycles/u', { 'cpu_core/cycles/u': 1234, running_pct: 100 }],
  ])('%s', async (line, values) => {
    expect(await rowsOfLines([line])).toEqual([[1000, values]]);
  });

  test('an event that was asked for twice has two columns', async () => {
    const lines = ['     1.000000000    12      cycles', '     1.000000000    13      cycles'];
    expect(await rowsOfLines(lines)).toEqual([[1000, { cycles: 12, 'cycles#2': 13, running_pct: 100 }]]);
  });
});

describe('what is not certain is not guessed', () => {
  test.each([
    [
      'a number that contradicts the locale of the file',
      ['     1.000000000   601.29 msec cpu-clock', '     1.000000000   1.234      cycles'],
    ],
    ['groups that are none', ['     1.000000000   1,23,4      cycles']],
    ['a column of a metric', ['     1.000000000   1.28    4.5']],
    ['CSV parted by blanks', ['     1.000000000 40  context-switches 601306756 100.00 66.523 /sec']],
    ['a thread', ['     1.000000000   bash-16009   12      cycles']],
    ['an event with the name of a column of ours', ['     1.000000000   12      cpu']],
  ])('%s is an unknown line', async (_what, lines) => {
    const { count } = await readLines(perf, lines);
    expect(count).toMatchObject({ lines: lines.length, unknown: 1 });
  });
});

test('of two perfs in one file the second begins anew: its first interval is not measured from the first', async () => {
  const line = (stamp: string, count: number) => `     ${stamp}          ${count}      context-switches`;
  const lines = [line('1.000200000', 10), line('2.000300000', 20), line('0.500100000', 5), line('1.000300000', 6)];
  const all = rowsOf(await readLines(perf, lines), 'perf').map(([, values]) => values['interval_ms']);
  expect(all).toEqual([1000.2, 1000.1, 500.1, 500.2]);
});
