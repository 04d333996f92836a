import { coloursOf, PALETTE, PLOT_WIDTH } from '../../plotting/theme.js';
import type { Tables } from '../../records/tables.js';
import { type Chart, legendNames, logAxis, type NoChart } from './chart.js';

const NAME = 'latency-over-time';

/** More points than these only make a picture heavy. */
const MOST_POINTS = 5_000;

/** The platform counts whole milliseconds; 0 has no place on a log axis. */
const BELOW_RESOLUTION_MS = 0.5;

/**
 * Start against latency, one colour a test (of many tests, a category): the predecessor's comparison plot. Of more than 5,000 rows a sample is drawn,
 * the same each time. Where no platform told a latency: planned time against response time.
 *
 * @param sideColours by the name of a test, where the two sides are tests
 */
export async function scatterChart(tables: Tables, sideColours: Record<string, string> = {}): Promise<Chart | NoChart> {
  const platform = await pointsOf(tables, 'start_rel_ms', 'latency_ms');
  const { total, points } = platform.total > 0 ? platform : await pointsOf(tables, 'planned_ms', 'response_ms');
  if (total === 0) return { name: NAME, why: 'No time was recorded of any invocation.' };
  const latency = platform.total > 0;
  const byTest = new Set(points.map((point) => point.test)).size <= PALETTE.length;
  const full = points.map(({ test, test_category: category }) => (byTest ? test : category));
  const distinct = [...new Set(full)];
  const short = legendNames(distinct);
  const values = points.map(({ start, time, cold }, i) => ({
    name: short[distinct.indexOf(full[i]!)]!,
    start_s: start / 1000,
    time_ms: Math.max(time, BELOW_RESOLUTION_MS),
    start: cold ? 'cold' : 'warm',
  }));
  const clamped = points.some(({ time }) => time < BELOW_RESOLUTION_MS) ? ' 0 ms is drawn at 0.5 ms.' : '';
  const scale = colourScale(distinct, short, sideColours);
  const { domain, ticks } = logAxis(values.map(({ time_ms }) => time_ms));
  const sampled =
    total > MOST_POINTS
      ? ` ${MOST_POINTS.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows are drawn, picked by a fixed rule.`
      : '';
  const title = latency ? 'Latency over each run' : 'Response time over each run';
  return {
    name: NAME,
    title,
    caption: `${latency ? 'Start against latency (wait + duration)' : 'Planned time against response time'} of each invocation; cold starts are diamonds.${byTest ? '' : ' One colour a test category, as there are many tests.'}${clamped}${sampled}`,
    spec: {
      title: sampled === '' ? title : { text: title, subtitle: sampled.trim() },
      width: PLOT_WIDTH,
      height: 320,
      data: { values },
      mark: { type: 'point', opacity: 0.55, size: 22 },
      encoding: {
        x: {
          field: 'start_s',
          type: 'quantitative',
          title: latency ? "since the run's first activation (s)" : 'planned, since the run began (s)',
        },
        y: {
          field: 'time_ms',
          type: 'quantitative',
          title: latency ? 'latency (ms, log scale)' : 'response time (ms, log scale)',
          scale: { type: 'log', domain, nice: false },
          axis: { values: ticks },
        },
        color: {
          field: 'name',
          type: 'nominal',
          scale,
          legend: { columns: { expr: 'max(1, floor(width / 190))' }, symbolOpacity: 1 },
        },
        shape: {
          field: 'start',
          type: 'nominal',
          legend: null,
          scale: { domain: ['warm', 'cold'], range: ['circle', 'diamond'] },
        },
      },
    },
  };
}

/** The two sides keep the colours that they have in the other pictures. */
function colourScale(
  names: string[],
  short: string[],
  sideColours: Record<string, string>,
): { domain: string[]; range: string[] } {
  if (names.every((name) => Object.hasOwn(sideColours, name))) {
    return { domain: short, range: names.map((name) => sideColours[name]!) };
  }
  return coloursOf(short);
}

interface Point {
  test: string;
  test_category: string;
  start: number;
  time: number;
  cold: boolean | null;
}

async function pointsOf(tables: Tables, start: string, time: string): Promise<{ total: number; points: Point[] }> {
  const known = `FROM combined_test WHERE ${start} IS NOT NULL AND ${time} IS NOT NULL`;
  const [count] = await tables.query<{ total: number }>(`SELECT count(*) AS total ${known}`);
  const points = await tables.query<Point>(
    `SELECT test, test_category, ${start} AS start, ${time} AS time, cold ${known} ORDER BY hash(run_id, seq) LIMIT ${MOST_POINTS}`,
  );
  return { total: count!.total, points };
}
