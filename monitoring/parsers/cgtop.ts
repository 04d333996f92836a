import { type CgtopGroup, readCgtopGroup } from './cgtop-line.js';
import { Containers } from './containers.js';
import { countedLine } from './lines.js';
import { countUnknown, type LineCount, type MonitorFormat, type Reading } from './reading.js';

/**
 * `systemd-cgtop --batch`, or without it into a file: `cgtop_groups` has a row a group and table, `cgtop` one a table, as
 * FaaSProfiler's frame (container_count, docker_tasks, memory). A blank line stands between two tables; time is the
 * table's number. The first has no rates yet.
 */
export const cgtop: MonitorFormat = {
  tool: 'cgtop',
  time: 'ordinal',
  tables: { cgtop: { text: [] }, cgtop_groups: { text: ['group'] } },
  async *read(lines, count) {
    let time = 0;
    let table = new Table();
    let groupsBefore = 0;
    for await (const line of lines) {
      const content = countedLine(line, count);
      if (content === null) continue;
      if (content.trim() === '') {
        if (table.groups > 0) yield table.reading(time);
        groupsBefore = table.groups;
        table = new Table();
        time += 1;
        continue;
      }
      const group = readCgtopGroup(content);
      if (group === null) {
        if (!HEADING.test(content)) countUnknown(count, line);
        continue;
      }
      table.add(group);
      yield { table: 'cgtop_groups', time, values: valuesOf(group) };
    }
    if (table.groups > 0 && isWhole(table, groupsBefore, count)) yield table.reading(time);
  },
};

/** Only a terminal gets one. */
const HEADING = /Control Group .*Tasks/;

/**
 * Nothing follows the last table, so it may have been cut off; its sums would be too small. It was if the file ends within a
 * line, or if it is shorter than the one before; the latter costs a row where a group has gone in the last interval. An only
 * table that is cut just behind a line looks whole.
 */
function isWhole(table: Table, groupsBefore: number, count: LineCount): boolean {
  return count.cut !== true && table.groups >= groupsBefore;
}

const GIB = 1_024 ** 3;

class Table {
  readonly #containers = new Containers();
  #root: CgtopGroup | null = null;
  groups = 0;

  add(group: CgtopGroup): void {
    this.groups += 1;
    if (group.group === '/') this.#root = group;
    else this.#containers.add(group.group, group.tasks);
  }

  reading(time: number): Reading {
    const memoryBytes = this.#root?.memoryBytes ?? null;
    const values = {
      container_count: this.#containers.count(),
      docker_tasks: this.#containers.tasks(),
      memory_gib: memoryBytes === null ? null : memoryBytes / GIB,
      cpu_pct: this.#root?.cpuPct ?? null,
    };
    return { table: 'cgtop', time, values };
  }
}

function valuesOf({ group, tasks, cpuPct, cpuTimeMs, memoryBytes, ...io }: CgtopGroup): Reading['values'] {
  return {
    group,
    tasks,
    cpu_pct: cpuPct,
    ...(cpuTimeMs === undefined ? {} : { cpu_time_ms: cpuTimeMs }),
    memory_bytes: memoryBytes,
    input_bytes_per_s: io.inputBytesPerS,
    output_bytes_per_s: io.outputBytesPerS,
  };
}
