import { onlyColoursOf } from '../../plotting/theme.js';
import { CONCURRENCIES, IDLE_GAPS, type ColdStartClass, type ColdStarts } from '../dynamics.js';
import { counted, leftOutNote, SHOWN_FUNCTIONS, type Chart, type ChartSource } from './chart.js';

/** A function's executions that met one circumstance: how many, and how many of them were cold. */
interface Cell extends ColdStartClass {
  name: string;
}

/** Cold starts by the idle time before them and by what was running at that moment; none where there was no cold start. */
export function coldStartCharts(source: ChartSource): Chart[] {
  const { cold_starts } = source.analysis;
  // Of a biased part of the executions no share says anything.
  if (cold_starts.known > 0 && cold_starts.share.value === null) return [];
  if (!cold_starts.by_idle_gap.some(({ cold }) => cold > 0)) return [];
  const question = 'Why were there cold starts?';
  const note = `Cold starts among the activations that met each circumstance; the share stands beside the bar.${clockNote(cold_starts)}${leftOutNote(source.functions)}`;
  return [
    {
      name: 'cold-starts-by-idle-time',
      title: 'Cold starts by idle time before them',
      question,
      caption: `Idle is the time since the last activation of the same function ended, where none was running. ${note}`,
      spec: bars(source, 'by_idle_gap', IDLE_GAPS),
    },
    {
      name: 'cold-starts-by-concurrency',
      title: 'Cold starts by concurrency at that moment',
      question,
      caption: `How many activations of the same function were waiting or running when this one arrived. ${note}`,
      spec: bars(source, 'by_concurrency', CONCURRENCIES),
    },
  ];
}

function clockNote({ timed_by_client, known, untimed }: ColdStarts): string {
  if (timed_by_client === 0) return '';
  if (timed_by_client === known - untimed)
    return " Their times are the client's, from sent to end, since the platform tells none.";
  return ` Of ${counted(timed_by_client)} of them the platform tells no time; the client's stand in, from sent to end.`;
}

function bars(
  { analysis, functions, colours }: ChartSource,
  by: 'by_idle_gap' | 'by_concurrency',
  labels: readonly string[],
): object & Record<string, unknown> {
  const shown = functions.slice(0, SHOWN_FUNCTIONS);
  const inPicture = analysis.cold_starts.functions
    .filter(({ name }) => shown.includes(name))
    .flatMap((group): Cell[] => group[by].map((cell) => ({ name: group.name, ...cell })));
  const present = labels.filter((label) => inPicture.some((cell) => cell.class === label));
  const totals = present.map((label) => {
    const met = inPicture.filter((cell) => cell.class === label);
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
          values: inPicture.map(({ class: label, ...cell }) => ({ ...cell, label, order: shown.indexOf(cell.name) })),
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
