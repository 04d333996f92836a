import { INK, onlyColoursOf } from '../../plotting/theme.js';
import { counted, SHOWN_FUNCTIONS, type ChartSource } from './chart.js';
import { logScale } from './scales.js';
import { timeX, wholeSpan, yAxis } from './time-row.js';

/** Above this many rows a mark stands for a cell of time and latency instead of one invocation. */
const MOST_POINTS = 5_000;
const MOST_CELLS = 4_000;
/** Cells of the first count: so many that their places within a mark do not matter. */
const FINE_COLUMNS = 1_600;
const FINE_PER_DECADE = 200;

/** A mark: one invocation, or all of a function and a state within a cell. */
interface Mark {
  t: number;
  ms: number;
  name: string;
  state: string;
  n: number;
}

export interface ResponsesRow {
  spec: object;
  /** a sentence on what a mark stands for */
  note: string;
}

/** Latency over time, one mark an invocation while they are few; cold starts and failures by shape. Null without latencies. */
export async function responsesRow(source: ChartSource): Promise<ResponsesRow | null> {
  const { latency, functions, colours, axis } = source;
  if (latency.rows === 0) return null;
  const binned = latency.rows > MOST_POINTS;
  const marks = await (binned ? cellMarks(source) : pointMarks(source));
  if (marks.length === 0) return null;
  const shown = functions.slice(0, SHOWN_FUNCTIONS).filter((name) => marks.some((mark) => mark.name === name));
  const states = STATES.filter(({ state }) => marks.some((mark) => mark.state === state));
  const values = marks.map(({ ms }) => ms);
  const drawn = marks.reduce((sum, { n }) => sum + n, 0);
  const y = logScale(Math.min(...values), Math.max(...values));
  const largest = Math.max(...marks.map(({ n }) => n));
  return {
    note: binned
      ? `${counted(drawn)} responses are too many for single marks: a mark's area tells how many of them lie in its cell (up to ${counted(largest)}).`
      : `Each mark is one of ${counted(drawn)} responses.`,
    spec: {
      height: 220,
      layer: [
        wholeSpan(axis),
        {
          data: { values: marks },
          mark: { type: 'point', filled: true, opacity: 0.65, clip: true, aria: false },
          encoding: {
            x: timeX(axis, { shown: false, zoomed: true }),
            y: {
              field: 'ms',
              type: 'quantitative',
              title: latency.label,
              scale: y.scale,
              axis: { ...yAxis, ...y.axis, tickCount: 10 },
            },
            color: {
              field: 'name',
              type: 'nominal',
              scale: onlyColoursOf(colours, shown),
              legend: { columns: { expr: 'max(1, floor(width / 150))' }, symbolType: 'circle', symbolOpacity: 1 },
            },
            shape: {
              field: 'state',
              type: 'nominal',
              scale: { domain: states.map(({ state }) => state), range: states.map(({ shape }) => shape) },
              legend: states.length > 1 ? { symbolFillColor: INK.muted, symbolStrokeWidth: 0, columns: 3 } : null,
            },
            size: binned
              ? {
                  field: 'n',
                  type: 'quantitative',
                  scale: { type: 'linear', domain: [1, Math.max(2, largest)], range: [10, 260] },
                  legend: null,
                }
              : {
                  condition: { test: "datum.state === 'warm' || datum.state === 'start not known'", value: 16 },
                  value: 46,
                },
            tooltip: [
              { field: 'name', title: 'function' },
              { field: 'state', title: 'start' },
              { field: 't', title: `at ${axis.unit}`, format: ',.3~f' },
              { field: 'ms', title: 'ms', format: ',.3~r' },
              ...(binned ? [{ field: 'n', title: 'responses', format: ',' }] : []),
            ],
          },
        },
      ],
    },
  };
}

const STATES = [
  { state: 'warm', shape: 'circle' },
  { state: 'cold start', shape: 'triangle-up' },
  { state: 'start not known', shape: 'square' },
  { state: 'failed', shape: 'cross' },
  { state: 'failed cold start', shape: 'triangle-down' },
] as const;

/** Of what nobody knows as cold or warm nothing is guessed. */
const STATE = `CASE
  WHEN failed AND cold THEN 'failed cold start' WHEN failed THEN 'failed'
  WHEN cold THEN 'cold start' WHEN NOT cold THEN 'warm' ELSE 'start not known' END`;
/** Drawn first and small, so that the few that matter lie above the many. */
const USUAL = `state IN ('warm', 'start not known')`;

async function pointMarks({ tables, latency, functions, axis }: ChartSource): Promise<Mark[]> {
  return tables.query<Mark>(
    `SELECT round(planned_ms / ${axis.unitMs}, 4) AS t, round(${latency.drawn}, 3) AS ms, function AS name, ${STATE} AS state, 1 AS n
     FROM joined WHERE ${latency.column} IS NOT NULL AND function IN ${listOf(functions)} ORDER BY ${USUAL} DESC, seq`,
    namesOf(functions),
  );
}

/**
 * Cells of time and logarithmic latency, coarser until they are few enough; nothing is left out, so outliers show. Rows are
 * counted once, in fine cells, and the coarser ones are made of these.
 */
async function cellMarks({ tables, latency, functions, axis }: ChartSource): Promise<Mark[]> {
  const fineWidth = axis.endMs / FINE_COLUMNS;
  await tables.run(
    `CREATE OR REPLACE TEMP TABLE fine_cells AS
     SELECT (floor(planned_ms / ${fineWidth}) + 0.5) * ${fineWidth} AS ms_in, floor(log10(${latency.drawn}) * ${FINE_PER_DECADE}) + 0.5 AS height,
            function::VARCHAR AS name, ${STATE} AS state, count(*) AS n
     FROM joined WHERE ${latency.column} IS NOT NULL AND function IN ${listOf(functions)} GROUP BY ALL`,
    namesOf(functions),
  );
  for (let columns = 160, perDecade = 20; ; columns = Math.ceil(columns / 1.25), perDecade /= 1.25) {
    const width = axis.endMs / columns;
    const marks = await tables.query<Mark>(
      `SELECT (place + 0.5) * ${width / axis.unitMs} AS t, pow(10, (step + 0.5) / ${perDecade}) AS ms, name, state, sum(n) AS n
       FROM (
         SELECT floor(ms_in / ${width}) AS place, floor(height * ${perDecade / FINE_PER_DECADE}) AS step, name, state, n FROM fine_cells
       ) GROUP BY place, step, name, state ORDER BY ${USUAL} DESC, n DESC, place, step, name`,
    );
    if (marks.length <= MOST_CELLS || columns <= 10)
      return marks.map((mark) => ({ ...mark, t: Number(mark.t.toPrecision(5)), ms: Number(mark.ms.toPrecision(4)) }));
  }
}

/** `($f0, $f1)`: names go to the database as values. */
function listOf(functions: readonly string[]): string {
  return `(${functions
    .slice(0, SHOWN_FUNCTIONS)
    .map((_, i) => `$f${i}`)
    .join(', ')})`;
}

function namesOf(functions: readonly string[]): Record<string, string> {
  return Object.fromEntries(functions.slice(0, SHOWN_FUNCTIONS).map((name, i) => [`f${i}`, name]));
}
