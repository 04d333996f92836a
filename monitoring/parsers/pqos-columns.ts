/** A column of pqos's table: where its heading ends, and what it holds. */
export interface PqosColumn {
  name: string;
  isText: boolean;
  /** of the heading; headings and values are both right-aligned */
  end: number;
}

/** What a row is of: a core or a group of cores (`0`, `0-3`; cut after 8 characters), a process, a channel, a socket. */
export const PQOS_TEXT: readonly string[] = ['core', 'pid', 'channel', 'socket'];

/** Spellings of pqos's text and CSV (intel-cmt-cat, pqos/monitor_text.c and monitor_csv.c, releases 1.0 to 25). */
const NAMES = new Map(
  Object.entries({
    MISSES: 'llc_misses',
    'LLC Misses': 'llc_misses',
    REFERENCES: 'llc_references',
    'LLC References': 'llc_references',
    'I/O-LLC': 'io_llc_kb',
    'I/O-TOTAL': 'io_total_mb_per_s',
    'I/O-MISS': 'io_miss_mb_per_s',
    MISS_READ: 'llc_misses_pcie_read',
    'LLC Misses Read': 'llc_misses_pcie_read',
    MISS_WRITE: 'llc_misses_pcie_write',
    'LLC Misses Write': 'llc_misses_pcie_write',
    REF_READ: 'llc_references_pcie_read',
    'LLC References Read': 'llc_references_pcie_read',
    REF_WRITE: 'llc_references_pcie_write',
    'LLC References Write': 'llc_references_pcie_write',
  }),
);
const UNITS = new Map([
  ['%', 'pct'],
  ['MB/s', 'mb_per_s'],
]);

/** @param headings with where each ends. @returns null where they are not those of a table of pqos */
export function pqosColumns(headings: readonly { text: string; end: number }[]): PqosColumn[] | null {
  const columns = headings.map(({ text, end }) => {
    const name = columnName(text);
    return { name, isText: PQOS_TEXT.includes(name), end };
  });
  if (columns[0]?.isText !== true || new Set(columns.map(({ name }) => name)).size < columns.length) return null;
  // Since release 23.11 the headings of I/O stand before those of bandwidth, but the values behind.
  const has = (prefix: string): boolean => columns.some(({ name }) => name.startsWith(prefix));
  return has('io_') && has('mb') ? null : columns;
}

function columnName(heading: string): string {
  const known = NAMES.get(heading);
  if (known !== undefined) return known;
  const [, of = heading, unit] = /^(.*)\[(.*)\]$/.exec(heading) ?? [];
  const name = of.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return unit === undefined ? name : `${name}_${UNITS.get(unit) ?? unit.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`;
}
