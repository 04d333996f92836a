import { coloursOf } from '../../plotting/theme.js';
import type { Spec } from '../../plotting/spec.js';
import type { Tables } from '../../records/tables.js';
import { SHOWN_FUNCTIONS } from './chart.js';

const PANELS = [
  { column: 'duration_ms', title: 'duration (ms)' },
  { column: 'init_ms', title: 'init time (ms)' },
  { column: 'wait_ms', title: 'wait time (ms)' },
  { column: 'latency_ms', title: 'latency (ms)' },
] as const;
const COLUMNS = 120;
const ROWS = 60;

/**
 * The predecessor's picture: duration, init, wait and latency of every activation against its start, from zero. A mark
 * stands for all activations of a function within a cell of 1/120 by 1/60 of its panel, so a million rows stay drawable.
 */
export async function resultsSpec(tables: Tables): Promise<Spec> {
  const functions = await tables.query<{ name: string }>(
    `SELECT function AS name FROM joined WHERE start_ms IS NOT NULL GROUP BY function ORDER BY count(*) DESC LIMIT ${SHOWN_FUNCTIONS}`,
  );
  const names = functions.map(({ name }) => name);
  const panels = await Promise.all(
    PANELS.map(async ({ column, title }) => ({ title, marks: await marksOf(tables, column, names) })),
  );
  // one axis for all four: a panel with few activations must not look as if the run were short
  const end = Math.max(...panels.flatMap(({ marks }) => marks.map(({ t }) => t)), 1e-3);
  const color = { field: 'name', type: 'nominal', scale: coloursOf(names), legend: { symbolOpacity: 1, columns: 6 } };
  return {
    title: { text: 'Activations against their start', anchor: 'start' },
    columns: 2,
    spacing: 26,
    concat: panels.map(({ title, marks }) => ({
      width: 380,
      height: 220,
      ...(marks.length === 0
        ? { title: { text: 'no activation has this figure', fontSize: 12, fontWeight: 'normal' } }
        : {}),
      data: { values: marks },
      mark: { type: 'point', filled: true, size: 18, opacity: 0.7 },
      encoding: {
        x: {
          field: 't',
          type: 'quantitative',
          title: 'start since the first (s)',
          scale: { domain: [0, end] },
          axis: { tickCount: 6 },
        },
        y: { field: 'ms', type: 'quantitative', title, axis: { tickCount: 5 } },
        color,
      },
    })),
  };
}

async function marksOf(tables: Tables, column: string, names: readonly string[]): Promise<{ t: number }[]> {
  const listed = names.map((_, i) => `$f${i}`).join(', ');
  if (names.length === 0) return [];
  return tables.query(
    `WITH rows AS (
       SELECT function AS name, (start_ms - min(start_ms) OVER ()) / 1e3 AS t, ${column} AS ms FROM joined WHERE start_ms IS NOT NULL
     ),
     spans AS (SELECT greatest(max(t), 1e-3) AS long, greatest(max(ms), 1e-3) AS high FROM rows WHERE ms IS NOT NULL)
     SELECT name, round(avg(t), 4) AS t, round(avg(ms), 3) AS ms FROM rows, spans
     WHERE ms IS NOT NULL AND name IN (${listed})
     GROUP BY name, floor(t / long * ${COLUMNS}), floor(ms / high * ${ROWS})`,
    Object.fromEntries(names.map((name, i) => [`f${i}`, name])),
  );
}
