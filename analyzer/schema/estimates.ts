import { z } from 'zod';
import type { Estimate } from '../../statistics/estimate.js';
import type { Moments, Quantiles } from '../analysis.js';
import { count, describes, numberOrNull, positiveOrNull, textOrNull } from './words.js';

export const estimate = describes<Estimate>()(
  z
    .strictObject({
      value: numberOrNull(
        'The figure, in the unit of its field; null where there are too few rows for it (`note` says so)',
      ),
      low: numberOrNull('Lower end of the 95 % interval; null where there are too few rows for one'),
      high: numberOrNull('Upper end of the 95 % interval; null where there are too few rows for one'),
      n: count('Rows it rests on: those where the value is known'),
      method: z
        .enum(['sectioning', 'block bootstrap', 'wilson score', 'welch t', 'pooled t', 'none'])
        .describe(
          'How the interval was made (docs/statistics.md); `none`: there is no interval. `welch t` and `pooled t` belong to comparisons of runs and do not occur in an analysis',
        ),
      note: textOrNull('Why there is no value or no interval, for people; null where nothing is to be said'),
    })
    .meta({ id: 'Estimate', description: 'A figure with a 95 % interval that holds for correlated rows' }),
);

export const moments = describes<Moments>()(
  z
    .strictObject({
      n: count('Rows where the value is known; the figures are of these'),
      mean: numberOrNull('Arithmetic mean, ms; null where n = 0'),
      std: positiveOrNull('Standard deviation of the sample (n − 1), ms; null where n < 2'),
      p50: numberOrNull('Median, ms, interpolated linearly between order statistics (type 7); null where n = 0'),
      p99: numberOrNull('99th percentile, ms, interpolated linearly (type 7), however few the rows; null where n = 0'),
    })
    .meta({ id: 'Moments', description: 'A time in ms over the rows where it is known, without intervals' }),
);

const quantile = (percent: string, fewest: string) =>
  estimate.describe(`${percent}, ms (type 7); its value is null with fewer than ${fewest} rows`);

export const quantiles = describes<Quantiles>()(
  z
    .strictObject({
      mean: estimate.describe('Arithmetic mean, ms; its value is null where no row has one'),
      p50: quantile('Median', '20'),
      p90: quantile('90th percentile', '100'),
      p99: quantile('99th percentile', '1,000'),
    })
    .meta({ id: 'Quantiles', description: 'A time in ms with intervals, over the rows where it is known' }),
);
