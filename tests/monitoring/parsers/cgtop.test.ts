import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCgtopGroup } from '../../../monitoring/parsers/cgtop-line.js';
import { cgtop } from '../../../monitoring/parsers/cgtop.js';
import { fixture, type Read, readLines, readText, rowsOf } from './read-monitor.js';

const ID = { a: 'a'.repeat(64), b: 'b'.repeat(64), d: 'd'.repeat(64) };
const NO_IO = { input_bytes_per_s: null, output_bytes_per_s: null };

async function read(path: string): Promise<Read> {
  const found = await readText(cgtop, fixture(`cgtop/${path}`));
  expect(found.count.unknown).toBe(0);
  return found;
}

/** The groups of one table by their names */
function groupsOf(found: Read, table: number): Record<string, object> {
  const rows = rowsOf(found, 'cgtop_groups').filter(([time]) => time === table);
  return Object.fromEntries(rows.map(([, { group, ...values }]) => [group, values]));
}

describe('recorded by systemd-cgtop of systemd 252', () => {
  test('a row a group and table; the first table has no rates', async () => {
    const found = await read('depth6.out');
    const [first, second] = [groupsOf(found, 0), groupsOf(found, 1)];
    expect([Object.keys(first).length, Object.keys(second).length]).toEqual([25, 25]);
    // 363.5 M = 363.5 · 2²⁰
    expect(first['/']).toEqual({ tasks: null, cpu_pct: null, memory_bytes: 381_157_376, ...NO_IO });
    expect(second['/']).toEqual({ tasks: null, cpu_pct: 198.9, memory_bytes: Math.round(363.6 * 2 ** 20), ...NO_IO });
    expect(second[`/docker/${ID.a}`]).toEqual({ tasks: 2, cpu_pct: 99.2, memory_bytes: 256 * 1024, ...NO_IO });
    expect(second['/user.slice/my backup job']).toEqual({
      tasks: 1,
      cpu_pct: null,
      memory_bytes: 256 * 1024,
      ...NO_IO,
    });
    expect(second).toHaveProperty(['/system.slice/system-serial\\x2dgetty.slice']);
  });

  test('a row a table: containers once each, their tasks, memory and CPU of the whole machine', async () => {
    // Two of docker, one as a scope, two and one in pods; 2 + 4 + 1 + 1 + 1 + 1 tasks.
    expect(rowsOf(await read('depth6.out'), 'cgtop')).toEqual([
      [0, { container_count: 6, docker_tasks: 10, memory_gib: 381_157_376 / 2 ** 30, cpu_pct: null }],
      [1, { container_count: 6, docker_tasks: 10, memory_gib: Math.round(363.6 * 2 ** 20) / 2 ** 30, cpu_pct: 198.9 }],
      [2, { container_count: 6, docker_tasks: 10, memory_gib: Math.round(363.7 * 2 ** 20) / 2 ** 30, cpu_pct: 200 }],
    ]);
  });

  test.each(['default-depth.out', 'order-memory.out'])(
    '%s does not list all containers: none is counted',
    async (path) => {
      for (const [, values] of rowsOf(await read(path), 'cgtop'))
        expect(values).toMatchObject({ container_count: null, docker_tasks: null, memory_gib: expect.any(Number) });
    },
  );

  test('--raw: bytes', async () => {
    const found = await read('raw.out');
    expect(groupsOf(found, 0)['/']).toMatchObject({ memory_bytes: 381_284_352 });
    expect(rowsOf(found, 'cgtop')[0]![1]).toMatchObject({ container_count: 6, memory_gib: 381_284_352 / 2 ** 30 });
  });

  test.each([
    ['processes.out', 28],
    ['userspace.out', 90],
  ])('%s: tasks that are not known of the containers have no sum', async (path, rootTasks) => {
    const found = await read(path);
    expect(groupsOf(found, 0)['/']).toMatchObject({ tasks: rootTasks });
    expect(rowsOf(found, 'cgtop')[0]![1]).toMatchObject({ container_count: 6, docker_tasks: null });
  });

  test('--cpu=time: time instead of a share, with blanks in it', async () => {
    const found = await read('cpu-time.out');
    expect(groupsOf(found, 0)['/']).toEqual({
      tasks: null,
      cpu_pct: null,
      // 7h 34min 3.992291s
      cpu_time_ms: expect.closeTo(7 * 3_600_000 + 34 * 60_000 + 3_992.291, 6),
      memory_bytes: 381_157_376,
      ...NO_IO,
    });
    expect(groupsOf(found, 0)['/other.slice']).toMatchObject({ cpu_time_ms: 0 });
  });

  test('without --batch, as FaaSProfiler calls it: one table', async () => {
    const found = await read('once.txt');
    expect(rowsOf(found, 'cgtop')).toHaveLength(1);
    expect(rowsOf(found, 'cgtop')[0]).toMatchObject([0, { container_count: 6, docker_tasks: 10 }]);
  });
});

describe('the last table, which nothing follows', () => {
  const whole = [`/  9 1.0 2.0G - -`, `/docker 2 - - - -`, `/docker/${ID.a} 1 - - - -`, `/docker/${ID.b} 1 - - - -`];

  test('tells nothing in sum where the file ends within a line, its groups tell what they told', async () => {
    const found = await readText(cgtop, `${whole.join('\n')}\n\n${whole.slice(0, 3).join('\n')}\n/docker/bb`);
    expect(rowsOf(found, 'cgtop').map(([time]) => time)).toEqual([0]);
    expect(rowsOf(found, 'cgtop_groups')).toHaveLength(7);
    expect(found.count).toMatchObject({ lines: 9, unknown: 1, cut: true });
  });

  test('nor where it is shorter than the one before', async () => {
    const found = await readLines(cgtop, [...whole, '', ...whole, '', ...whole.slice(0, 3)]);
    expect(rowsOf(found, 'cgtop').map(([time]) => time)).toEqual([0, 1]);
    expect(rowsOf(await readLines(cgtop, [...whole, '', ...whole]), 'cgtop')).toHaveLength(2);
  });
});

test('an empty table keeps its number', async () => {
  const found = await readLines(cgtop, ['/ 1 - 1.0G - -', '', '', '/ 2 - 1.0G - -']);
  expect(rowsOf(found, 'cgtop_groups').map(([time, { tasks }]) => [time, tasks])).toEqual([
    [0, 1],
    [2, 2],
  ]);
});

test.each([
  'Loading…',
  'relative/path 1 - 1.0G - -',
  '/ 1 - 1.0X - -',
  '/ 1 12 1.0G - -',
  '/ x - 1.0G - -',
  '/ 1 - 1.0G -',
  '1 - 1.0G - -',
])('%j is no group', (line) => {
  expect(readCgtopGroup(line)).toBe(null);
});

test('a name that ends like other columns stays a name', () => {
  expect(readCgtopGroup('/a 7 - 1.0K 12 3.5 2.0M - 1B')).toEqual({
    group: '/a 7 - 1.0K',
    tasks: 12,
    cpuPct: 3.5,
    memoryBytes: 2 * 1024 ** 2,
    inputBytesPerS: null,
    outputBytesPerS: 1,
  });
});

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P', 'E'];

/** As systemd's format_bytes: the largest unit that fits, one decimal that is cut off. */
function formatted(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(6, Math.floor(Math.log2(bytes) / 10));
  if (power === 0) return `${bytes}B`;
  return `${(Math.floor((bytes / 1024 ** power) * 10) / 10).toFixed(1)}${UNITS[power]}`;
}

test('what a printer of the format writes, the parser tells', async () => {
  const size = fc.option(fc.maxSafeNat());
  const path = fc.array(fc.string({ unit: fc.constantFrom(...'abz09-_.\\: ä'), minLength: 1 }), {
    minLength: 1,
    maxLength: 4,
  });
  const groups = fc.array(
    fc.record({
      group: path.map((names) => `/${names.join('/')}`.trimEnd()).filter((name) => name !== '/'),
      tasks: fc.option(fc.nat(9_999_999)),
      cpu: fc.option(fc.nat(99_999).map((tenths) => tenths / 10)),
      memory: size,
      input: size,
      output: size,
    }),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(groups, async (given) => {
      const width = Math.max(...given.map(({ group }) => group.length));
      const sized = (bytes: number | null): string => (bytes === null ? '-' : formatted(bytes)).padStart(8);
      const lines = given.map(
        ({ group, tasks, cpu, memory, input, output }) =>
          `${group.padEnd(width)} ${String(tasks ?? '-').padStart(7)} ${(cpu?.toFixed(1) ?? '-').padStart(6)} ${sized(memory)} ${sized(input)} ${sized(output)}`,
      );
      const found = await readLines(cgtop, lines);
      expect(found.count.unknown).toBe(0);
      for (const [index, [, values]] of rowsOf(found, 'cgtop_groups').entries()) {
        const { group, tasks, cpu, memory, input, output } = given[index]!;
        expect(values).toMatchObject({ group, tasks, cpu_pct: cpu });
        for (const [column, bytes] of Object.entries({
          memory_bytes: memory,
          input_bytes_per_s: input,
          output_bytes_per_s: output,
        })) {
          const told = values[column] as number | null;
          // One decimal of a unit is cut off: below the truth by less than a tenth of it, which is a tenth of the number at most.
          if (bytes === null || told === null) expect(told).toBe(bytes);
          else expect(bytes - told).toBeLessThanOrEqual(bytes < 1024 ? 0 : bytes / 10);
          if (bytes !== null && told !== null) expect(told - bytes).toBeLessThanOrEqual(1);
        }
      }
    }),
  );
});
