import { onlyColoursOf } from '../../plotting/theme.js';
import { counted, leftOutNote, SHOWN_FUNCTIONS, type Chart, type ChartSource } from './chart.js';

/** A function's activations that met one circumstance: how many, and how many of them were cold. */
interface Cell {
  name: string;
  place: number;
  cold: number;
  n: number;
}

/** Activations of a function that met one pair of circumstances. */
interface Met {
  name: string;
  gap: number;
  crowd: number;
  cold: number;
  n: number;
}

const GAPS = [
  'first of its function',
  'others running',
  'idle < 1 s',
  'idle 1–10 s',
  'idle 10–60 s',
  'idle 1–10 min',
  'idle ≥ 10 min',
];
const CROWDS = ['none running', '1 running', '2–3 running', '4–7 running', '8–15 running', '16 or more'];

/**
 * Every activation whose start the platform told, with its arrival (start − wait), the end of all earlier ones of its
 * function, and how many of those were still running: a worker is free only if one of them had ended. Clocks of whole
 * milliseconds give activations without any length; they are taken as a microsecond long, so that none ends before it begins.
 */
const CIRCUMSTANCES = `
  WITH arrivals AS (
    SELECT function AS name, cold, start_ms - coalesce(wait_ms, 0) AS moment, platform_end_ms AS finish, seq
    FROM joined WHERE cold IS NOT NULL AND start_ms IS NOT NULL AND platform_end_ms IS NOT NULL
  ),
  steps AS (
    SELECT name, moment, 1 AS step, seq, cold, finish FROM arrivals
    UNION ALL
    SELECT name, greatest(finish, moment + 1e-3), -1, seq, NULL, NULL FROM arrivals
  ),
  levels AS (
    SELECT *, sum(step) OVER so_far - 1 AS running, max(CASE WHEN step < 0 THEN moment END) OVER so_far AS last_end,
           count_if(step > 0) OVER so_far AS nth
    FROM steps
    WINDOW so_far AS (PARTITION BY name ORDER BY moment, step, seq ROWS UNBOUNDED PRECEDING)
  ),
  circumstances AS (
    SELECT name, cold, running,
           CASE WHEN nth = 1 THEN 0 WHEN running > 0 THEN 1
                WHEN moment - last_end < 1e3 THEN 2 WHEN moment - last_end < 1e4 THEN 3
                WHEN moment - last_end < 6e4 THEN 4 WHEN moment - last_end < 6e5 THEN 5 ELSE 6 END AS gap,
           CASE WHEN running <= 1 THEN running WHEN running < 4 THEN 2 WHEN running < 8 THEN 3 WHEN running < 16 THEN 4 ELSE 5 END AS crowd
    FROM levels WHERE step > 0
  )`;

/** Cold starts by the idle time before them and by what was running at that moment; none where there was no cold start. */
export async function coldStartCharts(source: ChartSource): Promise<Chart[]> {
  const met = await source.tables.query<Met>(
    `${CIRCUMSTANCES}
     SELECT name, gap, crowd, count_if(cold) AS cold, count(*) AS n FROM circumstances GROUP BY ALL`,
  );
  const gaps = cellsBy(met, 'gap');
  const crowds = cellsBy(met, 'crowd');
  if (!gaps.some(({ cold }) => cold > 0)) return [];
  const question = 'Why were there cold starts?';
  const note = `Cold starts among the activations that met each circumstance; the share stands beside the bar.${leftOutNote(source.functions)}`;
  return [
    {
      name: 'cold-starts-by-idle-time',
      title: 'Cold starts by idle time before them',
      question,
      caption: `Idle is the time since the last activation of the same function ended, where none was running. ${note}`,
      spec: bars(source, gaps, GAPS),
    },
    {
      name: 'cold-starts-by-concurrency',
      title: 'Cold starts by concurrency at that moment',
      question,
      caption: `How many activations of the same function were waiting or running when this one arrived. ${note}`,
      spec: bars(source, crowds, CROWDS),
    },
  ];
}

function cellsBy(met: readonly Met[], circumstance: 'gap' | 'crowd'): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { name, cold, n, ...places } of met) {
    const place = places[circumstance];
    const cell = cells.get(`${place}/${name}`) ?? { name, place, cold: 0, n: 0 };
    cells.set(`${place}/${name}`, { ...cell, cold: cell.cold + cold, n: cell.n + n });
  }
  return [...cells.values()];
}

function bars(
  { functions, colours }: ChartSource,
  cells: readonly Cell[],
  labels: readonly string[],
): object & Record<string, unknown> {
  const shown = functions.slice(0, SHOWN_FUNCTIONS);
  const inPicture = cells.filter(({ name }) => shown.includes(name));
  const present = labels.filter((_, place) => inPicture.some((cell) => cell.place === place));
  const totals = present.map((label) => {
    const met = inPicture.filter(({ place }) => labels[place] === label);
    const cold = met.reduce((sum, cell) => sum + cell.cold, 0);
    const n = met.reduce((sum, cell) => sum + cell.n, 0);
    return { label, cold, text: `${counted(cold)} of ${counted(n)} (${((100 * cold) / n).toFixed(1)} %)` };
  });
  const y = { field: 'label', type: 'nominal', sort: present, title: null, axis: { domain: false, minExtent: 120 } };
  return {
    width: 480,
    height: { step: 26 },
    layer: [
      {
        data: {
          values: inPicture.map((cell) => ({ ...cell, label: labels[cell.place], order: shown.indexOf(cell.name) })),
        },
        mark: { type: 'bar', height: 16 },
        encoding: {
          y,
          x: {
            field: 'cold',
            type: 'quantitative',
            title: 'cold starts',
            axis: { tickMinStep: 1, tickCount: 5 },
            scale: { domainMax: Math.max(1, 1.45 * Math.max(...totals.map(({ cold }) => cold))) },
          },
          color: {
            field: 'name',
            type: 'nominal',
            scale: onlyColoursOf(
              colours,
              shown.filter((name) => inPicture.some((cell) => cell.name === name)),
            ),
            legend: { columns: { expr: 'max(1, floor(width / 140))' } },
          },
          // without it the names would be written into an expression
          order: { field: 'order', type: 'quantitative' },
          tooltip: [
            { field: 'name', title: 'function' },
            { field: 'label', title: 'when' },
            { field: 'cold', title: 'cold starts', format: ',' },
            { field: 'n', title: 'of', format: ',' },
          ],
        },
      },
      {
        data: { values: totals },
        mark: { type: 'text', align: 'left', dx: 6 },
        encoding: { y, x: { field: 'cold', type: 'quantitative' }, text: { field: 'text' } },
      },
    ],
  };
}
