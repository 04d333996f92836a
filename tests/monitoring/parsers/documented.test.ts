import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../common/package-root.js';
import { formatOf } from '../../../monitoring/parsers/formats.js';
import { derivedOf } from '../../../monitoring/parsers/perf-derived.js';
import { fixture, readText } from './read-monitor.js';

const page = readFileSync(join(packageRoot, 'docs', 'columns.md'), 'utf8');
const section = page.slice(page.indexOf('## Monitors'), page.indexOf("## The summary's figures"));

test.each([
  ['sampler.ndjson', 'sampler/embedded.ndjson'],
  ['systemd-cgtop.out', 'cgtop/depth6.out'],
  ['blktrace-mon.out', 'blktrace/loop-ext4.out'],
])('every table and every column of %s stands on the page of columns', async (name, path) => {
  const format = formatOf(name)!;
  const { readings } = await readText(format, fixture(path));
  const columns = new Set(readings.flatMap(({ values }) => Object.keys(values)));
  expect(columns.size).toBeGreaterThan(5);
  const names = [...Object.keys(format.tables), ...columns];
  expect(names.filter((column) => !section.includes(`\`${column}\``))).toEqual([]);
});

test('so do the figures that are made of the counts of perf', () => {
  const misses = ['L1-dcache', 'LLC', 'dTLB', 'iTLB'].flatMap((of) => [`${of}-load-misses`, `${of}-loads`]);
  const others = ['L1-icache-load-misses', 'cache-misses', 'cache-references', 'branch-misses', 'branches'];
  const events = ['cycles', 'instructions', ...misses, ...others];
  const columns = Object.keys(derivedOf(Object.fromEntries(events.map((event) => [event, 1]))));
  // IPC, 7 kinds of misses to instructions, and 6 of these to what they are of: nothing tells the fetches of L1-icache.
  expect(columns).toHaveLength(14);
  expect(columns.filter((column) => !section.includes(`\`${column}\``))).toEqual([]);
});

test('so does the column that only an archive has', () => {
  expect(section).toMatch(/^\| `host` \(text\) \|/m);
});

test('so do the columns of control groups, which the recorded sampler had none of', async () => {
  const group = { group: 'a', epoch_us: 1, 'cpu.stat': 'usage_usec 1', 'io.stat': '', 'memory.current': '1' };
  const line = JSON.stringify({ epoch_us: 1, uptime_s: 1, groups: [group] });
  const { readings } = await readText(formatOf('sampler.ndjson')!, `${line}\n`);
  const columns = Object.keys(readings.find(({ table }) => table === 'sampler_groups')!.values);
  expect(columns.filter((column) => !section.includes(`\`${column}\``))).toEqual([]);
});
