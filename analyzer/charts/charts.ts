import type { Tables } from '../../records/tables.js';
import type { Analysis } from '../analysis.js';
import { breakdownChart } from './breakdown.js';
import type { Chart } from './chart.js';
import { coldStartCharts } from './cold-starts.js';
import { cumulativeChart } from './cumulative.js';
import { distributionsOf } from './distribution.js';
import { percentileChart } from './percentiles.js';
import { sourceOf } from './source.js';
import { timelineChart } from './timeline.js';

export type { Chart } from './chart.js';

/**
 * The pictures of a run, in the order of the report's questions. A picture for which the run has nothing to show is left out.
 *
 * @param tables with the table `joined` (join.ts)
 */
export async function chartsOf(analysis: Analysis, tables: Tables): Promise<Chart[]> {
  const source = await sourceOf(analysis, tables);
  const distributions = await distributionsOf(source);
  const charts = [
    breakdownChart(source),
    percentileChart(source, distributions),
    cumulativeChart(source, distributions),
    await timelineChart(source),
    ...coldStartCharts(source),
  ];
  return charts.filter((chart) => chart !== null);
}
