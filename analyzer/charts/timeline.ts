import { arrivalsRow } from './arrivals.js';
import { leftOutNote, type Chart, type ChartSource } from './chart.js';
import { errorsRow } from './errors-over-time.js';
import { inFlightRow } from './in-flight.js';
import { responsesRow } from './responses.js';

const WIDTH = 640;

/** The run on one time axis: arrivals, responses, what was in flight, errors; marking a stretch of arrivals zooms the rest. */
export async function timelineChart(source: ChartSource): Promise<Chart> {
  const arrivals = await arrivalsRow(source);
  const responses = await responsesRow(source);
  const errors = await errorsRow(source);
  // The lowest row carries the labels of the time axis that all share.
  const inFlight = await inFlightRow(source, errors === null);
  const rows = [arrivals, responses?.spec, inFlight, errors].filter((row) => row !== null && row !== undefined);
  return {
    name: 'timeline',
    title: 'The run over time',
    question: 'What happened when?',
    caption:
      `${responses?.note ?? 'No invocation has a response time.'} Arrivals and errors are counted, and in flight is the ` +
      `most, in each ${label(source.axis.binMs)}.${leftOutNote(source.functions)}`,
    spec: {
      vconcat: rows.map((row) => ({ width: WIDTH, ...row })),
      spacing: 14,
      resolve: {
        scale: { x: 'independent', y: 'independent', color: 'independent', shape: 'independent', size: 'independent' },
      },
    },
  };
}

function label(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${ms / 1000} s` : `${+(ms / 60_000).toFixed(1)} min`;
}
