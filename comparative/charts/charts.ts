import { countersOf } from '../curves/counters.js';
import { loadCurvesOf } from '../curves/loads.js';
import { histogramsOf, type RunHistogram } from '../curves/run-histograms.js';
import { trendOf } from '../curves/trend.js';
import { curvesOfRuns } from '../run-curves.js';
import type { ComparisonResult } from '../result.js';
import type { Tables } from '../../records/tables.js';
import { cdfChart } from './cdf.js';
import { aboutGroups, aboutRuns } from './about.js';
import { isChart, type NoChart, type Picture } from './chart.js';
import { countersChart } from './counters.js';
import { forestChart } from './forest.js';
import { loadCurveChart } from './load-curve.js';
import { percentilesChart } from './percentiles.js';
import { quantileShiftChart } from './quantile-shift.js';
import { scatterChart } from './scatter.js';
import { runsOf, sceneOf, type Scene } from './scene.js';
import { shiftsOfFunctions, singleRunsOf } from './scene-estimates.js';
import { trendChart } from './trend.js';
import { shownTrends, trendSeries } from './trend-series.js';
import { warmColdChart } from './warm-cold.js';

/** Pictures of the sides alone, or of the tests that have a colour; the others are of all runs. */
const OF_GROUPS = new Set(['forest', 'percentiles', 'cdf', 'quantile-shift', 'warm-cold']);

/** All pictures in the order in which a reader asks; in the place of one that has nothing to show, the reason. */
export async function chartsOf(result: ComparisonResult, tables: Tables): Promise<(Picture | NoChart)[]> {
  const { merged, figures, seed } = result;
  const scene = sceneOf(result, tables);
  const { time } = scene;
  const histograms = await histogramsIn(scene);
  const curves = await curvesOfRuns(
    scene.groups.flatMap((group) => runsOf(scene, group)),
    time,
    tables,
  );
  const trends = trendSeries(scene);
  const points = await trendOf(merged, figures, shownTrends(trends), { time, seed }, tables);
  const ofGroups = aboutGroups(result, scene.groups);
  const ofRuns = aboutRuns(result);
  const drawn = [
    forestChart(result),
    percentilesChart(scene, curves, await singleRunsOf(scene)),
    cdfChart(scene, histograms),
    quantileShiftChart(scene, await shiftsOfFunctions(scene, curves)),
    warmColdChart(scene, histograms),
    loadCurveChart(scene, await loadCurvesOf(result, time, tables)),
    countersChart(await countersOf(merged.runs, merged.tools, tables), result.sides),
    trendChart(scene, points, trends),
    await scatterChart(tables, scene.sideColours),
  ];
  return drawn.map((each) => (isChart(each) ? { ...each, about: OF_GROUPS.has(each.name) ? ofGroups : ofRuns } : each));
}

/** Of a group's only run the rows are cut into sections, for its band. */
async function histogramsIn(scene: Scene): Promise<RunHistogram[]> {
  const histograms: RunHistogram[] = [];
  for (const group of scene.groups) {
    for (const run of runsOf(scene, group)) {
      const cut = group.runs.length === 1;
      histograms.push(...(await histogramsOf(run, scene.functions, scene.time, cut, scene.tables)));
    }
  }
  return histograms;
}
