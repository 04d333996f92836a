import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chartsOf } from '../../../comparative/charts/charts.js';
import { isChart, type Chart, type NoChart, type Picture } from '../../../comparative/charts/chart.js';
import { compare, type CompareOptions } from '../../../comparative/compare.js';
import { merge } from '../../../comparative/merge.js';
import type { ComparisonResult } from '../../../comparative/result.js';
import { listArchives } from '../../../records/archive-list.js';
import { openTables } from '../../../records/tables.js';
import { writeSimulatedArchive, FIRST_START, type SimulatedRun } from '../archive-fixture.js';

/** Archives of these runs, a minute apart. */
export async function writeArchives(root: string, runs: SimulatedRun[]): Promise<void> {
  for (const [i, run] of runs.entries())
    await writeSimulatedArchive(root, { startEpochMs: FIRST_START + i * 60_000, ...run });
}

export function optionsFor(root: string): CompareOptions {
  return {
    archive: root,
    sinceMs: null,
    gates: [],
    seed: 1,
    customPlotFile: null,
    out: join(root, 'out'),
    plot: false,
    report: false,
    tables: null,
  };
}

/** All pictures of these runs, by name; of one that is not there the reason. */
export async function picturesOf(
  runs: SimulatedRun[],
  sides: Pick<CompareOptions, 'baseline' | 'candidate'> = {},
): Promise<{ result: ComparisonResult; drawn: Record<string, Picture>; why: Record<string, string> }> {
  const root = mkdtempSync(join(tmpdir(), 'faaslab-test-'));
  await writeArchives(root, runs);
  const { result } = await compare({ ...optionsFor(root), ...sides });
  const tables = await openTables();
  try {
    await merge(await listArchives(root), tables);
    const charts = await chartsOf(result, tables);
    return {
      result,
      drawn: Object.fromEntries(charts.filter(isChart).map((chart) => [chart.name, chart])),
      why: Object.fromEntries(
        charts.flatMap((chart: Picture | NoChart) => (isChart(chart) ? [] : [[chart.name, chart.why]])),
      ),
    };
  } finally {
    tables.close();
    rmSync(root, { recursive: true });
  }
}

/** The rows of every layer of every panel of a picture, those without rows left out. */
export function panelRows(chart: Chart): Record<string, unknown>[][][] {
  interface View {
    data?: { values: Record<string, unknown>[] };
    layer?: View[];
    concat?: View[];
    vconcat?: View[];
  }
  const spec = chart.spec as View;
  return (spec.concat ?? spec.vconcat ?? [spec]).map((panel) =>
    [panel, ...(panel.layer ?? [])].flatMap(({ data }) => (data === undefined ? [] : [data.values])),
  );
}
