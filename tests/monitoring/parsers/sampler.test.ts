import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reading } from '../../../monitoring/parsers/reading.js';
import { sampler } from '../../../monitoring/parsers/sampler.js';
import { fixture, readLines, readText, rowsOf } from './read-monitor.js';

const HEAD = JSON.stringify({ faaslab_sampler: 1, interval_ms: 1_000, ticks_per_s: 100, page_bytes: 4_096 });
const START_US = 1_795_250_000_000_000;

type Fields = Record<string, unknown>;

/** A sample `atS` after the first. */
function sample(atS: number, fields: Fields): string {
  return JSON.stringify({ epoch_us: START_US + Math.round(atS * 1e6), uptime_s: 500 + atS, cpus: 2, ...fields });
}
async function valuesOf(table: string, ...lines: string[]): Promise<Reading['values'][]> {
  return rowsOf(await readLines(sampler, [HEAD, ...lines]), table).map(([, values]) => values);
}

test('the modes of the CPU are shares of all ticks that passed, together 100 %', async () => {
  const stat = (...ticks: number[]): Fields => ({ stat: [`cpu  ${ticks.join(' ')} 0 0`] });
  // user nice system idle iowait irq softirq steal: 200 ticks pass, as in 1 s of two cores
  const [first, second] = await valuesOf(
    'sampler',
    sample(0, stat(1_000, 0, 500, 9_000, 10, 0, 5, 0)),
    sample(1, stat(1_100, 10, 530, 9_040, 14, 2, 7, 12)),
  );
  expect(first).toMatchObject({ cpu_user_pct: null, cpu_busy_pct: null, cpus: 2 });
  expect(second).toMatchObject({
    cpu_user_pct: 50,
    cpu_nice_pct: 5,
    cpu_system_pct: 15,
    cpu_idle_pct: 20,
    cpu_iowait_pct: 2,
    cpu_irq_pct: 2,
    cpu_steal_pct: 6,
    cpu_busy_pct: 72,
  });
});

test('levels are told at once, in bytes; memory in use is what is not available', async () => {
  const [row] = await valuesOf(
    'sampler',
    sample(0, {
      loadavg: ['1.25 0.80 0.50 3/120 4711'],
      meminfo: [
        'MemTotal:  1000 kB',
        'MemFree: 100 kB',
        'MemAvailable: 600 kB',
        'Cached: 450 kB',
        'SwapTotal: 50 kB',
        'SwapFree: 20 kB',
      ],
      stat: ['procs_running 3', 'procs_blocked 1'],
    }),
  );
  expect(row).toMatchObject({
    load_1m: 1.25,
    memory_total_bytes: 1_024_000,
    memory_used_bytes: 400 * 1_024,
    memory_free_bytes: 100 * 1_024,
    page_cache_bytes: 450 * 1_024,
    swap_used_bytes: 30 * 1_024,
    procs_running: 3,
    procs_blocked: 1,
    context_switches_per_s: null,
  });
});

test('rates are growth over the time between two samples, however long it was', async () => {
  const fields = (k: number): Fields => ({
    stat: [`ctxt ${1_000 + 500 * k}`, `processes ${10 + k}`],
    pressure_cpu: [`some avg10=0.00 avg60=0.00 avg300=0.00 total=${k * 250_000}`],
    net: [`    lo: ${k * 10} 0 0 0 0 0 0 0 ${k * 10} 0`, `  eth0: ${k * 1_000} 0 0 0 0 0 0 0 ${k * 3_000} 0`],
    disks: [`254 0 vda 0 0 ${k * 8} 0 0 0 ${k * 16} 0 0 ${k * 100} 0`],
  });
  // The second interval is one of 2 s: a sample is missing.
  const rows = await valuesOf('sampler', sample(0, fields(0)), sample(1, fields(1)), sample(3, fields(3)));
  for (const row of rows.slice(1)) {
    expect(row).toMatchObject({
      interval_ms: row === rows[1] ? 1_000 : 2_000,
      context_switches_per_s: 500,
      forks_per_s: 1,
      psi_cpu_some_pct: 25,
      net_receive_bytes_per_s: 1_000,
      net_transmit_bytes_per_s: 3_000,
      loopback_bytes_per_s: 10,
      // sectors of 512 bytes
      disk_read_bytes_per_s: 4_096,
      disk_write_bytes_per_s: 8_192,
      disk_busy_pct: 10,
    });
  }
});

test('rates add up to what the counters have grown by, and are null where one went back', async () => {
  const step = fc.record({ seconds: fc.integer({ min: 1, max: 50 }), count: fc.integer({ min: -1_000, max: 1e6 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      let [atS, ctxt] = [0, 10_000_000];
      const lines = [sample(0, { stat: [`ctxt ${ctxt}`] })];
      for (const { seconds, count } of steps) {
        atS += seconds / 10;
        ctxt += count;
        lines.push(sample(atS, { stat: [`ctxt ${ctxt}`] }));
      }
      const rates = (await valuesOf('sampler', ...lines)).slice(1).map((row) => row['context_switches_per_s']);
      for (const [i, { seconds, count }] of steps.entries()) {
        if (count < 0) expect(rates[i]).toBeNull();
        else expect((rates[i] as number) * (seconds / 10)).toBeCloseTo(count, 3);
      }
    }),
  );
});

test('after a reboot nothing is compared with what was before', async () => {
  const rows = await valuesOf(
    'sampler',
    sample(0, { stat: ['ctxt 5'] }),
    sample(60, { uptime_s: 12, stat: ['ctxt 9000'] }),
    sample(61, { uptime_s: 13, stat: ['ctxt 9100'] }),
  );
  expect(rows.map((row) => row['context_switches_per_s'])).toEqual([null, null, 100]);
});

test('a clock that is set between two samples does not change a rate', async () => {
  // Set back by an hour: the uptime tells that a second has passed.
  const rows = await valuesOf(
    'sampler',
    sample(0, { stat: ['ctxt 0'] }),
    sample(-3_599, { uptime_s: 501, stat: ['ctxt 400'] }),
  );
  expect(rows[1]!['context_switches_per_s']).toBe(400);
});

const worker = (name: string, pid: number, ticks: number, more: Fields = {}): Fields => ({
  function: name,
  pid,
  ppid: 1,
  state: 'S',
  starttime: 7,
  utime: ticks,
  stime: 0,
  rss: 10,
  ...more,
});

test('a function has the CPU and the memory of all its processes, a new one from its start', async () => {
  const rows = await valuesOf(
    'sampler_workers',
    sample(0, { workers: [worker('hello', 10, 100)] }),
    // 30 ticks of 10 ms by the first and 20 by one that began since then, in one second: half a core
    sample(1, { workers: [worker('hello', 10, 130), worker('hello', 11, 20)] }),
    sample(2, { workers: [] }),
  );
  expect(rows).toEqual([
    { function: 'hello', interval_ms: null, processes: 1, cpu_pct: null, rss_bytes: 40_960 },
    { function: 'hello', interval_ms: 1_000, processes: 2, cpu_pct: 50, rss_bytes: 81_920 },
    { function: 'hello', interval_ms: 1_000, processes: 0, cpu_pct: 0, rss_bytes: 0 },
  ]);
});

test('over a few milliseconds no rate is told, and the next one is over these as well', async () => {
  const group = (atS: number, usage: number): Fields => ({
    group: 'a.slice',
    epoch_us: START_US + atS * 1e6,
    'cpu.stat': `usage_usec ${usage}`,
  });
  const at = (atS: number, ctxt: number, ticks: number): string =>
    sample(atS, {
      stat: [`ctxt ${ctxt}`, `cpu  ${ticks} 0 0 ${ticks} 0 0 0 0 0 0`],
      workers: [worker('hello', 10, ticks)],
      groups: [group(atS, ticks * 10_000)],
    });
  // A tick is 10 ms: the one that passes in the 3 ms after the second sample would read as 333 % of a core.
  const lines = [at(0, 0, 0), at(1, 100, 50), at(1.003, 101, 51), at(2, 400, 100), at(2.05, 420, 102)];
  const of = (rows: Reading['values'][], column: string) => rows.map((row) => row[column]);
  const host = await valuesOf('sampler', ...lines);
  expect(of(host, 'interval_ms')).toEqual([null, 1_000, null, 1_000, 50]);
  // 300 from the second sample on, over the whole second; then 20 in 50 ms
  expect(of(host, 'context_switches_per_s')).toEqual([null, 100, null, 300, 400]);
  expect(of(host, 'cpu_user_pct')).toEqual([null, 50, null, 50, 50]);
  for (const table of ['sampler_workers', 'sampler_groups']) {
    const rows = await valuesOf(table, ...lines);
    expect(of(rows, 'interval_ms')).toEqual([null, 1_000, null, 1_000, 50]);
    // 50 ticks of 10 ms in each second, 2 in 50 ms
    const cpu = of(rows, 'cpu_pct') as (number | null)[];
    expect(cpu.map((percent) => percent && Math.round(percent))).toEqual([null, 50, null, 50, 40]);
  }
});

test('samples at any moments lose nothing of a counter but what grew in a last interval that is too short', async () => {
  const gap = fc.integer({ min: 1, max: 200 });
  await fc.assert(
    fc.asyncProperty(fc.array(gap, { minLength: 1, maxLength: 40 }), async (gaps) => {
      let atMs = 0;
      const lines = [sample(0, { stat: ['ctxt 0'] })];
      // It grows by 7 in each millisecond.
      for (const ms of gaps) lines.push(sample((atMs += ms) / 1_000, { stat: [`ctxt ${7 * atMs}`] }));
      const rows = (await valuesOf('sampler', ...lines)).slice(1) as Record<string, number | null>[];
      const told = rows.filter((row) => row['interval_ms'] !== null);
      for (const row of told) {
        expect(row['interval_ms']).toBeGreaterThanOrEqual(50);
        expect(row['context_switches_per_s']).toBeCloseTo(7_000, 6);
      }
      const coveredMs = told.reduce((all, row) => all + row['interval_ms']!, 0);
      expect(atMs - coveredMs).toBeGreaterThanOrEqual(-1e-6);
      expect(atMs - coveredMs).toBeLessThan(50);
    }),
  );
});

test('a pid that was given again is another process', async () => {
  const rows = await valuesOf(
    'sampler_workers',
    sample(0, { workers: [worker('hello', 10, 100)] }),
    sample(1, { workers: [worker('hello', 10, 5, { starttime: 99 })] }),
  );
  expect(rows[1]!['cpu_pct']).toBe(5);
});

test('a group has its own times, so that reading it late does not change its rates', async () => {
  const group = (atS: number, usage: number): Fields => ({
    groups: [
      {
        group: String.raw`system.slice/docker-ab\x2dc.scope`,
        epoch_us: START_US + atS * 1e6,
        'cpu.stat': `usage_usec ${usage}|user_usec 0|nr_periods ${usage / 100_000}|nr_throttled 0`,
        'memory.current': '4096',
        'io.stat': atS === 0 ? '' : '254:0 rbytes=8192 wbytes=0 rios=1 wios=0',
        'cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0|full avg10=0.00 avg60=0.00 avg300=0.00 total=0',
        'memory.pressure': '',
        'io.pressure': '',
      },
    ],
    groups_left_out: 0,
    disks: ['254 0 vda 0 0 0 0 0 0 0 0 0 0 0'],
  });
  // Read 0.5 s after its sample began: 1.5 s have passed for it, in which it used 0.75 s.
  const [first, second] = await valuesOf('sampler_groups', sample(0, group(0, 0)), sample(1, group(1.5, 750_000)));
  expect(first).toMatchObject({
    group: String.raw`system.slice/docker-ab\x2dc.scope`,
    cpu_pct: null,
    memory_bytes: 4_096,
  });
  expect(second).toMatchObject({
    cpu_pct: 50,
    read_bytes_per_s: 8_192 / 1.5,
    write_bytes_per_s: 0,
    psi_memory_some_pct: null,
  });
});

test('a stamp that is wrong changes no rate of the sample after it', async () => {
  const at = (atS: number, fields: Fields = {}): string =>
    sample(atS, {
      stat: [`ctxt ${atS * 100}`],
      groups: [{ group: 'a.slice', epoch_us: START_US + atS * 1e6, 'cpu.stat': `usage_usec ${atS * 500_000}` }],
      ...fields,
    });
  const lines = [at(0), at(1, { epoch_us: 9 }), at(2)];
  const host = await valuesOf('sampler', ...lines);
  // 100 a second; the uptime tells how long that was.
  expect(host.map((row) => row['context_switches_per_s'])).toEqual([null, 100, 100]);
  const groups = await valuesOf('sampler_groups', ...lines);
  expect(groups.map((row) => row['cpu_pct'])).toEqual([null, 50, 50]);
});

test('what the sampler really wrote is read: no line is unknown, and the modes of each sample make 100 %', async () => {
  const read = await readText(sampler, fixture('sampler/embedded.ndjson'));
  expect(read.count).toMatchObject({ lines: 9, unknown: 0 });
  const rows = rowsOf(read, 'sampler').map(([, values]) => values as Record<string, number>);
  expect(rows).toHaveLength(8);
  const modes = ['user', 'nice', 'system', 'irq', 'steal', 'iowait', 'idle'].map((mode) => `cpu_${mode}_pct`);
  for (const row of rows.slice(1)) expect(modes.reduce((all, mode) => all + row[mode]!, 0)).toBeCloseTo(100, 9);
  expect(new Set(rowsOf(read, 'sampler_workers').map(([, values]) => values['function']))).toEqual(
    new Set(['hello', 'cpu']),
  );
});
