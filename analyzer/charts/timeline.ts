import { counted, leftOutNote, type Chart, type ChartSource } from './chart.js';
import { errorsRow } from './errors-over-time.js';
import { hostPanels } from './hosts/host-panels.js';
import { inFlightRow } from './in-flight.js';
import { ratesRow } from './rates.js';
import { responsesRow } from './responses.js';

const WIDTH = 640;
/** Clocks of whole milliseconds need a shift of one or two without being wrong. */
const SHOWN_OFFSET_MS = 10;

/**
 * The run on one time axis: rates, responses, what was in flight and which workers lived, errors, and a panel for each host
 * that was watched; marking a stretch of the rates zooms the rest.
 */
export async function timelineChart(source: ChartSource): Promise<Chart> {
  const rates = ratesRow(source);
  const responses = await responsesRow(source);
  const hosts = await hostPanels(source);
  const errors = errorsRow(source);
  // The lowest row carries the labels of the time axis that all share; so does that of each host's panel.
  const inFlight = inFlightRow(source, errors === null);
  const rows = [rates, responses?.spec, inFlight, errors, ...hosts.rows].filter(
    (row) => row !== null && row !== undefined,
  );
  return {
    name: 'timeline',
    title: 'The run over time',
    question: 'What happened when?',
    caption:
      `${responses?.note ?? 'No invocation has a response time.'} Rates and errors are counted, and the rest is the ` +
      `most at one moment, in each ${label(source.axis.binMs)}.${seriesNotes(source)}${hosts.notes.map((note) => ` ${note}`).join('')}${leftOutNote(source.functions)}`,
    spec: {
      vconcat: rows.map((row) => ({ width: WIDTH, ...row })),
      spacing: 14,
      resolve: {
        scale: { x: 'independent', y: 'independent', color: 'independent', shape: 'independent', size: 'independent' },
      },
    },
  };
}

/** What the lines rest on, where they do not speak for themselves. */
function seriesNotes({ analysis: { series } }: ChartSource): string {
  const { live_workers, workers_told, executions, clock_offset_ms } = series;
  const notes = ['Completed is what did not fail, when it was done.'];
  if (live_workers !== null)
    notes.push('A worker is live from its first execution to its last; how long it was kept after that nobody sees.');
  if (live_workers !== null && workers_told < executions)
    notes.push(`Only ${counted(workers_told)} of ${counted(executions)} executions told their worker.`);
  if (Math.abs(clock_offset_ms ?? 0) >= SHOWN_OFFSET_MS) {
    const shift = counted(Math.round(clock_offset_ms!));
    notes.push(`The platform's clock and this machine's differ: its times were shifted by ${shift} ms.`);
  }
  return notes.map((note) => ` ${note}`).join('');
}

function label(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 60_000 ? `${ms / 1000} s` : `${+(ms / 60_000).toFixed(1)} min`;
}
