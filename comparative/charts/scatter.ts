import { INK, PLOT_WIDTH } from '../../plotting/theme.js';
import type { Tables } from '../../records/tables.js';
import { type Chart, logAxis, type NoChart } from './chart.js';
import { MOST_SERIES, seriesMarks } from './series-marks.js';

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
  const byTest = new Set(points.map((point) => point.test)).size <= MOST_SERIES;
  const full = points.map(({ test, test_category: category }) => (byTest ? test : category));
  const marks = seriesMarks([...new Set(full)], sideColours);
  const values = points.map(({ start, time, cold }, i) => ({
    series: marks.short(full[i]!),
    start_s: start / 1000,
    time_ms: Math.max(time, BELOW_RESOLUTION_MS),
    cold: cold === true,
  }));
  const clamped = points.some(({ time }) => time < BELOW_RESOLUTION_MS) ? ' 0 ms is drawn at 0.5 ms.' : '';
  const { domain, ticks } = logAxis(values.map(({ time_ms }) => time_ms));
  const drawn =
    total > MOST_POINTS
      ? `${MOST_POINTS.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows (picked by a fixed rule)`
      : `${total.toLocaleString('en-US')} rows`;
  const title = latency ? 'Latency over each run' : 'Response time over each run';
  return {
    name: NAME,
    title,
    caption: `${latency ? 'Start against latency (wait + duration)' : 'Planned time against response time'} of ${drawn}; cold starts are larger and outlined.${byTest ? '' : ' One colour and shape a test category, as there are many tests.'}${clamped}`,
    spec: {
      width: PLOT_WIDTH,
      height: 320,
      data: { values },
      // what is outlined stands above the others
      transform: marks.full.transform,
      mark: { type: 'point', opacity: 0.6, strokeWidth: 1.2 },
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
        color: marks.color,
        shape: marks.shape,
        size: { condition: { test: 'datum.cold', value: 50 }, value: 22 },
        stroke: { condition: { test: 'datum.cold', value: INK.text }, value: null },
        order: { field: 'cold', type: 'quantitative' },
        tooltip: [
          { field: marks.full.field, type: 'nominal', title: 'of' },
          { field: 'time_ms', type: 'quantitative', title: 'ms', format: ',.4~r' },
          { field: 'start_s', type: 'quantitative', title: 'at s', format: ',.4~r' },
          { field: 'cold', type: 'nominal', title: 'cold' },
        ],
      },
    },
  };
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
