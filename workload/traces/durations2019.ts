import { FileFault } from '../named-files.js';
import { checkLength, decimal, placesOf } from './columns.js';
import { readCsv } from './read-csv.js';

/** The probabilities whose quantiles the file tells. */
export const PERCENTILES = [0, 1, 25, 50, 75, 99, 100] as const;
const COLUMNS = PERCENTILES.map((p) => `percentile_Average_${p}` as const);
const IDS = ['HashOwner', 'HashApp', 'HashFunction'] as const;

export interface Durations2019 {
  /** quantiles in ms at PERCENTILES, ascending, by the function's id */
  quantilesMs: Map<string, Float64Array>;
  sha256: string;
  /** what is wrong with the rows of chosen functions that are nevertheless used */
  dirt: { repeated: number; negative: number; disordered: number; zeroAverage: string[] };
}

/**
 * The execution times of chosen functions on a day of the Azure trace of 2019, cold starts excluded. What the file tells
 * are percentiles of averages over 30 s, weighted by their counts: near to those of single executions for functions that are
 * invoked rarely, and narrower for those that are invoked often.
 *
 * Of several rows of one function the first counts. A value below zero is read as 0, and one below its predecessor as that.
 * @throws FileFault naming line and column
 */
export async function readDurations2019(path: string, chosen: ReadonlySet<string>): Promise<Durations2019> {
  const quantilesMs = new Map<string, Float64Array>();
  const dirt: Durations2019['dirt'] = { repeated: 0, negative: 0, disordered: 0, zeroAverage: [] };
  let columns: {
    places: Record<(typeof IDS)[number] | (typeof COLUMNS)[number] | 'Average', number>;
    n: number;
  } | null = null;
  const sha256 = await readCsv(path, (row) => {
    if (columns === null) {
      columns = { places: placesOf(row, [...IDS, 'Average', ...COLUMNS]), n: row.length };
      return;
    }
    const { places, n } = columns;
    checkLength(row, n);
    const id = IDS.map((column) => row.text(places[column])).join('/');
    if (!chosen.has(id)) return;
    if (quantilesMs.has(id)) {
      dirt.repeated += 1;
      return;
    }
    if (decimal(row, places.Average, 'Average') === 0) dirt.zeroAverage.push(id);
    const given = COLUMNS.map((column) => decimal(row, places[column], column));
    if (given.some((ms) => ms < 0)) dirt.negative += 1;
    if (given.some((ms, i) => i > 0 && ms < given[i - 1]!)) dirt.disordered += 1;
    let least = 0;
    quantilesMs.set(
      id,
      Float64Array.from(given, (ms) => (least = Math.max(least, ms))),
    );
  });
  if (columns === null) throw new FileFault('line 1: has no header; is this a file of durations?');
  return { quantilesMs, sha256, dirt };
}
