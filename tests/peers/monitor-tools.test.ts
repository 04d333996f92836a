import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatOf } from '../../monitoring/parsers/formats.js';
import { wholeLines } from '../../monitoring/parsers/lines.js';
import { emptyCount, type Reading } from '../../monitoring/parsers/reading.js';
import { emptyFolder } from '../support/programs.js';

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

const mayCount = succeeds('perf', 'stat', '-a', '-e', 'context-switches', 'true');
const hasCgtop = succeeds('systemd-cgtop', '--version');

/** Runs a tool that writes into a file of this name, and reads that. */
async function readingsOf(name: string, command: string, env: Record<string, string> = {}): Promise<Reading[]> {
  const cwd = emptyFolder();
  const { status, stderr } = spawnSync('bash', ['-c', command], {
    cwd,
    env: { ...process.env, LC_ALL: 'C', ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const count = emptyCount();
  const lines = wholeLines(createReadStream(join(cwd, name), 'utf8'), count);
  const readings: Reading[] = [];
  for await (const reading of formatOf(name)!.read(lines, count)) readings.push(reading);
  expect(count).toMatchObject({ unknown: 0 });
  expect(count.lines).toBeGreaterThan(0);
  return readings;
}

/** A locale that this machine need not have installed. */
function ownLocale(locale: string): Record<string, string> | null {
  const folder = emptyFolder();
  mkdirSync(folder, { recursive: true });
  const name = `${locale}.UTF-8`;
  return succeeds('localedef', '-i', locale, '-f', 'UTF-8', join(folder, name))
    ? { LOCPATH: folder, LC_ALL: name }
    : null;
}

const EVENTS = 'cpu-clock,context-switches,duration_time';

test.skipIf(!mayCount).each([
  ['perf.out', `perf stat -a -e ${EVENTS} -I 200 -o perf.out sleep 1`],
  ['perf.csv', `perf stat -a -x, -e ${EVENTS} -I 200 -o perf.csv sleep 1`],
  ['perf.json', `perf stat -a -j -e ${EVENTS} -I 200 -o perf.json sleep 1`],
])('%s of the perf that is installed', async (name, command) => {
  const readings = await readingsOf(name, command);
  expect(readings.length).toBeGreaterThanOrEqual(5);
  let before = 0;
  for (const { time, values } of readings) {
    // duration_time is what perf itself says of the interval's length, in ns, where the event exists.
    if (values['duration_time'] !== null) expect(Number(values['duration_time']) / 1e6).toBeCloseTo(time - before, 3);
    expect(values['cpu-clock']).toBeGreaterThan(0);
    expect(values['running_pct']).toBe(100);
    before = time;
  }
});

test.skipIf(!mayCount).for(['de_DE', 'fr_FR', 'de_CH', 'en_US'])(
  'perf under %s in each form',
  async (locale, { skip }) => {
    const env = ownLocale(locale);
    if (env === null) return skip('localedef cannot make it here');
    for (const [name, option] of [
      ['perf.out', ''],
      ['perf.csv', '-x,'],
      ['perf.json', '-j'],
    ] as const) {
      const readings = await readingsOf(name, `perf stat -a ${option} -e ${EVENTS} -I 200 -o ${name} sleep 0.5`, env);
      const { time, values } = readings[0]!;
      expect(Number(values['duration_time']) / 1e6).toBeCloseTo(time, 3);
      expect(values['cpu-clock']).toBeGreaterThan(100);
    }
  },
);

test.skipIf(!hasCgtop)('the systemd-cgtop that is installed', async () => {
  const readings = await readingsOf(
    'systemd-cgtop.out',
    'systemd-cgtop -b --depth=6 -n 3 -d 300ms > systemd-cgtop.out',
  );
  const root = readings.filter(({ table, values }) => table === 'cgtop_groups' && values['group'] === '/');
  expect(root.map(({ time }) => time)).toEqual([0, 1, 2]);
  const sums = readings.filter(({ table }) => table === 'cgtop');
  for (const [index, { time, values }] of sums.entries()) {
    expect(time).toBe(index);
    // The memory of the whole machine, in GiB: there is some, and not a thousand times as much as there is.
    expect(values['memory_gib']).toBeGreaterThan(0.01);
    expect(values['memory_gib']).toBeLessThan(10_000);
  }
});

test.skipIf(!hasCgtop)('--raw and rounded sizes agree', async () => {
  const [rounded, raw] = [
    await readingsOf('systemd-cgtop.out', 'systemd-cgtop -b -n 1 > systemd-cgtop.out'),
    await readingsOf('systemd-cgtop.out', 'systemd-cgtop -b -r -n 1 > systemd-cgtop.out'),
  ].map((readings) => Number(readings.find(({ values }) => values['group'] === '/')!.values['memory_bytes']));
  // Two moments of a machine that others use, too; a wrong unit would be a factor of 1024.
  expect(raw! / rounded!).toBeGreaterThan(0.5);
  expect(raw! / rounded!).toBeLessThan(2);
});
