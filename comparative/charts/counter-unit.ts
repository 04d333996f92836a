/** How the names of counters end, or what they are, and in what they are then counted; the first that fits. */
const UNITS: readonly [pattern: RegExp, unit: string[]][] = [
  [/(?:^|\/)ipc(?:[:/]|$)/, ['instructions', 'per cycle']],
  [/_mpki(?:[:/]|$)/, ['misses per 1,000', 'instructions']],
  [/_pct$/, ['%']],
  [/mb_per_s$/, ['MB/s']],
  [/bytes_per_s$/, ['bytes/s']],
  [/_per_s$/, ['1/s']],
  [/_per_1000_/, ['per 1,000']],
  [/_bytes$/, ['bytes']],
  [/_gib$/, ['GiB']],
  [/_kb$/, ['KB']],
  [/_ms$/, ['ms']],
  [/_s$/, ['s']],
];

/** The unit in which a monitor counts, as lines of an axis title: names of columns end in it. What ends in none is a number as the tool told it. */
export function counterUnit(counter: string): string[] {
  return UNITS.find(([pattern]) => pattern.test(counter))?.[1] ?? ['as sampled'];
}
