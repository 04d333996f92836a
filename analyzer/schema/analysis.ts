import { z } from 'zod';
import type { Analysis } from '../analysis.js';
import type { FunctionResult } from '../results.js';
import { cost } from './cost.js';
import { coldStarts, runSeries } from './dynamics.js';
import { groupFigures, summaryLine } from './groups.js';
import { ledger, manifest, verdict } from './manifest.js';
import { monitoring } from './monitoring.js';
import { errorKind, functionResult, invocationPeriod, recordsRead, statRow, thresholdResult } from './rows.js';
import { describes, list, text } from './words.js';

/**
 * What `analysis.json` and `--json` hold, as it is published. The types of the code stand beside what figures them out;
 * `describes` holds this against them, so that neither changes without the other. It is for the making of
 * `docs/analysis.schema.json` only: no analysis loads it.
 */
export const analysisSchema = describes<Analysis & { results?: FunctionResult[] }>()(
  z.strictObject({
    format: z
      .literal('faaslab-analysis/1')
      .describe('Another number where a field was taken away or means something else'),
    run_id: text('Name of the run directory'),
    test_name: text("The run's test name, or what `--override_testname` made of it"),
    manifest: manifest.describe("The run's manifest.json, as the invoker wrote it"),
    ledger: ledger.describe('As in the manifest'),
    verdict: verdict.describe('As in the manifest; a run that was interrupted or never judged is not valid'),
    records: recordsRead.describe("How complete the platform's records are"),
    period: invocationPeriod.describe("The time in which activations started, on the platform's clock"),
    summary: z
      .strictObject({
        all: summaryLine.describe('All activations, also those not known to be warm or cold'),
        warm: summaryLine.describe('The warm ones'),
        cold: summaryLine.describe('The cold ones'),
      })
      .describe("FaaSProfiler's figures"),
    overall: groupFigures.describe('All invocations of the run; its name is `overall`'),
    functions: list(groupFigures, 'Each function, in the order in which the plan first invokes it'),
    instances: list(groupFigures, 'Each instance of the config, in the order in which it first invokes'),
    stat: list(statRow, "FaaSProfiler's stat frame: a row an instance, then a row a function"),
    cost: cost.describe("What the run's executions cost by a table of prices (docs/cost.md)"),
    cold_starts: coldStarts.describe('Which executions had to wait for a new worker (docs/columns.md)'),
    series: runSeries.describe(
      'The run over time (docs/columns.md): bin i holds [i · bin_ms, (i + 1) · bin_ms) since plan zero',
    ),
    monitoring: monitoring.describe(
      'What the monitors of the hosts wrote, on the time axis of the run (docs/monitoring.md)',
    ),
    errors: list(errorKind, 'What failed, the most frequent first'),
    thresholds: list(thresholdResult, 'The thresholds of the config, in its order; empty where it has none'),
    warnings: list(z.string(), 'Of the invoker and of the analyzer, for people'),
    results: list(
      functionResult,
      'The first distinct results of each function: only what `--json` prints with `-r` has it, never the file',
    ).optional(),
  }),
);
