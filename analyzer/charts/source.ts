import { coloursOf } from '../../plotting/theme.js';
import type { Tables } from '../../records/tables.js';
import type { Analysis } from '../analysis.js';
import { axisOf } from '../time-axis.js';
import { counted, type ChartSource, type LatencyMeasure } from './chart.js';

/** Reads what all charts share: the functions and their colours, the time axis, which latency is known. */
export async function sourceOf(analysis: Analysis, tables: Tables): Promise<ChartSource> {
  const functions = analysis.functions.toSorted((a, b) => b.planned - a.planned).map(({ name }) => name);
  return {
    tables,
    analysis,
    functions,
    colours: coloursOf(functions),
    axis: axisOf(analysis.series.bin_ms, analysis.series.bins),
    latency: await latencyMeasureOf(tables),
  };
}

async function latencyMeasureOf(tables: Tables): Promise<LatencyMeasure> {
  const [known] = await tables.query<{ response: number; latency: number }>(
    'SELECT count(response_ms) AS response, count(latency_ms) AS latency FROM joined',
  );
  const { response, latency } = known!;
  if (response > 0 || latency === 0)
    return {
      column: 'response_ms',
      // Above 0 in every run; an archive's own rows may hold anything, and a logarithm of 0 is an error.
      drawn: 'greatest(response_ms, 0.001)',
      label: 'response time (ms)',
      meaning: `Response time of ${counted(response)} invocations, from their planned moment to the end of the answer.`,
      rows: response,
    };
  return {
    column: 'latency_ms',
    // Whole milliseconds: a 0 is anything below 1, and a logarithmic axis has no place for it.
    drawn: 'greatest(latency_ms, 0.5)',
    label: 'platform latency (ms)',
    meaning: `No invocation waited for its result, so this is the platform's latency (wait + duration) of ${counted(latency)} activations, in whole milliseconds; 0 is drawn at 0.5.`,
    rows: latency,
  };
}
