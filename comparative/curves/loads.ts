import { quantileOf } from '../../statistics/quantiles.js';
import type { Tables } from '../../records/tables.js';
import type { TimeColumn } from '../comparison.js';
import type { MergedRun } from '../merged.js';
import type { ComparisonResult } from '../result.js';
import type { RunFigures } from '../run-figures.js';
import { bySide } from './by-side.js';
import { groupedBy } from './grouped-by.js';
import { kneeOf, type Knee } from './knee.js';

/** A function in a run at the rate that was offered. */
export interface LoadPoint {
  category: string;
  function: string;
  run_id: string;
  rows: number;
  /** 1/s: as configured where it was constant, else as planned */
  rate: number;
  p50: number | null;
  p99: number | null;
  mean: number | null;
  throughput: number | null;
  rel_stress: number | null;
}

/** What is held against the rate. */
const LOAD_MEASURES = ['p50', 'p99', 'mean', 'throughput', 'rel_stress'] as const;
export type LoadMeasure = (typeof LOAD_MEASURES)[number];

/** Medians over the runs of a category that were offered one rate. */
export type LevelOfRuns = Record<LoadMeasure, number | null> & { rate: number; runs: number };

/** A function in a category that was offered several rates. */
export interface LoadCurve {
  /** the side, where runs of both are of the category */
  side: string | null;
  category: string;
  function: string;
  points: LoadPoint[];
  /** ascending rates */
  levels: LevelOfRuns[];
  knee: Knee | null;
}

/**
 * The load curves of all categories that were offered two rates at least, of each side for itself; those with the most rates
 * first.
 */
export async function loadCurvesOf(
  { merged: { runs }, figures, sides }: Pick<ComparisonResult, 'merged' | 'figures' | 'sides'>,
  time: TimeColumn,
  tables: Tables,
): Promise<LoadCurve[]> {
  const points = await pointsOf(runs, figures, time, tables);
  const series = groupedBy(points, (point) => JSON.stringify([point.category, point.function]));
  return [...series.values()]
    .flatMap((own) =>
      bySide(
        own,
        sides,
        ({ run_id }) => run_id,
        (part) => new Set(part.map(({ rate }) => rate)).size > 1,
      ),
    )
    .map(({ side, points: own }): LoadCurve => {
      const { category, function: of } = own[0]!;
      const levels = levelsOf(own);
      return { side, category, function: of, points: own, levels, knee: kneeOf(levels.flatMap(knownLevel)) };
    })
    .filter(({ levels }) => levels.length > 1)
    .sort((a, b) => b.levels.length - a.levels.length || b.points.length - a.points.length);
}

async function pointsOf(
  runs: MergedRun[],
  figures: RunFigures[],
  time: TimeColumn,
  tables: Tables,
): Promise<LoadPoint[]> {
  // The planned rate of a random process differs from run to run; what was asked for is the same.
  const asked = await tables.query<{
    run_id: string;
    function: string;
    rate: number | null;
    rel_stress: number | null;
  }>(
    `SELECT run_id, function, any_value(configured_rate) AS rate, any_value(rel_stress) AS rel_stress
     FROM merged_stat WHERE scope = 'function' GROUP BY ALL`,
  );
  const stat = new Map(asked.map((row) => [JSON.stringify([row.run_id, row.function]), row]));
  return figures.flatMap((row): LoadPoint[] => {
    const run = runs.find(({ run_id }) => run_id === row.run_id);
    const of = stat.get(JSON.stringify([row.run_id, row.function]));
    const rate = of?.rate ?? row.rate;
    if (row.scope !== 'function' || run === undefined || rate === null || !(rate > 0)) return [];
    const { run_id, rows, throughput, p50, p99, mean } = row;
    return [
      {
        category: run.test_category,
        function: row.function,
        run_id,
        rows,
        rate: Number(rate.toPrecision(4)),
        p50: p50[time],
        p99: p99[time],
        mean: mean[time],
        throughput,
        rel_stress: of?.rel_stress ?? null,
      },
    ];
  });
}

function levelsOf(points: LoadPoint[]): LevelOfRuns[] {
  const byRate = groupedBy(points, ({ rate }) => rate);
  return [...byRate]
    .map(([rate, own]) => {
      const median = (measure: LoadMeasure) => {
        const known = own.flatMap((point) => point[measure] ?? []);
        // A figure that only some of the runs have would bend the curve by who is left.
        return known.length < own.length ? null : quantileOf(Float64Array.from(known), 0.5);
      };
      const medians = Object.fromEntries(LOAD_MEASURES.map((measure) => [measure, median(measure)]));
      return { ...(medians as Record<LoadMeasure, number | null>), rate, runs: own.length };
    })
    .sort((a, b) => a.rate - b.rate);
}

function knownLevel({ rate, throughput, mean }: LevelOfRuns) {
  return throughput === null || mean === null ? [] : [{ rate, throughput, meanMs: mean }];
}
