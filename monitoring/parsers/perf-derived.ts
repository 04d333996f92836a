/** A figure made of two events of one interval. */
interface Derived {
  column: string;
  /** the first of them that was counted is taken */
  numerator: readonly string[];
  denominator: readonly string[];
  factor: 1 | 1000;
}

const INSTRUCTIONS = ['instructions'];

/**
 * What is derived of perf's counts, as FaaSProfiler's users plot it:
 *
 * - `ipc` = instructions / cycles
 * - `<x>_mpki` = 1000 · misses / instructions: misses per kilo-instruction
 * - `<x>_misses_per_1000_loads` = 1000 · load misses / loads; of branches and of last-level references likewise
 *
 * Null where an input was not counted, or where the lower one is 0. Where events share counters perf has scaled both, each
 * by its own share of the interval: below 100 % `running_pct` the figure is an estimate.
 *
 * @see Hennessy & Patterson, Computer Architecture: A Quantitative Approach, appendix B (misses per instruction)
 */
const DERIVED: readonly Derived[] = [
  { column: 'ipc', numerator: INSTRUCTIONS, denominator: ['cycles', 'cpu-cycles'], factor: 1 },
  mpki('l1d', 'L1-dcache-load-misses'),
  mpki('l1i', 'L1-icache-load-misses'),
  mpki('llc', 'LLC-load-misses'),
  mpki('cache', 'cache-misses'),
  mpki('dtlb', 'dTLB-load-misses'),
  mpki('itlb', 'iTLB-load-misses'),
  mpki('branch', 'branch-misses'),
  rate('l1d_misses_per_1000_loads', 'L1-dcache-load-misses', 'L1-dcache-loads'),
  rate('llc_misses_per_1000_loads', 'LLC-load-misses', 'LLC-loads'),
  rate('cache_misses_per_1000_references', 'cache-misses', 'cache-references'),
  rate('dtlb_misses_per_1000_loads', 'dTLB-load-misses', 'dTLB-loads'),
  rate('itlb_misses_per_1000_loads', 'iTLB-load-misses', 'iTLB-loads'),
  rate('branch_misses_per_1000_branches', 'branch-misses', 'branches', 'branch-instructions'),
];

function mpki(of: string, misses: string): Derived {
  return { column: `${of}_mpki`, numerator: [misses], denominator: INSTRUCTIONS, factor: 1000 };
}

function rate(column: string, misses: string, ...all: string[]): Derived {
  return { column, numerator: [misses], denominator: all, factor: 1000 };
}

/** `cycles`, `cycles:u`, `cpu_core/cycles/`, `cpu_core/cycles/u`: what stands around the event's name. */
const AROUND = /^(\w+\/)?([\w.-]+)(\/\w*|:\w+)?$/;

type Counts = Record<string, number | null>;

/**
 * The derived columns whose events are among these. Events are only compared with those of the same PMU and modifiers, which
 * also stand around the column's name: `ipc:u`, `cpu_core/ipc/`.
 */
export function derivedOf(counts: Counts): Counts {
  const derived: Counts = {};
  for (const [[before, after], byName] of alike(counts)) {
    for (const { column, numerator, denominator, factor } of DERIVED) {
      const [above, below] = [firstOf(byName, numerator), firstOf(byName, denominator)];
      if (above === undefined || below === undefined) continue;
      derived[before + column + after] =
        above === null || below === null || below === 0 ? null : (factor * above) / below;
    }
  }
  return derived;
}

function alike(counts: Counts): Iterable<[[string, string], Map<string, number | null>]> {
  const groups = new Map<string, [[string, string], Map<string, number | null>]>();
  for (const [event, count] of Object.entries(counts)) {
    const [, before = '', name = '', after = ''] = AROUND.exec(event) ?? [];
    if (name === '') continue;
    const key = `${before} ${after}`;
    const group = groups.get(key) ?? [[before, after], new Map()];
    group[1].set(name, count);
    groups.set(key, group);
  }
  return groups.values();
}

/** @returns undefined where there is none, null where none was counted */
function firstOf(counts: Map<string, number | null>, names: readonly string[]): number | null | undefined {
  const present = names.filter((name) => counts.has(name)).map((name) => counts.get(name)!);
  return present.find((count) => count !== null) ?? (present.length > 0 ? null : undefined);
}
